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
	l, err := Open(Place{Dir: dir, Ledger: "l"}, "host/1/a")
	must(t, err)
	one, two, three := Key{1, 1}, Key{2, 1}, Key{3, 2}
	for _, k := range []Key{one, two, three} {
		must(t, l.Dot(k))
	}
	must(t, l.Reply(one, Reply{Class: "accepted", Code: 250}))
	must(t, l.Reply(three, Reply{Class: "accepted", Code: 250}))
	must(t, l.Settled(three))
	if ws, err := Wrecks(Place{Dir: dir, Ledger: "l"}); err != nil || len(ws) != 0 {
		t.Fatalf("a living worker's log was taken for a wreck: %v, %v", ws, err)
	}
	die(t, l)
	if others, err := Wrecks(Place{Dir: dir, Ledger: "another"}); err != nil || len(others) != 0 {
		t.Errorf("another ledger's worker looks at it: %v, %v", others, err)
	}
	ws, err := Wrecks(Place{Dir: dir, Ledger: "l"})
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
	if again, _ := Wrecks(Place{Dir: dir, Ledger: "l"}); len(again) != 0 {
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
	l, err := Open(Place{Dir: dir, Ledger: "l"}, "w")
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
	ws, err := Wrecks(Place{Dir: dir, Ledger: "l"})
	must(t, err)
	if _, ok := ws[0].Dots[flying]; !ok || len(ws[0].Dots) > 2 {
		t.Errorf("dots %v", ws[0].Dots)
	}
	must(t, ws[0].Close(true))
}

func TestAfterARebootALogProvesNothing(t *testing.T) {
	t.Parallel()
	var text bytes.Buffer
	appendLine(&text, header{"l", "w", "h", "another boot"})
	appendLine(&text, record{Key: Key{1, 1}})
	w := read(&text, header{Host: "h", Boot: "this boot"})
	if w.Proof || w.Worker != "w" {
		t.Errorf("wreck %+v", w)
	}
}

func TestATornLastLineIsPassedOver(t *testing.T) {
	t.Parallel()
	var text bytes.Buffer
	appendLine(&text, header{"l", "w", "h", "b"})
	appendLine(&text, record{Key: Key{1, 1}})
	appendLine(&text, record{Key: Key{2, 1}})
	whole := text.String()
	w := read(strings.NewReader(whole[:len(whole)-5]), header{Host: "h", Boot: "b"})
	if !w.Proof || len(w.Dots) != 1 {
		t.Errorf("wreck %+v", w)
	}
}

// fill lets a log's disk be full: it takes a part of the next line and no more.
func fill(t *testing.T, l *Log) {
	t.Helper()
	_, err := l.f.WriteString(`0badc0de {"d":99`)
	must(t, err)
	must(t, l.f.Close())
	l.f, err = os.OpenFile("/dev/full", os.O_WRONLY, 0)
	must(t, err)
}

func TestWhatIsNotedAfterTheDiskWasFullIsFound(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	l, err := Open(Place{Dir: dir, Ledger: "l"}, "w")
	must(t, err)
	before, heard, kept, after := Key{1, 1}, Key{2, 1}, Key{3, 1}, Key{4, 1}
	must(t, l.Dot(before))
	must(t, l.Dot(heard))
	fill(t, l)
	if l.Dot(kept) == nil || !l.Torn() {
		t.Fatal("a dot was noted on a full disk")
	}
	must(t, os.Rename(dir, dir+"-away")) // and it cannot be begun anew either
	if l.Mend() == nil || l.Reply(heard, Reply{Class: "accepted"}) == nil || !l.Torn() {
		t.Fatal("a reply was noted on a full disk")
	}
	must(t, os.Rename(dir+"-away", dir))
	must(t, l.Dot(after))
	if l.Torn() {
		t.Error("the log is whole again and does not know")
	}
	die(t, l)
	ws, err := Wrecks(Place{Dir: dir, Ledger: "l"})
	if err != nil || len(ws) != 1 {
		t.Fatalf("%d wrecks, %v", len(ws), err)
	}
	w := ws[0]
	_, was := w.Dots[kept]
	dot, is := w.Dots[after]
	if r := w.Dots[heard]; !w.Proof || len(w.Dots) != 3 || r == nil || was || !is || dot != nil {
		t.Errorf("wreck %+v", w)
	}
	must(t, w.Close(true))
}

func TestALineThatIsBrokenInTheMiddleTakesTheProofAway(t *testing.T) {
	t.Parallel()
	var text bytes.Buffer
	appendLine(&text, header{"l", "w", "h", "b"})
	appendLine(&text, record{Key: Key{1, 1}})
	text.WriteString(`0badc0de {"d":2,`) // the disk was full here
	torn := text.String()
	appendLine(&text, record{Key: Key{3, 1}})
	whole := text.String()
	for name, c := range map[string]struct {
		text  string
		proof bool
	}{
		"at the end":                   {torn, true},
		"and one written onto it":      {whole, false},
		"and one written behind it":    {torn + "\n" + whole[len(torn):], false},
		"and one that is far too long": {torn + strings.Repeat("x", maxLine), false},
	} {
		if w := read(strings.NewReader(c.text), header{Host: "h", Boot: "b"}); w.Proof != c.proof {
			t.Errorf("%s: wreck %+v", name, w)
		}
	}
}

func TestACleanEndLeavesNoLog(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	l, err := Open(Place{Dir: dir, Ledger: "l"}, "w")
	must(t, err)
	must(t, l.Dot(Key{1, 1}))
	must(t, l.Settled(Key{1, 1}))
	must(t, l.Close())
	if left, _ := filepath.Glob(filepath.Join(dir, "*")); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
}

func FuzzReadKnowsNothingOfALogThatIsNone(f *testing.F) {
	var text bytes.Buffer
	appendLine(&text, header{"l", "w", "h", "b"})
	appendLine(&text, record{Key: Key{1, 1}, Reply: &Reply{Class: "accepted"}})
	f.Add(text.Bytes())
	f.Add([]byte("00000000 {}\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		if w := read(bytes.NewReader(b), header{Host: "h", Boot: "b"}); w.Proof && w.head.Host != "h" {
			t.Errorf("wreck %+v", w)
		}
	})
}

func BenchmarkDot(b *testing.B) {
	l, err := Open(Place{Dir: b.TempDir()}, "w")
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
