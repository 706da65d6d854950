package main

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"sync"
	"time"

	"golang.org/x/text/language"
	"golang.org/x/text/message"
	"golang.org/x/text/width"
)

// The rules of the voice. Only this file prints.
//
//   - Results go to standard output, everything else to standard error.
//   - "oshirase: error: …" names the fault in the user's words, lower case, no full stop.
//   - "oshirase: hint: …" names the next step, if possible a command.
//   - "oshirase: warning: …" is for what does not stop us.
//   - Progress is one rewritten line on a terminal, and a line a minute elsewhere.
type voice struct {
	out, err io.Writer
	terminal bool // standard error is one

	mu    sync.Mutex
	shown bool      // a progress line stands
	said  time.Time // the last progress line elsewhere
}

func (v *voice) print(format string, args ...any) {
	v.clear()
	fmt.Fprintf(v.out, format, args...)
}

func (v *voice) json(value any) error {
	v.clear()
	enc := json.NewEncoder(v.out)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(value)
}

// table prints rows in columns. Cells that are numbers stand to the right; a Japanese character is two
// columns wide.
func (v *voice) table(rows [][]string) {
	v.clear()
	var widths []int
	for _, r := range rows {
		for i, cell := range r {
			if i == len(widths) {
				widths = append(widths, 0)
			}
			widths[i] = max(widths[i], columns(cell))
		}
	}
	for _, r := range rows {
		var line strings.Builder
		for i, cell := range r {
			pad := strings.Repeat(" ", widths[i]-columns(cell))
			if numeric(cell) || numericColumn(rows, i) {
				line.WriteString(pad + cell + "  ")
			} else {
				line.WriteString(cell + pad + "  ")
			}
		}
		fmt.Fprintln(v.out, strings.TrimRight(line.String(), " "))
	}
}

func numeric(cell string) bool { return cell != "" && strings.Trim(cell, "0123456789,") == "" }

// numericColumn tells whether the cells below a heading are numbers, so that it stands above them.
func numericColumn(rows [][]string, i int) bool {
	return len(rows) > 1 && len(rows[1]) > i && numeric(rows[1][i])
}

// columns is how wide a terminal shows a text (UAX #11).
func columns(s string) int {
	n := 0
	for _, r := range s {
		switch width.LookupRune(r).Kind() {
		case width.EastAsianWide, width.EastAsianFullwidth:
			n += 2
		default:
			n++
		}
	}
	return n
}

func (v *voice) fault(f *fault) {
	for line := range strings.Lines(f.Error()) {
		v.line("error", strings.TrimRight(line, "\n"))
	}
	for _, h := range f.hints {
		v.line("hint", h)
	}
}

func (v *voice) hint(format string, args ...any)    { v.line("hint", fmt.Sprintf(format, args...)) }
func (v *voice) warning(format string, args ...any) { v.line("warning", fmt.Sprintf(format, args...)) }
func (v *voice) note(format string, args ...any) {
	v.clear()
	fmt.Fprintf(v.err, "oshirase: %s\n", fmt.Sprintf(format, args...))
}

func (v *voice) line(kind, text string) {
	v.clear()
	fmt.Fprintf(v.err, "oshirase: %s: %s\n", kind, text)
}

// prompt asks on standard error, so that standard output stays a result.
func (v *voice) prompt(text string) {
	v.clear()
	fmt.Fprint(v.err, text)
}

// progress shows how far something has come.
func (v *voice) progress(done, total int, what string) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if !v.terminal {
		if v.said.IsZero() {
			v.said = time.Now()
		}
		if time.Since(v.said) >= time.Minute {
			v.said = time.Now()
			fmt.Fprintf(v.err, "oshirase: %s of %s %s\n", thousands(done), thousands(total), what)
		}
		return
	}
	const width = 30
	full := 0
	if total > 0 {
		full = width * done / total
	}
	bar := strings.Repeat("█", full) + strings.Repeat("░", width-full)
	fmt.Fprintf(v.err, "\r\x1b[K%s %s / %s %s", bar, thousands(done), thousands(total), what)
	v.shown = true
}

// clear takes the progress line away before anything else is printed.
func (v *voice) clear() {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.shown {
		fmt.Fprint(v.err, "\r\x1b[K")
		v.shown = false
	}
}

// again rewrites a screen, for status --watch.
func (v *voice) again() {
	if v.terminal {
		fmt.Fprint(v.out, "\x1b[H\x1b[2J")
	}
}

func thousands(n int) string { return message.NewPrinter(language.English).Sprintf("%d", n) }

// plural joins a number and a noun.
func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return thousands(n) + " " + many
}
