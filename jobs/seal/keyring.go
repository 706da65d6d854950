package seal

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// Place says where the keys of an installation are.
type Place struct {
	Dir    string // of the campaigns' keys; mode 0700, its files 0600
	File   string // of the master key; empty: master.key in Dir
	Master string // the master key itself, as the line of its file, for machines that keep it nowhere
}

// Keyring opens the keys of campaigns with a master key. It is safe for concurrent use, with other
// processes too.
type Keyring struct{ at Place }

// NoKeyError says that a key is not there.
type NoKeyError struct {
	Campaign string // empty: the master key
	Dir      string // or the file of the master key
}

func (e *NoKeyError) Error() string {
	if e.Campaign == "" {
		return fmt.Sprintf("no master key in %q", e.Dir)
	}
	return fmt.Sprintf("no key of campaign %q in %q", e.Campaign, e.Dir)
}

// ErrDamaged says that a key file is not as it was written.
var ErrDamaged = errors.New("key file is damaged")

// ErrRotating says that the master key is being changed, or that this was broken off.
var ErrRotating = errors.New("the master key is being changed")

const (
	masterFile = "master.key"
	givenName  = "the master key that was given" // in errors, for it has no file
)

var campaignName = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,63}$`)

// Dir returns the keyring of a directory, which need not exist yet, with the master key in it.
func Dir(dir string) Keyring { return In(Place{Dir: dir}) }

// In returns the keyring of a place, which need not exist yet.
func In(at Place) Keyring { return Keyring{at} }

// Path returns the directory of the campaigns' keys.
func (r Keyring) Path() string { return r.at.Dir }

// MasterPath returns the file of the master key; empty where the key itself was given.
func (r Keyring) MasterPath() string {
	switch {
	case r.at.Master != "":
		return ""
	case r.at.File != "":
		return r.at.File
	}
	return filepath.Join(r.at.Dir, masterFile)
}

// HasMaster tells whether there is a master key.
func (r Keyring) HasMaster() bool {
	if r.at.Master != "" {
		return true
	}
	_, err := os.Stat(r.MasterPath())
	return err == nil
}

// MakeMaster makes the file of the master key, and the directories. The error is fs.ErrExist where there
// is a master key already.
func (r Keyring) MakeMaster() error {
	if r.at.Master != "" {
		return fmt.Errorf("make master key: %w", fs.ErrExist)
	}
	if err := os.MkdirAll(r.at.Dir, 0o700); err != nil {
		return fmt.Errorf("make key directory: %w", err)
	}
	return MakeMasterFile(r.MasterPath())
}

// MakeMasterFile makes a master key for another place than a keyring's own. The error is fs.ErrExist where
// the file is there already.
func MakeMasterFile(path string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return fmt.Errorf("make key directory: %w", err)
	}
	return writeKey(path, randomKey())
}

// WriteMaster makes a master key and writes its line, for whoever keeps keys elsewhere than in files.
func WriteMaster(w io.Writer) error {
	_, err := io.WriteString(w, line(randomKey())+"\n")
	return err
}

// Campaign reads the key of a campaign.
func (r Keyring) Campaign(id string) (*Key, error) {
	secret, err := r.secret(id)
	for range 3 { // the master may have been changed, or wiped, between the two files: read both again
		if errors.Is(err, ErrSealed) || errors.Is(err, ErrDamaged) {
			secret, err = r.secret(id)
		}
	}
	if err != nil {
		return nil, err
	}
	return newKey(secret)
}

// secret unwraps a campaign's secret. While the master is being changed the campaign has two files, one
// under each.
func (r Keyring) secret(id string) ([]byte, error) {
	if !campaignName.MatchString(id) {
		return nil, fmt.Errorf("campaign id %q cannot name a key", id)
	}
	master, err := r.master()
	if err != nil {
		return nil, err
	}
	secret, err := openKey(r.file(id), master, id)
	if err == nil {
		return secret, nil
	}
	if next, e := openKey(r.file(id)+next, master, id); e == nil {
		return next, nil
	}
	if errors.Is(err, fs.ErrNotExist) {
		return nil, &NoKeyError{Campaign: id, Dir: r.at.Dir}
	}
	return nil, fmt.Errorf("key of campaign %q: %w", id, err)
}

// openKey reads a campaign's file and unwraps it.
func openKey(path string, master []byte, id string) ([]byte, error) {
	wrapped, err := readKey(path)
	if err != nil {
		return nil, err
	}
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

// wrap is openKey's counterpart.
func wrap(secret, master []byte, id string) ([]byte, error) {
	aead, err := newAEAD(master)
	if err != nil {
		return nil, err
	}
	return aead.Seal(nil, nil, secret, []byte(id)), nil
}

// MakeCampaign makes the key of a campaign, or reads it where there is one. It makes none while the master
// key is being changed (ErrRotating), and none under a master that does not open the others (ErrSealed).
func (r Keyring) MakeCampaign(id string) (*Key, error) {
	key, err := r.Campaign(id)
	var none *NoKeyError
	if !errors.As(err, &none) || none.Campaign == "" {
		return key, err
	}
	if err := os.MkdirAll(r.at.Dir, 0o700); err != nil {
		return nil, fmt.Errorf("make key directory: %w", err)
	}
	unlock, err := lock(r.at.Dir)
	if err != nil {
		return nil, err
	}
	defer unlock()
	if err := r.make(id); err != nil && !errors.Is(err, fs.ErrExist) {
		return nil, err
	}
	return r.Campaign(id)
}

func (r Keyring) make(id string) error {
	others, err := r.Campaigns()
	if err != nil {
		return err
	}
	if len(others) > 0 {
		if _, err := r.secret(others[0]); err != nil {
			return err
		}
	}
	if slices.ContainsFunc(others, r.rotating) {
		return ErrRotating
	}
	master, err := r.master()
	if err != nil {
		return err
	}
	wrapped, err := wrap(randomKey(), master, id)
	if err != nil {
		return err
	}
	return writeKey(r.file(id), wrapped)
}

// Campaigns are those that have a key, sorted.
func (r Keyring) Campaigns() ([]string, error) {
	entries, err := os.ReadDir(r.at.Dir)
	if err != nil {
		return nil, fmt.Errorf("read keys: %w", err)
	}
	var out []string
	for _, e := range entries {
		name, ok := strings.CutSuffix(strings.TrimSuffix(e.Name(), next), ".key")
		id, mine := strings.CutPrefix(name, "campaign-")
		if ok && mine && campaignName.MatchString(id) {
			out = append(out, id)
		}
	}
	slices.Sort(out)
	return slices.Compact(out), nil
}

// Destroy wipes the key of a campaign: what was sealed under it is unreadable from then on, unless a copy
// of the key is somewhere. It answers whether there was one.
func (r Keyring) Destroy(id string) (bool, error) {
	if !campaignName.MatchString(id) {
		return false, fmt.Errorf("campaign id %q cannot name a key", id)
	}
	unlock, err := lock(r.at.Dir)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	defer unlock()
	there := false
	for _, path := range []string{r.file(id), r.file(id) + next} {
		err := Wipe(path)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return there, err
		}
		there = there || err == nil
	}
	return there, sweep(r.at.Dir)
}

func (r Keyring) file(id string) string { return filepath.Join(r.at.Dir, "campaign-"+id+".key") }

func (r Keyring) master() ([]byte, error) {
	if r.at.Master != "" {
		return parseMaster(r.at.Master, givenName)
	}
	text, err := os.ReadFile(r.MasterPath())
	if errors.Is(err, fs.ErrNotExist) {
		return nil, r.noMaster()
	}
	if err != nil {
		return nil, fmt.Errorf("read key: %w", err)
	}
	return parseMaster(string(text), filepath.Base(r.MasterPath()))
}

func (r Keyring) noMaster() error {
	if r.at.File != "" {
		return &NoKeyError{Dir: r.at.File}
	}
	return &NoKeyError{Dir: r.at.Dir}
}
