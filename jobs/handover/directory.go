package handover

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
)

// directory is a place on this machine. Nothing in it leads out of it: a link that somebody has put
// there is not followed to another place.
type directory struct{ root *os.Root }

func (p *Place) openDirectory(dir string) error {
	path, err := filepath.Abs(dir)
	if err != nil {
		return err
	}
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	if !info.IsDir() {
		return &fs.PathError{Op: "open", Path: path, Err: syscall.ENOTDIR}
	}
	root, err := os.OpenRoot(path)
	if err != nil {
		return err
	}
	p.name, p.far, p.closer, p.readBack = path, directory{root}, root.Close, true
	return nil
}

func (d directory) open(name string, flag int) (file, error) {
	f, err := d.root.OpenFile(name, flag, 0o600)
	if err != nil {
		return nil, err
	}
	return f, nil
}

func (d directory) size(name string) (int64, error) {
	info, err := d.root.Lstat(name)
	if err != nil {
		return 0, err
	}
	if !info.Mode().IsRegular() {
		return 0, ErrTaken
	}
	return info.Size(), nil
}

// rename is on disk when it returns.
func (d directory) rename(from, to string) error {
	if err := d.root.Rename(from, to); err != nil {
		return err
	}
	self, err := d.root.Open(".")
	if err != nil {
		return err
	}
	return errors.Join(self.Sync(), self.Close())
}
