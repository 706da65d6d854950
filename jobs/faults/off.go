//go:build !faults

// Package faults names the points at which a test kills or stops the real program, and moves its clock.
// It does nothing unless the program is built with the tag "faults".
package faults

import "time"

// At is a named point between claim and settle.
func At(string) {}

// Clock is the clock that the program goes by.
func Clock(now func() time.Time) func() time.Time { return now }

// Duration is d; a test may shorten it.
func Duration(_ string, d time.Duration) time.Duration { return d }

// Text is s; a test may replace it.
func Text(_, s string) string { return s }
