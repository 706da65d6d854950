package seal

import (
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// Keyring is a directory of keys, mode 0700, its files 0600.
type Keyring struct{ dir string }

// NoKeyError says that a key file is not there.
type NoKeyError struct {
	Campaign string // empty: the master key
	Dir      string
}

func (e *NoKeyError) Error() string {
	if e.Campaign == "" {
		return fmt.Sprintf("no master key in %q", e.Dir)
	}
	return fmt.Sprintf("no key of campaign %q in %q", e.Campaign, e.Dir)
}

// ErrDamaged says that a key file is not as it was written.
var ErrDamaged = errors.New("key file is damaged")

const masterFile = "master.key"

var campaignName = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,63}$`)

// Dir returns the keyring of a directory, which need not exist yet.
func Dir(dir string) Keyring { return Keyring{dir: dir} }

// Path returns the directory.
func (r Keyring) Path() string { return r.dir }

// HasMaster tells whether there is a master key.
func (r Keyring) HasMaster() bool {
	_, err := os.Stat(filepath.Join(r.dir, masterFile))
	return err == nil
}

// MakeMaster makes the directory and its master key. It is an error if there is one already.
func (r Keyring) MakeMaster() error {
	if err := os.MkdirAll(r.dir, 0o700); err != nil {
		return fmt.Errorf("make key directory: %w", err)
	}
	return writeKey(filepath.Join(r.dir, masterFile), randomKey())
}

// Campaign reads the key of a campaign.
func (r Keyring) Campaign(id string) (*Key, error) {
	master, err := r.master()
	if err != nil {
		return nil, err
	}
	wrapped, err := r.read(id)
	if err != nil {
		return nil, err
	}
	secret, err := unwrap(master, id, wrapped)
	if err != nil {
		return nil, fmt.Errorf("key of campaign %q: %w", id, err)
	}
	return newKey(secret)
}

// MakeCampaign makes the key of a campaign, or reads it where there is one.
func (r Keyring) MakeCampaign(id string) (*Key, error) {
	key, err := r.Campaign(id)
	var none *NoKeyError
	if !errors.As(err, &none) || none.Campaign == "" {
		return key, err
	}
	master, err := r.master()
	if err != nil {
		return nil, err
	}
	aead, err := newAEAD(master)
	if err != nil {
		return nil, err
	}
	wrapped := aead.Seal(nil, nil, randomKey(), []byte(id))
	if err := writeKey(r.file(id), wrapped); err != nil && !errors.Is(err, fs.ErrExist) {
		return nil, err
	}
	return r.Campaign(id)
}

func (r Keyring) file(id string) string { return filepath.Join(r.dir, "campaign-"+id+".key") }

func (r Keyring) master() ([]byte, error) {
	key, err := readKey(filepath.Join(r.dir, masterFile))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, &NoKeyError{Dir: r.dir}
	}
	if err != nil {
		return nil, err
	}
	if len(key) != KeySize {
		return nil, fmt.Errorf("%w: %q has %d bytes, want %d", ErrDamaged, masterFile, len(key), KeySize)
	}
	return key, nil
}

func (r Keyring) read(id string) ([]byte, error) {
	if !campaignName.MatchString(id) {
		return nil, fmt.Errorf("campaign id %q cannot name a key", id)
	}
	wrapped, err := readKey(r.file(id))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, &NoKeyError{Campaign: id, Dir: r.dir}
	}
	return wrapped, err
}

func unwrap(master []byte, id string, wrapped []byte) ([]byte, error) {
	aead, err := newAEAD(master)
	if err != nil {
		return nil, err
	}
	secret, err := aead.Open(nil, nil, wrapped, []byte(id))
	if err != nil || len(secret) != KeySize {
		return nil, ErrSealed
	}
	return secret, nil
}

// A key file holds one line: the bytes in base64 with the first 4 bytes of their SHA-256 behind, so
// that a torn copy is noticed as such.
func writeKey(path string, key []byte) error {
	sum := sha256.Sum256(key)
	line := base64.StdEncoding.EncodeToString(append(append([]byte{}, key...), sum[:4]...))
	f, err := os.CreateTemp(filepath.Dir(path), ".key-*") // made 0600
	if err != nil {
		return fmt.Errorf("write key: %w", err)
	}
	defer os.Remove(f.Name())
	_, err = f.WriteString(line + "\n")
	err = errors.Join(err, f.Sync(), f.Close())
	if err != nil {
		return fmt.Errorf("write key: %w", err)
	}
	if err := os.Link(f.Name(), path); err != nil { // never over an existing key
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

func readKey(path string) ([]byte, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read key: %w", err)
	}
	raw, err := base64.StdEncoding.DecodeString(strings.TrimSpace(string(text)))
	if err != nil || len(raw) < KeySize+4 {
		return nil, fmt.Errorf("%w: %q", ErrDamaged, filepath.Base(path))
	}
	key, sum := raw[:len(raw)-4], sha256.Sum256(raw[:len(raw)-4])
	if string(sum[:4]) != string(raw[len(raw)-4:]) {
		return nil, fmt.Errorf("%w: %q", ErrDamaged, filepath.Base(path))
	}
	return key, nil
}
