// Package programmes writes example campaigns: folders that can be checked, planned and run as
// they are, with invented people in the proportions of a real notification programme.
//
// They serve three readers: the stranger who wants to see the thing work, the test that needs a
// campaign of exactly known size, and the operator who starts a campaign of his own from one. So
// the same name and scale give the same bytes on every machine, and Expect tells what the files
// hold.
package programmes

import (
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"strings"
)

// MaxScale bounds the size of a sample: ten times the real programme.
const MaxScale = 10

// ErrNotEmpty says that the folder to write exists and holds something.
var ErrNotEmpty = errors.New("the folder is not empty")

// programme writes the files of one example campaign into a folder that exists.
type programme struct {
	name   string
	write  func(dir string, c Counts) error
	counts func(scale float64) Counts
}

var all = []programme{
	{"telecomsquare", writeTelecomSquare, countTelecomSquare},
}

// Names lists the example campaigns.
func Names() []string {
	names := make([]string, len(all))
	for i, p := range all {
		names[i] = p.name
	}
	return names
}

// Write makes the folder dir with the campaign of that name. Scale 1 is the size of the real
// programme. The folder may exist if it is empty; else the error is ErrNotEmpty. After an error
// nothing of the campaign is left.
func Write(name, dir string, scale float64) error {
	p, err := find(name, scale)
	if err != nil {
		return err
	}
	dir, err = filepath.Abs(dir)
	if err != nil {
		return err
	}
	exists, err := mayWrite(dir)
	if err != nil {
		return fmt.Errorf("write sample to %q: %w", dir, err)
	}
	if err := p.writeBeside(dir, exists, p.counts(scale)); err != nil {
		return fmt.Errorf("write sample to %q: %w", dir, err)
	}
	return nil
}

// Expect tells what Write puts into the files of that campaign at that scale.
func Expect(name string, scale float64) (Counts, error) {
	p, err := find(name, scale)
	if err != nil {
		return Counts{}, err
	}
	return p.counts(scale), nil
}

func find(name string, scale float64) (programme, error) {
	if math.IsNaN(scale) || scale <= 0 || scale > MaxScale {
		return programme{}, fmt.Errorf("scale %v is not above 0 and up to %d", scale, MaxScale)
	}
	for _, p := range all {
		if p.name == name {
			return p, nil
		}
	}
	return programme{}, fmt.Errorf("unknown sample %q: there is %s", name,
		strings.Join(Names(), ", "))
}

// mayWrite says whether the folder exists, and gives an error where it is in use.
func mayWrite(dir string) (exists bool, err error) {
	entries, err := os.ReadDir(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return false, nil
	case err != nil:
		return false, err
	case len(entries) > 0:
		return true, ErrNotEmpty
	}
	return true, nil
}

// writeBeside writes into a temporary folder on the same disk, which takes its place when it is
// whole.
func (p programme) writeBeside(dir string, exists bool, c Counts) error {
	if err := os.MkdirAll(filepath.Dir(dir), 0o755); err != nil {
		return err
	}
	made, err := os.MkdirTemp(filepath.Dir(dir), ".sample-*")
	if err != nil {
		return err
	}
	defer os.RemoveAll(made)
	if err := p.write(made, c); err != nil {
		return err
	}
	if exists {
		return moveInto(made, dir)
	}
	if err := os.Chmod(made, 0o755); err != nil { // MkdirTemp keeps others out
		return err
	}
	return os.Rename(made, dir)
}

// moveInto fills an empty folder, which may be somebody's working directory and so is not
// replaced. It takes back what it moved where it cannot finish.
func moveInto(from, dir string) error {
	entries, err := os.ReadDir(from)
	if err != nil {
		return err
	}
	for i, entry := range entries {
		err := os.Rename(filepath.Join(from, entry.Name()), filepath.Join(dir, entry.Name()))
		if err == nil {
			continue
		}
		for _, moved := range entries[:i] {
			err = errors.Join(err, os.RemoveAll(filepath.Join(dir, moved.Name())))
		}
		return err
	}
	return nil
}
