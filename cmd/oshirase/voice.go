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
	screen   bool // standard output is one

	mu    sync.Mutex
	shown bool      // a progress line stands
	said  time.Time // the last progress line elsewhere
	meter meter
}

// write takes the progress line away before anything else is printed. Workers and logs speak at once.
func (v *voice) write(to io.Writer, text string) error {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.shown {
		fmt.Fprint(v.err, "\r\x1b[K")
		v.shown = false
	}
	_, err := io.WriteString(to, text)
	return err
}

func (v *voice) print(format string, args ...any) { _ = v.write(v.out, fmt.Sprintf(format, args...)) }

// json prints a result for machines. A result that cannot be written is an error.
func (v *voice) json(value any) error {
	var text strings.Builder
	enc := json.NewEncoder(&text)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(value); err != nil {
		return err
	}
	return v.write(v.out, text.String())
}

// table prints rows in columns. Cells that are numbers stand to the right; a Japanese character is two
// columns wide.
func (v *voice) table(rows [][]string) {
	var widths []int
	for _, r := range rows {
		for i, cell := range r {
			if i == len(widths) {
				widths = append(widths, 0)
			}
			widths[i] = max(widths[i], columns(cell))
		}
	}
	var text strings.Builder
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
		text.WriteString(strings.TrimRight(line.String(), " ") + "\n")
	}
	v.print("%s", text.String())
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
	_ = v.write(v.err, "oshirase: "+fmt.Sprintf(format, args...)+"\n")
}

func (v *voice) line(kind, text string) { v.note("%s: %s", kind, text) }

// prompt asks on standard error, so that standard output stays a result.
func (v *voice) prompt(text string) { _ = v.write(v.err, text) }

// Write takes log lines, whole ones.
func (v *voice) Write(b []byte) (int, error) { return len(b), v.write(v.err, string(b)) }

// progress shows how far something has come, how fast it goes and how long it will take.
func (v *voice) progress(done, total int, what string) {
	v.mu.Lock()
	defer v.mu.Unlock()
	now := time.Now()
	v.meter.add(now, done, what)
	tempo := v.meter.tempo(now, done, total)
	if !v.terminal {
		if v.said.IsZero() {
			v.said = now
		}
		if now.Sub(v.said) >= time.Minute {
			v.said = now
			fmt.Fprintf(v.err, "oshirase: %s of %s %s%s\n", thousands(done), thousands(total), what, tempo)
		}
		return
	}
	const width = 30
	full := 0
	if total > 0 {
		full = width * min(done, total) / total
	}
	bar := strings.Repeat("█", full) + strings.Repeat("░", width-full)
	fmt.Fprintf(v.err, "\r\x1b[K%s %s / %s %s%s", bar, thousands(done), thousands(total), what, tempo)
	v.shown = true
}

// again rewrites a screen, for status --watch.
func (v *voice) again() {
	if v.screen {
		v.print("\x1b[H\x1b[2J")
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
