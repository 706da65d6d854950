package letters

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"oshirase/letters/barcode"
	"oshirase/letters/reading"
	"oshirase/templates"
)

// compose is the pages of a letter.
func (p *Press) compose(l Letter) ([]page, error) {
	w, err := p.set(l)
	return w.pages, err
}

// markedPress is a press of its own with marks.
func markedPress(t *testing.T, envelope string, m Marking) *Press {
	t.Helper()
	p, err := NewPress(Embedded(), envelope)
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Mark(m); err != nil {
		t.Fatal(err)
	}
	return p
}

// markedLetter is a letter of two sheets with a piece number.
func markedLetter(i int) Letter {
	l := japaneseLetter(i)
	l.Piece = barcode.Piece(int64(1<<28 + i))
	for range 20 {
		l.Document.Blocks = append(l.Document.Blocks, para(sentence))
	}
	return l
}

func bindMarked(t *testing.T, p *Press, j Job, n int, make func(int) Letter) ([]byte, []Bound) {
	t.Helper()
	var b bytes.Buffer
	var places []Bound
	err := p.Bind(&b, j, all(n, make), func(_ int, at Bound) error { places = append(places, at); return nil })
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes(), places
}

// scan renders pages and gives what a reader of symbols finds on each.
func scan(t *testing.T, pdf []byte, name string, args ...string) []string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil && os.Getenv("CI") == "true" {
		t.Fatalf("%s is missing", name)
	}
	if err != nil {
		t.Skipf("%s is not installed", name)
	}
	dir := t.TempDir()
	tool(t, pdf, "pdftoppm", "-r", "200", "-gray", "-y", "2100", "-H", "239", "-png", "FILE", filepath.Join(dir, "p"))
	images, err := filepath.Glob(filepath.Join(dir, "*.png"))
	if err != nil {
		t.Fatal(err)
	}
	var found []string
	for _, image := range images {
		out, err := exec.Command(path, append(args, image)...).Output()
		if err != nil {
			t.Fatalf("%s finds nothing on %s: %v", name, image, err)
		}
		found = append(found, strings.TrimSpace(string(out)))
	}
	return found
}

// The symbols are read from the rendered pages by other people's programs.
func TestSymbolsAreReadBackFromThePages(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		kind MarkKind
		tool string
		args []string
	}{
		{MarkDataMatrix, "dmtxread", []string{"-m", "5000", "-N", "1"}},
		{MarkQR, "zbarimg", []string{"-q", "--raw"}},
	} {
		t.Run(string(c.kind), func(t *testing.T) {
			t.Parallel()
			press := markedPress(t, "jp-chou3", Marking{Kind: c.kind})
			pdf, places := bindMarked(t, press, Job{Title: "marks", Created: bindDate, Number: 42}, 2, markedLetter)
			tool(t, pdf, "qpdf", "--check", "FILE")
			found := scan(t, pdf, c.tool, c.args...)
			if len(found) != places[1].PageTo {
				t.Fatalf("%d pages were read, want %d", len(found), places[1].PageTo)
			}
			for i, at := range places {
				for n := range at.Pages {
					got, err := barcode.ParseMark(found[at.PageFrom-1+n])
					want := barcode.Mark{Batch: 42, Sequence: i + 1, Sheet: n + 1, Sheets: at.Pages,
						Delivery: int64(1<<28 + i)}
					if err != nil || got != want {
						t.Errorf("page %d says %+v (%v), want %+v", at.PageFrom+n, got, err, want)
					}
				}
			}
		})
	}
}

