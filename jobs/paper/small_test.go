//go:build !soak

package paper_test

// The size of the binding that is killed.
const (
	killedLetters = 2000
	killedPieces  = "100"
)
