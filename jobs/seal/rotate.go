package seal

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
)

// A rotation puts the campaigns' keys under a new master. The keys themselves stay as they are, and so does
// all that is sealed under them; whoever has a campaign open goes on.
//
// It goes in steps, and after each of them every key can be opened with the master in force. First each
// campaign gets a second file, campaign-ID.key.next, under the new master. Then, with one renaming, the new
// master takes the place of the old. Then each second file takes the place of the first, and the old
// master is wiped. Who reads tries both files. Where the master was given and not read from a file, the
// renaming is the operator's: they give the new one everywhere, and rotate once more.

const (
	next = ".next" // behind the name of a key's file: what takes its place
	old  = ".old"  // behind that of the master's: what had it
)

// ErrNoPlace says that a rotation does not know where to put the new master.
var ErrNoPlace = errors.New("no file is named for the new master key")

// Rotation is what has become of one.
type Rotation struct {
	Keys    int  // of campaigns, under the new master
	Done    bool // the old master opens nothing any more; otherwise the new one is to be given
	Resumed bool // one that was broken off, or waited for its new master, is finished
}

// Rotate changes the master key. to is the file for the new one, made if it is not there, where the master
// was given; otherwise it is empty. A rotation that was broken off is finished, and no other begun.
func (r Keyring) Rotate(to string) (Rotation, error) {
	unlock, err := lock(r.at.Dir)
	if err != nil {
		return Rotation{}, err
	}
	defer unlock()
	x, err := r.rotation(to)
	if err != nil {
		return Rotation{}, err
	}
	if err := sweep(r.at.Dir); err != nil {
		return Rotation{}, err
	}
	for _, step := range x.steps() {
		if err := step(); err != nil {
			return Rotation{}, fmt.Errorf("change master key: %w", err)
		}
	}
	return Rotation{Keys: len(x.secrets), Done: x.done, Resumed: x.finish}, nil
}

// rotation is one as it goes on from what there is.
type rotation struct {
	Keyring
	newFile string            // where the new master is before it takes the old one's place
	secrets map[string][]byte // of the campaigns
	ids     []string
	master  []byte // in force; then the new one
	finish  bool   // the new master is in force already
	done    bool
}

// rotation looks at what there is. A key that does not open stops it before anything is changed.
func (r Keyring) rotation(to string) (*rotation, error) {
	x := &rotation{Keyring: r, newFile: r.MasterPath() + next, secrets: map[string][]byte{}}
	if r.at.Master != "" {
		x.newFile = to
	}
	var err error
	if x.ids, err = r.Campaigns(); err != nil {
		return nil, err
	}
	if x.master, err = r.master(); err != nil {
		return nil, err
	}
	for _, id := range x.ids {
		if x.secrets[id], err = r.secret(id); err != nil {
			return nil, err
		}
		_, err := openKey(r.file(id), x.master, id)
		x.finish = x.finish || err != nil // it was the second file that opened
	}
	if r.at.Master == "" {
		x.finish = !exists(x.newFile) && (x.finish || exists(r.MasterPath()+old))
	}
	x.done = x.finish || r.at.Master == ""
	return x, x.placed()
}

// placed makes sure that there is a place for a new master, where one is to be made.
func (x *rotation) placed() error {
	switch {
	case x.finish || x.newFile != "":
		return nil
	case slices.ContainsFunc(x.ids, x.rotating):
		return ErrRotating
	}
	return ErrNoPlace
}

func exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}

// rotating tells whether a campaign has a second file.
func (r Keyring) rotating(id string) bool { return exists(r.file(id) + next) }

// steps are what is still to be done, in order.
func (x *rotation) steps() []func() error {
	var steps []func() error
	if !x.finish {
		steps = append(steps, x.makeMaster)
		for _, id := range x.ids {
			steps = append(steps, func() error { return x.wrapAgain(id) })
		}
	}
	if !x.done {
		return steps
	}
	if !x.finish {
		steps = append(steps, x.keepOld, x.swap)
	}
	for _, id := range x.ids {
		steps = append(steps, func() error { return x.promote(id) })
	}
	return append(steps, x.wipeOld)
}

// makeMaster makes the new master, or reads the one that an earlier try has made.
func (x *rotation) makeMaster() error {
	if err := writeKey(x.newFile, randomKey()); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	text, err := os.ReadFile(x.newFile)
	if err == nil {
		x.master, err = parseMaster(string(text), filepath.Base(x.newFile))
	}
	return err
}

// wrapAgain writes a campaign's second file, and reads it to be sure.
func (x *rotation) wrapAgain(id string) error {
	wrapped, err := wrap(x.secrets[id], x.master, id)
	if err != nil {
		return err
	}
	if err := replaceKey(x.file(id)+next, wrapped); err != nil {
		return err
	}
	secret, err := openKey(x.file(id)+next, x.master, id)
	if err == nil && !bytes.Equal(secret, x.secrets[id]) {
		err = ErrDamaged
	}
	return err
}

// keepOld gives the old master a second name, by which it can be wiped later.
func (x *rotation) keepOld() error {
	path := x.MasterPath()
	if err := os.Remove(path + old); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return os.Link(path, path+old)
}

// swap puts the new master in force.
func (x *rotation) swap() error {
	if err := os.Rename(x.newFile, x.MasterPath()); err != nil {
		return err
	}
	return syncDir(filepath.Dir(x.newFile))
}

// promote lets a campaign's second file take the place of the first. One that does not open was left by a
// rotation that never came into force.
func (x *rotation) promote(id string) error {
	move := func() error { return os.Rename(x.file(id)+next, x.file(id)) }
	if _, err := openKey(x.file(id)+next, x.master, id); err != nil {
		move = func() error { return os.Remove(x.file(id) + next) }
	}
	if err := move(); err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		return err
	}
	return syncDir(x.at.Dir)
}

// wipeOld does not touch what is still the master under another name.
func (x *rotation) wipeOld() error {
	if x.at.Master != "" || !exists(x.MasterPath()+old) {
		return nil
	}
	return unlinkOrWipe(x.MasterPath() + old)
}
