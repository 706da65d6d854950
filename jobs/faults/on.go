//go:build faults

// Package faults names the points at which a test kills or stops the real program, and moves its clock.
// It does nothing unless the program is built with the tag "faults".
package faults

import (
	"os"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
)

// fault is OSHIRASE_FAULT: point:signal:n sends the process the signal (kill or stop) when it passes the
// point for the n-th time; panic in the signal's place is one. It happens once.
var fault = sync.OnceValue(func() *plan {
	parts := strings.Split(os.Getenv("OSHIRASE_FAULT"), ":")
	if len(parts) != 3 {
		return nil
	}
	n, err := strconv.Atoi(parts[2])
	if err != nil {
		return nil
	}
	signals := map[string]syscall.Signal{"kill": syscall.SIGKILL, "stop": syscall.SIGSTOP}
	return &plan{point: parts[0], signal: signals[parts[1]], left: n}
})

type plan struct {
	mu     sync.Mutex
	point  string
	signal syscall.Signal // zero: panic
	left   int
}

// At is a named point between claim and settle.
func At(point string) {
	p := fault()
	if p == nil || p.point != point {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.left--; p.left != 0 {
		return
	}
	if p.signal == 0 {
		panic("hanako@example.jp") // as one would say it that trips over an address
	}
	_ = syscall.Kill(os.Getpid(), p.signal)
}

// Clock is the clock that the program goes by: moved by the duration that stands in the file
// OSHIRASE_CLOCK names, if it is there.
func Clock(now func() time.Time) func() time.Time {
	path := os.Getenv("OSHIRASE_CLOCK")
	if path == "" {
		return now
	}
	return func() time.Time {
		text, _ := os.ReadFile(path)
		d, _ := time.ParseDuration(strings.TrimSpace(string(text)))
		return now().Add(d)
	}
}

// Duration is d, or what OSHIRASE_FAULT_NAME says.
func Duration(name string, d time.Duration) time.Duration {
	if v, err := time.ParseDuration(os.Getenv("OSHIRASE_FAULT_" + name)); err == nil {
		return v
	}
	return d
}

// Text is s, or what OSHIRASE_FAULT_NAME says.
func Text(name, s string) string {
	if v := os.Getenv("OSHIRASE_FAULT_" + name); v != "" {
		return v
	}
	return s
}
