package main

import (
	"bytes"
	"strings"
	"sync"
	"testing"
)

func TestTableAlignsNumbersRightAndCountsWideCharactersTwice(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	v := voice{out: &out}
	v.table([][]string{
		{"BATCH", "STATE", "PEOPLE"},
		{"青空商事", "open", "6,441"},
		{"ｱﾙﾌｧ", "done", "7"},
		{"Example, Inc.", "held", "12"},
		{"last"},
	})
	want := "" +
		"BATCH          STATE  PEOPLE\n" +
		"青空商事       open    6,441\n" +
		"ｱﾙﾌｧ           done        7\n" +
		"Example, Inc.  held       12\n" +
		"last\n"
	if out.String() != want {
		t.Errorf("got\n%s\nwant\n%s", &out, want)
	}
}

func TestNumbersAreGroupedAndNounsAgree(t *testing.T) {
	t.Parallel()
	for n, want := range map[int]string{
		0: "0 people", 1: "1 person", 6441: "6,441 people", 7930000: "7,930,000 people",
	} {
		if got := plural(n, "person", "people"); got != want {
			t.Errorf("%d: %q, want %q", n, got, want)
		}
	}
}

func TestProgressIsOneLineAndGoesBeforeAnythingElseIsPrinted(t *testing.T) {
	t.Parallel()
	var both bytes.Buffer
	v := voice{out: &both, err: &both, terminal: true}
	v.progress(1, 4, "deliveries done")
	v.progress(2, 4, "deliveries done")
	v.note("working")
	v.note("still")
	const erase = "\r\x1b[K"
	lines := strings.Split(both.String(), erase)
	if len(lines) != 4 || !strings.Contains(lines[2], "███████████████░░░░░░░░░░░░░░░ 2 / 4 deliveries done") {
		t.Fatalf("got %q", lines)
	}
	if lines[3] != "oshirase: working\noshirase: still\n" {
		t.Errorf("after the progress line: %q", lines[3])
	}
}

func TestProgressWithoutATerminalIsSilentAtFirst(t *testing.T) {
	t.Parallel()
	var err bytes.Buffer
	v := voice{err: &err}
	v.progress(0, 0, "deliveries done")
	v.progress(1, 4, "deliveries done")
	if err.Len() != 0 {
		t.Errorf("got %q", &err)
	}
}

func TestProgressOfNothingDoesNotDivideByIt(t *testing.T) {
	t.Parallel()
	var err bytes.Buffer
	v := voice{err: &err, terminal: true}
	v.progress(0, 0, "deliveries done")
	if !strings.Contains(err.String(), "░ 0 / 0 deliveries done") {
		t.Errorf("got %q", &err)
	}
}

func TestEachErrorAndHintIsALineOfItsOwn(t *testing.T) {
	t.Parallel()
	var err bytes.Buffer
	v := voice{err: &err}
	v.fault(failed("open ledger %q", "l.db").hint("look at %s", "l.db").hint("100%% sure"))
	want := "oshirase: error: open ledger \"l.db\"\noshirase: hint: look at l.db\noshirase: hint: 100% sure\n"
	if err.String() != want {
		t.Errorf("got %q, want %q", &err, want)
	}
}

func TestVoicesThatSpeakAtOnceDoNotMixTheirLines(t *testing.T) {
	t.Parallel()
	var err bytes.Buffer
	v := &voice{err: &err, terminal: true}
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			for range 50 {
				v.progress(1, 2, "done")
				v.note("a whole line")
			}
		})
	}
	group.Wait()
	for line := range strings.Lines(err.String()) {
		if !strings.HasSuffix(line, "oshirase: a whole line\n") {
			t.Fatalf("got %q", line)
		}
	}
}
