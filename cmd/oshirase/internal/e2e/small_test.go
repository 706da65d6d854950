//go:build !soak

package e2e

import "time"

// The size of the runs under CI.
const (
	scale      = "0.01"
	scaleValue = 0.01
	patience   = 2 * time.Minute
)
