package table

import (
	"fmt"
	"strings"
)

// Sure is how sure a decision is.
type Sure string

// Certain leaves no other reading; Likely is what is said where a few bytes do not fit, or where another
// reading would be possible and strange; Declared was not decided here.
const (
	Certain  Sure = "certain"
	Likely   Sure = "likely"
	Declared Sure = "declared"
)

// Found is what a file turned out to be.
type Found struct {
	Format      string // as File.Format
	Compression string // gzip, zstd or empty
	Encoding    string // as File.Encoding; of UTF-16 with its byte order
	Sheet       string // of a workbook
	Delimiter   byte   // between cells; 0 in a workbook
	Sure        Sure   // of the encoding
	Why         string // what was counted, in words
}

// String says what was decided and how sure it is, for people: "CSV with commas, UTF-8, certain: every
// byte fits, 12,345 characters beyond ASCII".
func (f Found) String() string {
	if f.Format == XLSX {
		return fmt.Sprintf("XLSX, sheet %q", f.Sheet)
	}
	parts := []string{strings.ToUpper(f.Format)}
	if f.Format == CSV {
		parts[0] += " with " + delimiterName(f.Delimiter)
	}
	if f.Compression != "" {
		parts = append(parts, "compressed with "+f.Compression)
	}
	parts = append(parts, strings.ToUpper(f.Encoding), string(f.Sure))
	text := strings.Join(parts, ", ")
	if f.Why != "" {
		text += ": " + f.Why
	}
	return text
}

// thousands writes 6441 as 6,441.
func thousands(n int) string {
	s := fmt.Sprint(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
