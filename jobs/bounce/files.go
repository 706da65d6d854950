package bounce

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// Files are the files of messages that a path stands for: itself; of a Maildir, what is in its new and cur;
// of another directory, what is in it. They are in the order of their names. What is no regular file in a
// directory is left out: nobody knows whether it ever ends.
func Files(path string) ([]string, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !info.IsDir() {
		return []string{path}, nil
	}
	var out []string
	dirs := maildir(path)
	if len(dirs) == 0 {
		dirs = []string{path}
	}
	for _, dir := range dirs {
		entries, err := os.ReadDir(dir)
		if err != nil {
			return nil, fmt.Errorf("read directory %q: %w", dir, err)
		}
		for _, e := range entries {
			if e.Type().IsRegular() {
				out = append(out, filepath.Join(dir, e.Name()))
			}
		}
	}
	return out, nil
}

// maildir are the folders of a Maildir that have messages; tmp has those that are not there yet.
func maildir(path string) (dirs []string) {
	for _, name := range []string{"cur", "new"} {
		dir := filepath.Join(path, name)
		if info, err := os.Stat(dir); err == nil && info.Mode().Type() == fs.ModeDir {
			dirs = append(dirs, dir)
		}
	}
	return dirs
}
