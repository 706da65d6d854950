package campaign

import (
	"fmt"
	"io"
	"os"
	"slices"
	"time"
)

// ManifestFile is the name of the manifest in a campaign folder.
const ManifestFile = "campaign.yaml"

// Folder is a campaign folder that was read whole: what enqueue will store and hash.
type Folder struct {
	Dir       string // empty for a folder made from a snapshot
	Manifest  Manifest
	Source    []byte   // campaign.yaml as read
	Companies []byte   // the companies file as read; nil where none is named
	Notices   []Notice // every notices/NAME.LOCALE.md, sorted by name and locale
	Location  *time.Location
	Today     time.Time // AsOf if given, else the clock's; zero in a snapshot without AsOf
}

// Notice is one source file. Its name and locale come from the file name.
type Notice struct {
	Name   string // ap-a
	Locale string // BCP 47, in canonical form
	File   string // notices/ap-a.ja.md, relative to Dir
	Source []byte
}

// Notice gives the source of a notice in exactly that locale.
func (f *Folder) Notice(name, locale string) (Notice, bool) {
	i := slices.IndexFunc(f.Notices, func(n Notice) bool {
		return n.Name == name && n.Locale == locale
	})
	if i < 0 {
		return Notice{}, false
	}
	return f.Notices[i], true
}

// LocalesOf lists the locales in which a notice exists, sorted.
func (f *Folder) LocalesOf(name string) []string {
	var locales []string
	for _, n := range f.Notices {
		if n.Name == name {
			locales = append(locales, n.Locale)
		}
	}
	return locales
}

// Start is the time from which a batch may be released. Zero means as soon as its turn comes,
// which is also the answer for a batch that the companies file does not list.
func (f *Folder) Start(batch string) time.Time {
	if batch == IndividualsBatch {
		return f.Manifest.Batches.Individuals.At
	}
	for _, b := range f.Manifest.Batches.List {
		if b.Name == batch {
			return b.Start
		}
	}
	return time.Time{}
}

// Open opens a recipients file. It follows no link out of the folder, whatever has become of the
// file since Load looked at it.
func (f *Folder) Open(name string) (io.ReadCloser, error) {
	if f.Dir == "" {
		return nil, fmt.Errorf("open %q: a snapshot has no recipients", name)
	}
	root, err := os.OpenRoot(f.Dir)
	if err != nil {
		return nil, err
	}
	defer root.Close()
	return openRegular(root, name)
}
