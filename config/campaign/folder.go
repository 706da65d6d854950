// Package campaign reads a campaign folder: what the operator promised, checked for everything that
// can be known to be wrong before a person is written to.
package campaign

import (
	"errors"
	"fmt"
	"time"
)

// Folder is a campaign folder that was read whole: what enqueue will store and hash.
type Folder struct {
	Dir      string
	Manifest Manifest
	Source   []byte   // campaign.yaml as read
	Notices  []Notice // every notices/NAME.LOCALE.md, sorted by name and locale
	Location *time.Location
	Today    time.Time // AsOf if given, else the clock's
}

// Notice is one source file. Its name and locale come from the file name.
type Notice struct {
	Name   string // ap-a
	Locale string // BCP 47
	File   string // notices/ap-a.ja.md, relative to Dir
	Source []byte
}

// Problem is one thing wrong with the folder: where, what and what to do about it.
type Problem struct {
	File    string // relative to the folder
	Line    int    // 1-based; 0 where unknown
	Column  int    // 1-based; 0 where unknown
	What    string // lower case, no full stop
	Do      string // what to do, the same style
	Warning bool   // a warning does not make the campaign invalid
}

// Load reads DIR/campaign.yaml and all the files it names except the recipients. Everything wrong is
// reported at once as problems; err is for a folder that cannot be read at all.
func Load(dir string, now time.Time) (*Folder, []Problem, error) {
	return nil, nil, fmt.Errorf("load %q: %w", dir, errors.ErrUnsupported)
}
