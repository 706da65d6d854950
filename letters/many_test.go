//go:build !soak

package letters

// many is how many letters a print file of a test has.
const many = 60
