//go:build soak

package e2e

import "time"

// The programme's real size: 97,438 people.
const (
	scale      = "1"
	scaleValue = 1.0
	patience   = 30 * time.Minute
)
