package paper

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
)

// makeDir makes the directory of print files, for its owner only.
func makeDir(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("make print files: %w", err)
	}
	return nil
}

// temporary is the name of a part that is not whole.
func temporary(name string) string { return ".oshirase-" + name + "-*" }

// sweep takes away what a process that died has left of a print file.
func sweep(dir, name string) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return fmt.Errorf("look for what was left of %q: %w", name, err)
	}
	for _, e := range entries {
		if !strings.HasPrefix(e.Name(), ".oshirase-"+name+".") {
			continue
		}
		if err := os.Remove(filepath.Join(dir, e.Name())); err != nil && !errors.Is(err, os.ErrNotExist) {
			return err
		}
	}
	return nil
}

// replace writes a file for its owner only, synced, lets check look at it, and puts it in place when it is
// whole.
func replace(path string, write func(io.Writer) error, check func(path string) error) error {
	f, err := os.CreateTemp(filepath.Dir(path), temporary(filepath.Base(path)))
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
	return os.Rename(f.Name(), path)
}
