package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// errNoFile says that a name is taken by a directory, a device or the like.
var errNoFile = errors.New("something that is no file has this name")

// writeOwn writes a file for its owner only, whole or not at all. It takes the place of a file only: not
// of a directory, nor of a device.
func writeOwn(path string, write func(io.Writer) error) error {
	if info, err := os.Lstat(path); err == nil && !info.Mode().IsRegular() {
		return fmt.Errorf("write %q: %w", path, errNoFile)
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".oshirase-*")
	if err != nil {
		return fmt.Errorf("write %q: %w", path, bare(err))
	}
	defer os.Remove(f.Name())
	if err := write(f); err != nil {
		return errors.Join(err, f.Close())
	}
	if err := errors.Join(bare(f.Sync()), bare(f.Close())); err != nil {
		return fmt.Errorf("write %q: %w", path, err)
	}
	if err := os.Rename(f.Name(), path); err != nil {
		return fmt.Errorf("write %q: %w", path, bare(err))
	}
	return nil
}

// bare is an error of the file system without the operation and the path: what was tried has been said,
// and the path may be one that nobody has chosen.
func bare(err error) error {
	var path *fs.PathError
	var link *os.LinkError
	switch {
	case errors.As(err, &path):
		return path.Err
	case errors.As(err, &link):
		return link.Err
	}
	return err
}