func TestALetterPrintedAgainHasThePagesOfItsFile(t *testing.T) {
	t.Parallel()
	for _, kind := range []MarkKind{MarkNone, MarkDataMatrix, MarkQR, MarkOMR} {
		press := markedPress(t, "jp-chou3", Marking{Kind: kind})
		job := Job{Title: "marks", Created: bindDate, Number: 7}
		pdf, places := bindMarked(t, press, job, 3, markedLetter)
		job.Sequence, job.Page = 3, places[2].PageFrom
		again, at := bindMarked(t, press, job, 1, func(int) Letter { return markedLetter(2) })
		if at[0] != places[2] {
			t.Errorf("%s: again at %+v, was at %+v", kind, at[0], places[2])
		}
		dir := t.TempDir()
		render := func(name string, pdf []byte, from int) []byte {
			out := filepath.Join(dir, name)
			tool(t, pdf, "pdftoppm", "-r", "72", "-gray", "-singlefile", "-f", fmt.Sprint(from), "FILE", out)
			image, err := os.ReadFile(out + ".pgm")
			if err != nil {
				t.Fatal(err)
			}
			return image
		}
		for n := range at[0].Pages {
			if !bytes.Equal(render("a", pdf, places[2].PageFrom+n), render("b", again, 1+n)) {
				t.Errorf("%s: sheet %d looks otherwise", kind, n+1)
			}
		}
	}
}

// The digest that was stored when a letter was checked says nothing of its place in a file.
func TestAMarkDoesNotChangeTheDigest(t *testing.T) {
	t.Parallel()
	plain, err := testPress().Typeset(markedLetter(1))
	if err != nil {
		t.Fatal(err)
	}
	press := markedPress(t, "jp-chou3", Marking{Kind: MarkDataMatrix})
	_, places := bindMarked(t, press, Job{Created: bindDate, Number: 9}, 2, markedLetter)
	if places[1].Digest != plain.Digest {
		t.Error("the digest of a letter depends on its mark")
	}
}

func TestEachPageSaysWhoseItIs(t *testing.T) {
	t.Parallel()
	long := func(i int) Letter {
		l := markedLetter(i)
		for range 900 {
			l.Document.Blocks = append(l.Document.Blocks, para(sentence))
		}
		return l
	}
	press := markedPress(t, "jp-chou3", Marking{Kind: MarkDataMatrix})
	pdf, places := bindMarked(t, press, Job{Created: bindDate}, 1, long)
	pages, err := reading.Pages(pdf)
	if err != nil || len(pages) != places[0].Pages || len(pages) <= often {
		t.Fatalf("%d pages read, %d bound, %v", len(pages), places[0].Pages, err)
	}
	for i, p := range pages {
		if len(p.Pieces) != 1 || p.Pieces[0] != long(0).Piece || len(p.Symbols) != 1 || p.Symbols[0].Width != 18 {
			t.Errorf("page %d says %q, %d symbols", i+1, p.Pieces, len(p.Symbols))
		}
	}
}

