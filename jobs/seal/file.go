package seal

import (
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
)

// line is a key as it is written down: its bytes in base64 with the first 4 bytes of their SHA-256 behind,
// so that a torn copy is noticed as such.
func line(key []byte) string {
	sum := sha256.Sum256(key)
	return base64.StdEncoding.EncodeToString(append(append([]byte{}, key...), sum[:4]...))
}

// parseLine reads what line wrote. name is what a damaged one is called.
func parseLine(text, name string) ([]byte, error) {
	raw, err := base64.StdEncoding.DecodeString(strings.TrimSpace(text))
	if err != nil || len(raw) < KeySize+4 {
		return nil, fmt.Errorf("%w: %q", ErrDamaged, name)
	}
	key, sum := raw[:len(raw)-4], sha256.Sum256(raw[:len(raw)-4])
	if string(sum[:4]) != string(raw[len(raw)-4:]) {
		return nil, fmt.Errorf("%w: %q", ErrDamaged, name)
	}
	return key, nil
}

// parseMaster reads the line of a master key.
func parseMaster(text, name string) ([]byte, error) {
	key, err := parseLine(text, name)
	if err == nil && len(key) != KeySize {
		return nil, fmt.Errorf("%w: %q has %d bytes, want %d", ErrDamaged, name, len(key), KeySize)
	}
	return key, err
}

func readKey(path string) ([]byte, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read key: %w", err)
	}
	return parseLine(string(text), filepath.Base(path))
}

// writeKey writes a key file, whole or not at all, and never over an existing one.
func writeKey(path string, key []byte) error { return placeKey(path, key, os.Link) }

// replaceKey writes a key file in the place of another, if there is one.
func replaceKey(path string, key []byte) error { return placeKey(path, key, os.Rename) }

const tempPattern = ".key-*"

func placeKey(path string, key []byte, place func(from, to string) error) error {
	f, err := os.CreateTemp(filepath.Dir(path), tempPattern) // made 0600
	if err != nil {
		return fmt.Errorf("write key: %w", err)
	}
	defer os.Remove(f.Name())
	_, err = f.WriteString(line(key) + "\n")
	err = errors.Join(err, f.Sync(), f.Close())
	if err != nil {
		return fmt.Errorf("write key: %w", err)
	}
	if err := place(f.Name(), path); err != nil {
		return fmt.Errorf("write key: %w", err)
	}
	return syncDir(filepath.Dir(path))
}

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return fmt.Errorf("write key: %w", err)
	}
	return errors.Join(d.Sync(), d.Close())
}

// lock waits until nobody else changes the keys of a directory (flock(2): it ends with its process).
func lock(dir string) (unlock func(), err error) {
	d, err := os.Open(dir)
	if err != nil {
		return nil, fmt.Errorf("lock keys: %w", err)
	}
	if err := syscall.Flock(int(d.Fd()), syscall.LOCK_EX); err != nil {
		d.Close()
		return nil, fmt.Errorf("lock keys in %q: %w", dir, err)
	}
	return func() { d.Close() }, nil
}

// ErrNoFile says that something other than a file has a name.
var ErrNoFile = errors.New("is not a file")

// Wipe overwrites a file and removes it, for good: the directory is synced. It follows no link, and takes
// directories and devices for what they are: ErrNoFile. A file that is not there is fs.ErrNotExist. Disks
// that write elsewhere, and snapshots of file systems, may keep what was overwritten: what must be gone
// from those as well is best sealed under a key that is wiped.
func Wipe(path string) error {
	info, err := os.Lstat(path)
	if err != nil {
		return fmt.Errorf("wipe: %w", err)
	}
	if !info.Mode().IsRegular() {
		return fmt.Errorf("wipe %q: %w", path, ErrNoFile)
	}
	f, err := os.OpenFile(path, os.O_WRONLY|syscall.O_NOFOLLOW, 0)
	if err != nil {
		return fmt.Errorf("wipe: %w", err)
	}
	_, err = io.CopyN(f, zeros{}, info.Size())
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return fmt.Errorf("wipe: %w", err)
	}
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("wipe: %w", err)
	}
	return syncDir(filepath.Dir(path))
}

// unlinkOrWipe wipes a file that has no other name. Where it has one, only this name goes.
func unlinkOrWipe(path string) error {
	info, err := os.Lstat(path)
	if err != nil {
		return fmt.Errorf("wipe: %w", err)
	}
	if at, ok := info.Sys().(*syscall.Stat_t); ok && at.Nlink > 1 {
		return errors.Join(os.Remove(path), syncDir(filepath.Dir(path)))
	}
	return Wipe(path)
}

// sweep removes what a process that was killed while it wrote a key has left.
func sweep(dir string) error {
	left, err := filepath.Glob(filepath.Join(dir, tempPattern))
	for _, path := range left {
		err = errors.Join(err, unlinkOrWipe(path))
	}
	return err
}

// zeros is an endless source of them.
type zeros struct{}

// Read is io.Reader's.
func (zeros) Read(b []byte) (int, error) {
	clear(b)
	return len(b), nil
}
