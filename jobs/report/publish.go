package report

import (
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"strings"
	"time"

	"golang.org/x/text/language"
)

// Published is what a revision changed as its readers see it: a table in their language. It holds no personal
// data.
type Published struct {
	Language string // BCP 47
	Title    string // of the campaign; may be empty
	Head     []string
	Rows     [][]string // each as long as Head
}

// Publish words changes in the language that is nearest to a locale. Days are those on which the revisions came in,
// in a zone: as of when their numbers are, and not when the notices went out, which takes days. The rows after the
// segments are: all people, each once; and of them those who are new, of whom something else is said, and who are
// no longer affected.
func (c Changes) Publish(locale language.Tag, title string, zone *time.Location) Published {
	w := changeWordsOf(locale)
	head := func(form string, s Side) string {
		return fmt.Sprintf(form, s.Revision, s.At.In(zone).Format(w.day))
	}
	out := Published{
		Language: w.tag.String(), Title: title,
		Head: []string{w.segment, head(w.before, c.Before), head(w.now, c.Now)},
	}
	for _, s := range c.Segments {
		out.Rows = append(out.Rows, []string{s.Title, w.number(s.Before), w.change(s.Before, s.Now, s.Turnover)})
	}
	return out.with(w.all, w.number(c.Before.People), w.change(c.Before.People, c.Now.People, c.turnover())).
		with(w.listed, "", w.number(c.Listed)).
		with(w.changed, "", w.number(c.Changed)).
		with(w.left, "", w.number(c.Left))
}

func (p Published) with(cells ...string) Published {
	p.Rows = append(p.Rows, cells)
	return p
}

// Markdown writes a table as GitHub and most others read it.
func (p Published) Markdown(w io.Writer) error {
	var out strings.Builder
	if p.Title != "" {
		fmt.Fprintf(&out, "## %s\n\n", plainMarkdown(p.Title))
	}
	line := func(cells []string) {
		for _, cell := range cells {
			out.WriteString("| " + plainMarkdown(cell) + " ")
		}
		out.WriteString("|\n")
	}
	line(p.Head)
	out.WriteString("| --- | ---: | ---: |\n")
	for _, cells := range p.Rows {
		line(cells)
	}
	_, err := io.WriteString(w, out.String())
	return err
}

// plainMarkdown takes the meaning from what Markdown would read as markup.
func plainMarkdown(s string) string {
	var out strings.Builder
	for _, r := range strings.Join(strings.Fields(s), " ") {
		if strings.ContainsRune("\\`*_[]<>|#&~", r) {
			out.WriteByte('\\')
		}
		out.WriteRune(r)
	}
	return out.String()
}

// CSV writes a table for people, or for machines where it is raw.
func (p Published) CSV(w io.Writer, raw bool) error {
	t := newTable(w, raw)
	for _, cells := range append([][]string{p.Head}, p.Rows...) {
		if err := t.row(cells...); err != nil {
			return err
		}
	}
	return t.close()
}

//go:embed changes.html
var changesSource string

// HTML writes a page of its own, with nothing from outside; its table can be put into another.
func (p Published) HTML(w io.Writer) error {
	t, err := template.New("changes").Parse(changesSource)
	if err != nil {
		return err
	}
	return t.Execute(w, p)
}
