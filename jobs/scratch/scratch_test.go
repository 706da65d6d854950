package scratch

import (
	"bytes"
	"errors"
	"os"
	"strings"
	"testing"
)

func TestWhatWasPutIsReadAgainInAnyOrder(t *testing.T) {
	t.Parallel()
	f := New(t.TempDir())
	defer f.Close()
	var places []Place
	texts := []string{"first", "", strings.Repeat("x", 100_000), "山田 太郎"}
	for _, text := range texts {
		p, err := f.Put([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		places = append(places, p)
	}
	for i := len(texts) - 1; i >= 0; i-- {
		got, err := f.Get([]byte("before "), places[i])
		if err != nil || string(got) != "before "+texts[i] {
			t.Errorf("place %d holds %.20q, %v", i, got, err)
		}
	}
}

func TestTheDiskHoldsNoNameAndNoPlainText(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	f := New(dir)
	defer f.Close()
	if entries, _ := os.ReadDir(dir); len(entries) > 0 {
		t.Error("a file was made before there was anything to write")
	}
	if _, err := f.Put([]byte("taro@example.jp")); err != nil {
		t.Fatal(err)
	}
	if entries, _ := os.ReadDir(dir); len(entries) > 0 {
		t.Errorf("the directory holds %v", entries)
	}
	raw := make([]byte, f.end)
	if _, err := f.disk.ReadAt(raw, 0); err != nil || bytes.Contains(raw, []byte("taro")) {
		t.Errorf("the file holds %q, %v", raw, err)
	}
}

func TestDamageIsSeen(t *testing.T) {
	t.Parallel()
	f := New(t.TempDir())
	defer f.Close()
	first, _ := f.Put([]byte("one"))
	second, err := f.Put([]byte("two"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.disk.WriteAt([]byte{0xff}, first.at); err != nil {
		t.Fatal(err)
	}
	if _, err := f.Get(nil, first); !errors.Is(err, ErrDamaged) {
		t.Errorf("a changed byte: %v", err)
	}
	moved := make([]byte, 3+16)
	if _, err := f.disk.ReadAt(moved, second.at); err != nil {
		t.Fatal(err)
	}
	if _, err := f.disk.WriteAt(moved, first.at); err != nil {
		t.Fatal(err)
	}
	if _, err := f.Get(nil, first); !errors.Is(err, ErrDamaged) {
		t.Errorf("bytes of another place: %v", err)
	}
}

func TestADirectoryThatIsNotThereIsAnError(t *testing.T) {
	t.Parallel()
	if _, err := New(t.TempDir() + "/none").Put([]byte("x")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("got %v", err)
	}
}
