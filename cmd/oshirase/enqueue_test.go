package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// watched is what a program says, and does something when it has said a text.
type watched struct {
	bytes.Buffer
	text string
	then func()
}

func (w *watched) Write(b []byte) (int, error) {
	if bytes.Contains(b, []byte(w.text)) {
		w.then()
	}
	return w.Buffer.Write(b)
}

func TestWhoInterruptsAnImportIsToldThatItIsUndone(t *testing.T) {
	campaigns, err := filepath.Abs("testdata/campaign")
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir(t.TempDir())
	if err := os.CopyFS("c", os.DirFS(campaigns)); err != nil {
		t.Fatal(err)
	}
	file, err := os.OpenFile("c/people.csv", os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	const more = 20_000 // some parcels
	for i := range more {
		fmt.Fprintf(file, "N%d,見本 %d,n%d@example.com,,,青空商事,ja,A,2024-01-05\n", i, i, i)
	}
	if err := file.Close(); err != nil {
		t.Fatal(err)
	}
	enqueue := func(ctx context.Context, stderr *watched) int {
		p := &program{
			voice: voice{out: stderr, err: stderr, terminal: true}, now: time.Now, getenv: func(string) string { return "" },
		}
		return p.run(ctx, []string{"enqueue", "c", "--confirm", fmt.Sprintf("small-2024:%d", more+5)})
	}
	ctx, interrupt := context.WithCancel(t.Context())
	stderr := &watched{text: "people imported", then: interrupt}
	code := enqueue(ctx, stderr)
	said := stderr.String()
	for _, want := range []string{"oshirase: undoing the import: nothing of it stays", " rows undone", "oshirase: interrupted\n"} {
		if !strings.Contains(said, want) {
			t.Errorf("no %q in\n%s", want, said)
		}
	}
	if code != exitInterrupted || strings.Count(said, "undoing") != 1 || strings.Contains(said, "error") {
		t.Errorf("code %d\n%s", code, said)
	}
	again := &watched{text: "undoing", then: func() { t.Error("the same again is undone") }}
	if code := enqueue(t.Context(), again); code != exitDone {
		t.Errorf("the same again: code %d\n%s", code, again)
	}
}
