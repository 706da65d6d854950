//go:build soak

package paper_test

// The size of the binding that is killed.
const (
	killedLetters = 50_000
	killedPieces  = "1000"
)
