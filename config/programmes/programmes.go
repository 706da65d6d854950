// Package programmes writes example campaigns: folders that can be checked, planned and run as
// they are, with invented people in the proportions of a real notification programme.
//
// They serve three readers: the stranger who wants to see the thing work, the test that needs a
// campaign of exactly known size, and the operator who starts a campaign of his own from one. So
// the same name and scale give the same bytes on every machine, and TelecomSquare, jtb.Expect,
// cathay.Expect, delta.Expect and jal.Expect tell what the files hold.
package programmes

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"strings"

	"oshirase/config/programmes/cathay"
	"oshirase/config/programmes/delta"
	"oshirase/config/programmes/jal"
	"oshirase/config/programmes/jtb"
)

// ErrNotEmpty says that the folder to write exists and holds something.
var ErrNotEmpty = errors.New("the folder is not empty")

// programme writes the files of one example campaign into a folder that exists.
type programme struct {
	name  string
	most  float64 // the largest scale
	begin string  // the campaign folder to begin with, in what is written
	write func(ctx context.Context, dir string, scale float64) error
}

var all = []programme{
	{"telecomsquare", 10, "revision-1", func(_ context.Context, dir string, scale float64) error {
		return writeTelecomSquare(dir, scale)
	}},
	{"jtb", 1, ".", func(ctx context.Context, dir string, scale float64) error {
		return jtb.Write(ctx, dir, jtb.Scaled(scale))
	}},
	{"cathay", 1, ".", cathay.Write},
	{"delta", 1, ".", delta.Write},
	{"jal", 1, "revision-1", jal.Write},
}

// Names lists the example campaigns.
func Names() []string {
	names := make([]string, len(all))
	for i, p := range all {
		names[i] = p.name
	}
	return names
}

// Begin is the campaign folder to begin with, of a sample that was written into dir: a sample of several revisions
// has a folder for each.
func Begin(name, dir string) string {
	for _, p := range all {
		if p.name == name {
			return filepath.Join(dir, p.begin)
		}
	}
	return dir
}

// MaxScale bounds the size of a sample; 0 where there is none of that name.
func MaxScale(name string) float64 {
	for _, p := range all {
		if p.name == name {
			return p.most
		}
	}
	return 0
}

// Write makes the folder dir with the campaign of that name. Scale 1 is the size of the real
// programme. The folder may exist if it is empty; else the error is ErrNotEmpty. After an error, that of the
// context among them, nothing of the campaign is left.
func Write(ctx context.Context, name, dir string, scale float64) error {
	p, err := find(name, scale)
	if err != nil {
		return err
	}
	return p.into(ctx, dir, scale)
}

// into makes the folder dir, or fills it.
func (p programme) into(ctx context.Context, dir string, scale float64) error {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return err
	}
	exists, err := mayWrite(dir)
	if err != nil {
		return fmt.Errorf("write sample to %q: %w", dir, err)
	}
	if err := p.writeBeside(ctx, dir, exists, scale); err != nil {
		return fmt.Errorf("write sample to %q: %w", dir, err)
	}
	return nil
}

// TelecomSquareStages tells what Write puts into the folders of telecomsquare at that scale, by revision.
func TelecomSquareStages(scale float64) ([]Stage, error) {
	if _, err := find("telecomsquare", scale); err != nil {
		return nil, err
	}
	return newCast(scale).stages(), nil
}

// TelecomSquare tells what WriteWhole puts into the files of telecomsquare at that scale, and Write into those of the
// last revision.
func TelecomSquare(scale float64) (Counts, error) {
	if _, err := find("telecomsquare", scale); err != nil {
		return Counts{}, err
	}
	return countTelecomSquare(scale), nil
}

func find(name string, scale float64) (programme, error) {
	for _, p := range all {
		if p.name != name {
			continue
		}
		if math.IsNaN(scale) || scale <= 0 || scale > p.most {
			return p, fmt.Errorf("scale %v is not above 0 and up to %v", scale, p.most)
		}
		return p, nil
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
func (p programme) writeBeside(ctx context.Context, dir string, exists bool, scale float64) error {
	if err := os.MkdirAll(filepath.Dir(dir), 0o755); err != nil {
		return err
	}
	made, err := os.MkdirTemp(filepath.Dir(dir), ".sample-*")
	if err != nil {
		return err
	}
	defer os.RemoveAll(made)
	if err := p.write(ctx, made, scale); err != nil {
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
