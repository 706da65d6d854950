package report

import (
	"bufio"
	"encoding/csv"
	"errors"
	"io"
	"strings"
)

// table writes CSV for people (UTF-8 with BOM, CRLF, no cell that a spreadsheet would run) or for
// machines (none of that).
type table struct {
	csv *csv.Writer
	buf *bufio.Writer
	raw bool
}

func newTable(w io.Writer, raw bool) *table {
	buf := bufio.NewWriter(w)
	if !raw {
		_, _ = buf.WriteString("\uFEFF") // bufio keeps the error for Flush
	}
	out := csv.NewWriter(buf)
	out.UseCRLF = !raw
	return &table{csv: out, buf: buf, raw: raw}
}

func (t *table) row(cells ...string) error {
	if !t.raw {
		for i, c := range cells {
			cells[i] = harmless(c)
		}
	}
	return t.csv.Write(cells)
}

// harmless puts an apostrophe before what a spreadsheet would take for a formula (CWE-1236).
func harmless(cell string) string {
	if cell != "" && strings.IndexByte("=+-@\t\r", cell[0]) >= 0 {
		return "'" + cell
	}
	return cell
}

func (t *table) close() error {
	t.csv.Flush()
	return errors.Join(t.csv.Error(), t.buf.Flush())
}
