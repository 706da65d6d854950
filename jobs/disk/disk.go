// Package disk puts files into place whole: the print files of a mail house, and the files for a members'
// page.
//
// Somebody else's program takes such a file as soon as it is there. So it is written under a name that begins
// with a dot, in the same folder, is synced, and only then gets its own name, at once. Whoever dies meanwhile
// leaves a file with a dot, which the next one takes away. What belongs together is a Set: its parts are put
// into place one after the other, and the last says that all of them are there.
package disk

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
)

// Sum is a part with its SHA-256 as it was written.
type Sum struct {
	Name   string
	SHA256 [32]byte
}

// Set is what belongs together: files of one name with different endings, in a directory that is there.
type Set struct {
	Dir, Name string
	Parts     []Sum // that are in place
}

// MakeDir makes a directory, for its owner only.
func MakeDir(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("make files: %w", err)
	}
	return nil
}

// Paths are where files of a directory are, from the root.
func Paths(dir string, names ...string) ([]string, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	paths := make([]string, len(names))
	for i, name := range names {
		paths[i] = filepath.Join(dir, name)
	}
	return paths, nil
}

// mark begins the names of files that are not whole.
const mark = ".oshirase-"

// Sweep takes away what a process that died has left of the set.
func (s *Set) Sweep() error {
	entries, err := os.ReadDir(s.Dir)
	if err != nil {
		return fmt.Errorf("look for what was left of %q: %w", s.Name, err)
	}
	for _, e := range entries {
		if !strings.HasPrefix(e.Name(), mark+s.Name+".") {
			continue
		}
		if err := os.Remove(filepath.Join(s.Dir, e.Name())); err != nil && !errors.Is(err, os.ErrNotExist) {
			return err
		}
	}
	return nil
}

// Put writes the part with an ending, lets check, which may be nil, look at what is on the disk, and puts it
// into place. An error leaves no part.
func (s *Set) Put(ending string, write func(io.Writer) error, check func(path string) error) error {
	part := Sum{Name: s.Name + ending}
	h := sha256.New()
	err := replace(filepath.Join(s.Dir, part.Name), func(w io.Writer) error {
		return write(io.MultiWriter(w, h))
	}, check)
	if err != nil {
		return err
	}
	part.SHA256 = [32]byte(h.Sum(nil))
	s.Parts = append(s.Parts, part)
	return nil
}

// Sums writes what sha256sum -c (GNU coreutils) reads: whoever gets the files needs no other program to see
// that they are whole.
func (s *Set) Sums(w io.Writer) error {
	for _, p := range s.Parts {
		if _, err := fmt.Fprintf(w, "%x  %s\n", p.SHA256, p.Name); err != nil {
			return err
		}
	}
	return nil
}

// replace writes a file for its owner only, synced, lets check look at it, and puts it in place when it is
// whole. It is there after a power cut too when this returns.
func replace(path string, write func(io.Writer) error, check func(path string) error) error {
	f, err := os.CreateTemp(filepath.Dir(path), mark+filepath.Base(path)+"-*")
	if err != nil {
		return fmt.Errorf("write %q: %w", path, err)
	}
	defer os.Remove(f.Name())
	if err := write(f); err != nil {
		return errors.Join(err, f.Close())
	}
	if err := errors.Join(f.Sync(), f.Close()); err != nil {
		return fmt.Errorf("write %q: %w", path, err)
	}
	if check != nil {
		if err := check(f.Name()); err != nil {
			return err
		}
	}
	if err := os.Rename(f.Name(), path); err != nil {
		return err
	}
	return syncDir(filepath.Dir(path))
}

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// SumOf is the SHA-256 of a file.
func SumOf(path string) (sum [32]byte, err error) {
	f, err := os.Open(path)
	if err != nil {
		return sum, err
	}
	defer f.Close()
	h := sha256.New()
	_, err = io.Copy(h, f)
	return [32]byte(h.Sum(nil)), err
}
