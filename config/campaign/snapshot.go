package campaign

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"io"
	"maps"
	"slices"
	"time"
)

// Snapshot gives every file that the campaign consists of, the recipients excepted, by its name
// in the folder: what FromSnapshot needs. The contents are the folder's own and must not be
// changed.
func (f *Folder) Snapshot() map[string][]byte {
	files := map[string][]byte{ManifestFile: f.Source}
	if name := f.Manifest.Batches.File; name != "" {
		files[name] = f.Companies
	}
	for _, n := range f.Notices {
		files[n.File] = n.Source
	}
	return files
}

// FromSnapshot rebuilds the folder from what Snapshot gave, with no file system: Dir is empty,
// and Today is zero unless the manifest says as_of. A snapshot that is no valid campaign is an
// error, which names the first problem.
func FromSnapshot(files map[string][]byte) (*Folder, error) {
	l := newLoader(snapshot(files), time.Time{})
	l.load()
	sortProblems(l.problems)
	for _, p := range l.problems {
		if !p.Warning {
			return nil, fmt.Errorf("read campaign snapshot: %s", p)
		}
	}
	return l.folder, nil
}

// Digest is the SHA-256 of the snapshot: for each file in the order of names the length of the
// name, the name, the length of the content and the content, lengths as 8 bytes, big-endian. Two
// folders with the same digest promise the same.
func (f *Folder) Digest() [32]byte {
	files := f.Snapshot()
	hash := sha256.New()
	for _, name := range slices.Sorted(maps.Keys(files)) {
		writeSized(hash, []byte(name))
		writeSized(hash, files[name])
	}
	return [32]byte(hash.Sum(nil))
}

func writeSized(w io.Writer, b []byte) {
	var size [8]byte
	binary.BigEndian.PutUint64(size[:], uint64(len(b)))
	_, _ = w.Write(size[:]) // a hash takes every write
	_, _ = w.Write(b)
}
