// Package folder writes what the folders of examples have in common: texts that are kept beside the code, some of
// them with numbers to put in, and tables that are made row by row and may be large.
package folder

import (
	"bufio"
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"strings"
	"text/template"
)

// Write copies what stands under from into the directory dir, which exists and is empty. A file NAME.tmpl is a
// template: NAME is what it makes of the data.
func Write(dir string, files fs.FS, from string, data any) error {
	files, err := fs.Sub(files, from)
	if err != nil {
		return err
	}
	return fs.WalkDir(files, ".", func(name string, entry fs.DirEntry, err error) error {
		to := filepath.Join(dir, filepath.FromSlash(name))
		switch {
		case err != nil || name == ".":
			return err
		case entry.IsDir():
			return os.Mkdir(to, 0o755)
		}
		content, err := fs.ReadFile(files, name)
		if err != nil {
			return err
		}
		if plain, ok := strings.CutSuffix(to, ".tmpl"); ok {
			to = plain
			if content, err = execute(string(content), data); err != nil {
				return err
			}
		}
		return os.WriteFile(to, content, 0o644)
	})
}

func execute(text string, data any) ([]byte, error) {
	t, err := template.New("").Parse(text)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	err = t.Execute(&out, data)
	return out.Bytes(), err
}

// Table writes a new CSV file in UTF-8. It stops when the context ends, with its error. A row may be used again
// for the next.
func Table(ctx context.Context, path string, header []string, rows iter.Seq[[]string]) error {
	to, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	buffer := bufio.NewWriterSize(to, 1<<16)
	err = records(ctx, csv.NewWriter(buffer), header, rows)
	return errors.Join(err, buffer.Flush(), to.Close())
}

func records(ctx context.Context, w *csv.Writer, header []string, rows iter.Seq[[]string]) error {
	if err := w.Write(header); err != nil {
		return err
	}
	const often = 1000
	n := 0
	for row := range rows {
		if n++; n%often == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		if err := w.Write(row); err != nil {
			return err
		}
	}
	w.Flush()
	return w.Error()
}
