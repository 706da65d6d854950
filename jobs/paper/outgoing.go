package paper

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"oshirase/jobs/disk"
	"oshirase/jobs/ledger"
)

// ErrAltered says that a print file is not the one that was bound.
var ErrAltered = errors.New("it is not the file that was bound")

// Outgoing are the paths of those parts of a print file that the mail house gets: all but the operator's
// index, and the manifest last, for it announces the others. The pages must be those that were bound.
func Outgoing(dir string, f ledger.PrintFile) ([]string, error) {
	pdf := filepath.Join(dir, f.Name+pdfEnding)
	sum, err := disk.SumOf(pdf)
	if err == nil && sum != f.SHA256 {
		err = ErrAltered
	}
	if err != nil {
		return nil, fmt.Errorf("print file %q: %w", pdf, err)
	}
	manifest := f.Name + manifestEnding
	var out []string
	for _, name := range slices.DeleteFunc(Parts(f.Name), func(s string) bool {
		return s == f.Name+indexEnding || s == manifest
	}) {
		path := filepath.Join(dir, name)
		if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
			continue // of a version that had fewer parts
		}
		out = append(out, path)
	}
	return append(out, filepath.Join(dir, manifest)), nil
}