func TestAMarkStandsWhereNothingElseDoes(t *testing.T) {
	t.Parallel()
	for _, name := range Envelopes() {
		e, err := EnvelopeNamed(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, kind := range []MarkKind{"", MarkNone, MarkDataMatrix, MarkQR, MarkOMR} {
			if err := (Marking{Kind: kind}).Check(e); err != nil {
				t.Errorf("%s, %s: %v", name, kind, err)
			}
		}
		for where, m := range map[string]Marking{
			"in the text":    {MarkDataMatrix, 100, 150, false},
			"off the sheet":  {MarkQR, 199, 280, false},
			"at the edge":    {MarkQR, 2, 280, false},
			"on the number":  {MarkDataMatrix, 100, 281, false},
			"in no way":      {"stars", 9, 280, false},
			"in the address": {MarkDataMatrix, 30, 25, false},
		} {
			if m.Check(e) == nil {
				t.Errorf("%s: a mark %s is let through", name, where)
			}
		}
	}
}

func TestASymbolWantsAPieceNumber(t *testing.T) {
	t.Parallel()
	press := markedPress(t, "jp-chou3", Marking{Kind: MarkDataMatrix})
	l := markedLetter(0)
	l.Piece = "X"
	err := press.Bind(new(bytes.Buffer), Job{Created: bindDate}, all(1, func(int) Letter { return l }), noPlace)
	if err == nil || !strings.Contains(err.Error(), errMarkPiece.Error()) {
		t.Error(err)
	}
}

// addressed is a letter to an address that the customer barcode's rules are about.
func addressed(postcode, country string, lines ...string) Letter {
	l := markedLetter(0)
	l.Sender.Country = "JP"
	l.Address.Postcode, l.Address.Country, l.Address.Lines = postcode, country, lines
	return l
}

func TestTheCustomerBarcodeStandsInTheWindowOrSaysWhyNot(t *testing.T) {
	t.Parallel()
	wide, err := EnvelopeNamed("jp-chou3")
	if err != nil {
		t.Fatal(err)
	}
	wide.Window, wide.Slack = Rect{20, 12, 100, 45}, &Slack{Across: 5, Up: 5}
	press, err := NewPressFor(Embedded(), wide)
	if err != nil {
		t.Fatal(err)
	}
	if err := press.Mark(Marking{Customer: true}); err != nil {
		t.Fatal(err)
	}
	narrow := markedPress(t, "jp-chou3", Marking{Customer: true})
	address := []string{"千葉市花見川区武石町", "3-30-8 403号"}
	for _, c := range []struct {
		name         string
		press        *Press
		letter       Letter
		bars, reason string
	}{
		{"a plain address", press, addressed("262-0032", "", address...), "26200323-30-8-403", ""},
		{"a narrow window", narrow, addressed("262-0032", "", address...), "", BarcodeWindow},
		{"abroad", press, addressed("262-0032", "DE", "Beispielstr. 1"), "", BarcodeAbroad},
		{"a general postcode", press, addressed("100-0000", "", address...), "",
			barcode.ErrGeneralPostcode.Error()},
		{"no postcode", press, addressed("", "", address...), "", barcode.ErrNoPostcode.Error()},
		{"not asked for", testPress(), addressed("262-0032", "", address...), "", ""},
	} {
		set, err := c.press.Typeset(c.letter)
		if err != nil || set.Customer != c.bars || set.NoCustomer != c.reason {
			t.Errorf("%s: %q, %q, %v; want %q, %q", c.name, set.Customer, set.NoCustomer, err, c.bars, c.reason)
		}
	}
	full := addressed("262-0032", "", strings.Split(strings.Repeat("千葉市花見川区武石町三丁目三十番八号の建物|", 6), "|")...)
	set, err := press.Typeset(full)
	if err != nil || set.Customer != "" || set.NoCustomer != BarcodeRoom {
		t.Errorf("a full window: %q, %q, %v", set.Customer, set.NoCustomer, err)
	}
}

func TestTheCustomerBarcodeIsBelowTheAddress(t *testing.T) {
	t.Parallel()
	press := markedPress(t, "jp-kaku2", Marking{Customer: true})
	laid, err := press.set(addressed("262-0032", "", "千葉市花見川区武石町", "3-30-8 403号"))
	if err != nil || !laid.bars.there() {
		t.Fatal(err, laid.bars.none)
	}
	safe, at := press.window.safe(), laid.bars.place
	shape := barcode.NewCustomerShape(10)
	top := paperHeight - at.Y - at.Height
	address := laid.pages[0][0]
	if bottom := address.top + height(address.part.boxes); bottom > top-shape.Quiet+1e-6 {
		t.Errorf("the address ends at %.1f, the bars begin at %.1f", bottom, top)
	}
	if at.X < safe.left+shape.Quiet-1e-6 || at.X+at.Width > safe.right()-shape.Quiet+1e-6 ||
		top+at.Height > safe.bottom()-shape.Quiet+1e-6 {
		t.Errorf("the bars at %+v have no air in %+v", at, safe)
	}
}

func TestANoteStandsAlone(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	err := testPress().Note(&b, bindDate, templates.Document{Locale: "en", Title: "Print file",
		Blocks: []templates.Block{table([]string{"Letters", "29"}, []string{"Sheets", "58"})}})
	if err != nil {
		t.Fatal(err)
	}
	tool(t, b.Bytes(), "qpdf", "--check", "FILE")
	text := strings.Join(pagesOf(t, b.Bytes()), "")
	for _, want := range []string{"Print file", "Letters", "29", "58"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not there", want)
		}
	}
}
