//go:build soak

package e2e

// jtbScale is 396,500 rows of 339,500 people.
const jtbScale = 0.05
