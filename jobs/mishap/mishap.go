// Package mishap turns a panic into an error, so that it costs the one piece of work it came about in.
//
// What a panic carries may be a person: a library that trips over a name puts the name into its message.
// So the error has where it happened, and of the value only what Go's own runtime has put together.
package mishap

import (
	"fmt"
	"runtime"
	"strings"
)

// Error is a panic that was caught. It holds nothing of the data that was worked on.
type Error struct {
	What  string   // the runtime's own words, such as "index out of range [3] with length 3"; else the value's type
	Stack []string // function and place, the innermost first, from the panic up
}

// Error says where in this program it happened, and what.
func (e *Error) Error() string {
	for _, frame := range e.Stack {
		if strings.HasPrefix(frame, module) {
			return fmt.Sprintf("internal error in %s: %s", frame, e.What)
		}
	}
	return "internal error: " + e.What
}

// Caught is what work returns, or an *Error where it panics.
func Caught(work func() error) (err error) {
	defer func() {
		if value := recover(); value != nil {
			err = &Error{what(value), stack()}
		}
	}()
	return work()
}

func what(value any) string {
	if own, ok := value.(runtime.Error); ok {
		return strings.TrimPrefix(own.Error(), "runtime error: ")
	}
	return fmt.Sprintf("panic of type %T", value)
}

const (
	module = "oshirase/"
	most   = 64 // frames: deeper ones than a task's own say nothing more
)

// stack is read while the panicking functions are still on it: below what recovers, and what panics.
func stack() (out []string) {
	pcs := make([]uintptr, most)
	frames := runtime.CallersFrames(pcs[:runtime.Callers(1, pcs)])
	for {
		f, more := frames.Next()
		switch {
		case f.Function == "runtime.gopanic":
			out = nil // what comes before it has only caught
		case !strings.HasPrefix(f.Function, "runtime."):
			out = append(out, fmt.Sprintf("%s %s:%d", f.Function, f.File[strings.LastIndexByte(f.File, '/')+1:], f.Line))
		}
		if !more {
			return out
		}
	}
}
