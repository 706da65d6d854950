package main

import (
	"context"
	"errors"
	"io"
	"strings"
	"testing"
)

func TestStandardInputIsReadUntilTheCommandEnds(t *testing.T) {
	t.Parallel()
	in, done := heeding(t.Context(), strings.NewReader("all of it"))
	defer done()
	if b, err := io.ReadAll(in); err != nil || string(b) != "all of it" {
		t.Errorf("%q, %v", b, err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	in, done = heeding(ctx, silence{t.Context().Done()})
	defer done()
	cancel()
	if _, err := in.Read(make([]byte, 1)); err == nil || errors.Is(err, io.EOF) {
		t.Errorf("error %v", err)
	}
}
