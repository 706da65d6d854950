//go:build !soak

package e2e

// jtbScale is 7,930 rows of 6,790 people.
const jtbScale = 0.001
