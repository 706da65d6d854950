package mishap

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

func TestWorkThatEndsAsItShouldIsLeftAlone(t *testing.T) {
	t.Parallel()
	own := errors.New("own")
	for _, want := range []error{nil, own} {
		if err := Caught(func() error { return want }); err != want {
			t.Errorf("%v, want %v", err, want)
		}
	}
}

// stumble is what panics; its name is looked for.
func stumble(words []string, i int) string { return words[i] }

func TestAPanicIsAnErrorThatSaysWhere(t *testing.T) {
	t.Parallel()
	err := Caught(func() error { _ = stumble(nil, 3); return nil })
	var m *Error
	if !errors.As(err, &m) || m.What != "index out of range [3] with length 0" {
		t.Fatalf("%v", err)
	}
	if len(m.Stack) < 2 || !strings.HasPrefix(m.Stack[0], "oshirase/jobs/mishap.stumble mishap_test.go:") {
		t.Errorf("stack %q", m.Stack)
	}
	if !strings.HasPrefix(err.Error(), "internal error in "+m.Stack[0]) {
		t.Errorf("%q", err)
	}
}

func TestAPanicsValueIsNotRepeated(t *testing.T) {
	t.Parallel()
	for _, value := range []any{"見本 花子", errors.New("見本 花子"), struct{ name string }{"見本 花子"}, nil} {
		err := Caught(func() error { panic(value) })
		if err == nil || strings.Contains(fmt.Sprintf("%v %+v %#v", err, err, err), "見本") {
			t.Errorf("%T: %#v", value, err)
		}
	}
}

func TestAPanicInsideALibraryIsPlacedWhereWeCalledIt(t *testing.T) {
	t.Parallel()
	err := Caught(func() error { _ = strings.Repeat("見本", -1); return nil })
	if err == nil || !strings.HasPrefix(err.Error(), "internal error in oshirase/jobs/mishap.") {
		t.Errorf("%v", err)
	}
}
