package campaign

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"
)

// Bounds of the files that are read whole.
const (
	maxManifest  = 1 << 20
	maxNotice    = 1 << 20
	maxCompanies = 64 << 20
)

const noticesDir = "notices"

// source is where the campaign's files come from: a folder or a snapshot.
type source interface {
	// read gives a file whole. A file above the limit is an error.
	read(name string, limit int) ([]byte, error)
	// notices lists the files in the notices folder by their bare names, sorted.
	notices() ([]string, error)
}

// tooLarge is the error for a file above its limit.
type tooLarge struct{ limit int }

func (e tooLarge) Error() string { return fmt.Sprintf("larger than %d MiB", e.limit>>20) }

// folder reads under an opened root, which no name and no link can leave.
type folder struct{ root *os.Root }

func (d folder) read(name string, limit int) ([]byte, error) {
	file, err := openRegular(d.root, name)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	// One byte more than the limit shows a file that is too large, even one that is growing.
	content, err := io.ReadAll(io.LimitReader(file, int64(limit)+1))
	if err == nil && len(content) > limit {
		err = tooLarge{limit}
	}
	return content, err
}

// openRegular opens a file that is nothing else: opening a pipe would wait for ever.
func openRegular(root *os.Root, name string) (*os.File, error) {
	info, err := root.Stat(name)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("open %q: not a regular file", name)
	}
	return root.Open(name)
}

func (d folder) notices() ([]string, error) {
	entries, err := fs.ReadDir(d.root.FS(), noticesDir)
	names := make([]string, len(entries))
	for i, entry := range entries {
		names[i] = entry.Name()
	}
	return names, err
}

// snapshot is a folder in memory: content by name.
type snapshot map[string][]byte

func (s snapshot) read(name string, limit int) ([]byte, error) {
	content, ok := s[name]
	if !ok {
		return nil, fs.ErrNotExist
	}
	if len(content) > limit {
		return nil, tooLarge{limit}
	}
	return content, nil
}

func (s snapshot) notices() ([]string, error) {
	var names []string
	for name := range s {
		if bare, ok := strings.CutPrefix(name, noticesDir+"/"); ok {
			names = append(names, bare)
		}
	}
	slices.Sort(names)
	return names, nil
}

// readFault words an error of reading for a problem, without the path, which the problem has
// already.
func readFault(err error) (what, do string) {
	var large tooLarge
	var path *fs.PathError
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "no such file", "write it, or name another file"
	case errors.As(err, &large):
		return large.Error(), "split it, or take out what does not belong there"
	case errors.As(err, &path):
		return "cannot be read: " + path.Err.Error(),
			"see that it is a file inside the campaign folder and that you may read it"
	}
	return "cannot be read: not a regular file", "put the file itself in the campaign folder"
}
