package flight

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// die leaves a log as kill -9 would: the kernel closes the file and drops its lock.
func die(t *testing.T, l *Log) {
	t.Helper()
	must(t, l.f.Close())
}

func TestAWreckTellsDotsFromReplies(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	l, err := Open(dir, "host/1/a")
	must(t, err)
	one, two, three := Key{1, 1}, Key{2, 1}, Key{3, 2}
	for _, k := range []Key{one, two, three} {
		must(t, l.Dot(k))
	}
	must(t, l.Reply(one, Reply{Class: "accepted", Code: 250}))
	must(t, l.Reply(three, Reply{Class: "accepted", Code: 250}))
	must(t, l.Settled(three))
	if ws, err := Wrecks(dir); err != nil || len(ws) != 0 {
		t.Fatalf("a living worker's log was taken for a wreck: %v, %v", ws, err)
	}
	die(t, l)
	ws, err := Wrecks(dir)
	if err != nil || len(ws) != 1 {
		t.Fatalf("%d wrecks, %v", len(ws), err)
	}
	w := ws[0]
	if w.Worker != "host/1/a" || !w.Proof || len(w.Dots) != 3 {
		t.Errorf("wreck %+v", w)
	}
	if r := w.Dots[one]; r == nil || r.Class != "accepted" {
		t.Errorf("reply %+v", r)
	}
	if r, ok := w.Dots[two]; !ok || r != nil {
		t.Errorf("a dot without a reply: %v, %v", r, ok)
	}
	if again, _ := Wrecks(dir); len(again) != 0 {
		t.Error("two processes look at one wreck")
	}
	must(t, w.Close(true))
	if left, _ := filepath.Glob(filepath.Join(dir, "*")); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
}

func TestALogThatIsFullBeginsAnewWithWhatFlies(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	l, err := Open(dir, "w")
	must(t, err)
	flying := Key{7, 1}
	must(t, l.Dot(flying))
	for i := range rotateAfter {
		k := Key{int64(100 + i), 1}
		must(t, l.Dot(k))
		must(t, l.Settled(k))
	}
	info, err := os.Stat(l.path)
	must(t, err)
	if info.Size() > 1000 {
		t.Errorf("%d bytes after it began anew", info.Size())
	}
	die(t, l)
	ws, err := Wrecks(dir)
	must(t, err)
	if _, ok := ws[0].Dots[flying]; !ok || len(ws[0].Dots) > 2 {
		t.Errorf("dots %v", ws[0].Dots)
	}
	must(t, ws[0].Close(true))
}

func TestAfterARebootALogProvesNothing(t *testing.T) {
	t.Parallel()
	var text bytes.Buffer
	appendLine(&text, header{"w", "h", "another boot"})
	appendLine(&text, record{Key: Key{1, 1}})
	w, err := read(&text, header{Host: "h", Boot: "this boot"})
	if err != nil || w.Proof || w.Worker != "w" {
		t.Errorf("wreck %+v, %v", w, err)
	}
}

func TestATornLastLineIsPassedOver(t *testing.T) {
	t.Parallel()
	var text bytes.Buffer
	appendLine(&text, header{"w", "h", "b"})
	appendLine(&text, record{Key: Key{1, 1}})
	appendLine(&text, record{Key: Key{2, 1}})
	whole := text.String()
	w, err := read(strings.NewReader(whole[:len(whole)-5]), header{Host: "h", Boot: "b"})
	if err != nil || !w.Proof || len(w.Dots) != 1 {
		t.Errorf("wreck %+v, %v", w, err)
	}
}

func TestACleanEndLeavesNoLog(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	l, err := Open(dir, "w")
	must(t, err)
	must(t, l.Dot(Key{1, 1}))
	must(t, l.Settled(Key{1, 1}))
	must(t, l.Close())
	if left, _ := filepath.Glob(filepath.Join(dir, "*")); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
}

func FuzzReadNeverFails(f *testing.F) {
	var text bytes.Buffer
	appendLine(&text, header{"w", "h", "b"})
	appendLine(&text, record{Key: Key{1, 1}, Reply: &Reply{Class: "accepted"}})
	f.Add(text.Bytes())
	f.Add([]byte("00000000 {}\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		if _, err := read(bytes.NewReader(b), header{Host: "h", Boot: "b"}); err != nil {
			t.Error(err)
		}
	})
}

func BenchmarkDot(b *testing.B) {
	l, err := Open(b.TempDir(), "w")
	if err != nil {
		b.Fatal(err)
	}
	for i := 0; b.Loop(); i++ {
		k := Key{int64(i), 1}
		if err := l.Dot(k); err != nil {
			b.Fatal(err)
		}
		if err := l.Settled(k); err != nil {
			b.Fatal(err)
		}
	}
}
