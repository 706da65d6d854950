package letters

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"oshirase/templates"
)

func TestEqualInputGivesEqualBytes(t *testing.T) {
	mixed := func(i int) Letter {
		if i%3 == 0 {
			return englishLetter(i)
		}
		return japaneseLetter(i)
	}
	one := bind(t, 40, mixed)
	fresh, err := NewPress(Embedded(), "jp-chou3")
	if err != nil {
		t.Fatal(err)
	}
	var two bytes.Buffer
	if err := fresh.Bind(&two, Job{Title: "test", Created: bindDate.In(time.FixedZone("JST", 9*3600))}, all(40, mixed),
		noPlace); err != nil {
		t.Fatal(err)
	}
	if sha256.Sum256(one) != sha256.Sum256(two.Bytes()) {
		t.Error("two runs differ")
	}
}

func TestBindGivesThePlacesAndTheDigestsOfTypeset(t *testing.T) {
	long := func(i int) Letter {
		l := japaneseLetter(i)
		for range i * 20 {
			l.Document.Blocks = append(l.Document.Blocks, para(sentence))
		}
		return l
	}
	next := 1
	err := testPress().Bind(io.Discard, Job{Title: "test", Created: bindDate}, all(4, long), func(i int, b Bound) error {
		want, err := testPress().Typeset(long(i))
		if err != nil {
			return err
		}
		if b.Typeset != want {
			t.Errorf("letter %d: bound as %+v, typeset as %+v", i, b.Typeset, want)
		}
		if b.PageFrom != next || b.PageTo != next+b.Pages-1 || b.Sheets != b.Pages {
			t.Errorf("letter %d: %+v, want from page %d", i, b, next)
		}
		next = b.PageTo + 1
		return nil
	})
	if err != nil || next < 6 {
		t.Error(err, next)
	}
}

func TestDigestIsOfAllThatIsPrinted(t *testing.T) {
	seen := map[[32]byte]string{}
	for name, change := range map[string]func(*Letter){
		"nothing":  func(*Letter) {},
		"piece":    func(l *Letter) { l.Piece = "X" },
		"name":     func(l *Letter) { l.Address.Name = "別人" },
		"postcode": func(l *Letter) { l.Address.Postcode = "1000002" },
		"date":     func(l *Letter) { l.Date = "別の日" },
		"sender":   func(l *Letter) { l.Sender.Name = "別の社" },
		"signer":   func(l *Letter) { l.Sender.Signer = "別の人" },
		"subject":  func(l *Letter) { l.Document.Title = "別件" },
		"form":     func(l *Letter) { l.Document.Locale = "en" },
		"body":     func(l *Letter) { l.Document.Blocks[2] = para("別の文") },
		"style":    func(l *Letter) { l.Document.Blocks[2].Spans[0].Strong = true },
		"personal": func(l *Letter) { l.Document.Blocks[3].Spans[1].Text = "X" },
	} {
		l := japaneseLetter(1)
		change(&l)
		got, err := testPress().Typeset(l)
		if err != nil {
			t.Fatal(err)
		}
		if other, ok := seen[got.Digest]; ok {
			t.Errorf("changed %s: digest as for %s", name, other)
		}
		seen[got.Digest] = name
	}
}

var errTest = errors.New("test")

func TestBindStopsAtAnErrorAndWritesNothing(t *testing.T) {
	bad := func(i int) Letter {
		l := japaneseLetter(i)
		if i == 2 {
			l.Address.Name = "🎉"
		}
		return l
	}
	var glyph *GlyphError
	for _, c := range []struct {
		name string
		bind func(w io.Writer) error
		is   func(error) bool
	}{
		{"of the letters", func(w io.Writer) error {
			return testPress().Bind(w, Job{Title: "", Created: bindDate}, func(yield func(Letter, error) bool) {
				if yield(japaneseLetter(0), nil) && yield(Letter{}, errTest) {
					t.Error("asked for more after an error")
				}
			}, noPlace)
		}, func(err error) bool { return errors.Is(err, errTest) }},
		{"of place", func(w io.Writer) error {
			return testPress().Bind(w, Job{Title: "", Created: bindDate}, all(3, japaneseLetter),
				func(i int, _ Bound) error { return errTest })
		}, func(err error) bool { return errors.Is(err, errTest) }},
		{"of a letter", func(w io.Writer) error {
			return testPress().Bind(w, Job{Title: "", Created: bindDate}, all(3, bad), noPlace)
		}, func(err error) bool {
			return errors.As(err, &glyph) && strings.HasPrefix(err.Error(), "letter 2: name:")
		}},
		{"for no letters", func(w io.Writer) error {
			return testPress().Bind(w, Job{Title: "", Created: bindDate}, all(0, bad), noPlace)
		}, func(err error) bool { return errors.Is(err, errNoLetters) }},
		{"for no date", func(w io.Writer) error {
			return testPress().Bind(w, Job{Title: "", Created: time.Time{}}, all(1, bad), noPlace)
		}, func(err error) bool { return err != nil }},
	} {
		t.Run(c.name, func(t *testing.T) {
			var w bytes.Buffer
			if err := c.bind(&w); !c.is(err) {
				t.Errorf("unexpected: %v", err)
			}
			if w.Len() > 0 {
				t.Errorf("%d bytes were written", w.Len())
			}
		})
	}
}

type fullDisk struct{}

func (fullDisk) Write([]byte) (int, error) { return 0, errTest }

func TestBindReportsAFullDisk(t *testing.T) {
	err := testPress().Bind(fullDisk{}, Job{Title: "", Created: bindDate}, all(1, japaneseLetter), noPlace)
	if !errors.Is(err, errTest) {
		t.Error(err)
	}
}

func TestPanicOfTheLibraryIsAnError(t *testing.T) {
	err := guard(func() error { panic("見本 花子") })
	if err == nil || strings.Contains(err.Error(), "見本") {
		t.Error(err)
	}
}

func TestPressServesManyAtOnce(t *testing.T) {
	t.Parallel()
	before := sha256.Sum256(notoSerifJP)
	p, err := NewPress(Embedded(), "jp-chou3") // whose fonts nobody has opened yet
	if err != nil {
		t.Fatal(err)
	}
	hard := func(i int) Letter { return hardLetter(hardNames[i].locale, hardNames[i].name) }
	files := make([]bytes.Buffer, 8)
	var wg sync.WaitGroup
	for i := range files {
		wg.Go(func() {
			if err := p.Bind(&files[i], Job{Title: "test", Created: bindDate}, all(len(hardNames), hard), noPlace); err != nil {
				t.Error(err)
			}
			for j := range 20 {
				if _, err := p.Typeset(englishLetter(j)); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	for i := range files {
		if !bytes.Equal(files[i].Bytes(), files[0].Bytes()) {
			t.Errorf("file %d differs", i)
		}
	}
	if sha256.Sum256(notoSerifJP) != before {
		t.Error("the fonts were changed")
	}
}

func TestStaticPartsAreDrawnOnce(t *testing.T) {
	few, many := bind(t, 100, japaneseLetter), bind(t, 600, japaneseLetter)
	// The shared sentences alone are 1.5 KB a letter.
	if per := (len(many) - len(few)) / 500; per > 1100 {
		t.Errorf("%d bytes a letter", per)
	}
}

// Blocks that claim to be the same for all and are not must not fill the memory or be mixed up.
func TestManyDifferentStaticBlocks(t *testing.T) {
	different := func(i int) Letter {
		return letterOf("ja", para(fmt.Sprintf("第%d号", i)))
	}
	data := bind(t, mostForms+4, different)
	const from = mostForms - 4
	for i, text := range pagesOf(t, data, "-f", strconv.Itoa(from+1)) {
		if want := fmt.Sprintf("第%d号", from+i); !strings.Contains(ink(text), want) {
			t.Errorf("page %d lacks %s", from+i+1, want)
		}
	}
}

func TestCacheIsBounded(t *testing.T) {
	var c cache
	big := strings.Repeat("a", 1<<20)
	for i := range 40 {
		key := []byte(fmt.Sprint(i, big))
		if _, err := c.get(key, func() (*laid, error) { return newLaid(nil, true), nil }); err != nil {
			t.Fatal(err)
		}
		if c.bytes > cacheBytes {
			t.Fatalf("%d bytes kept", c.bytes)
		}
	}
}

// Every field of a block is part of its key: two blocks that differ are never taken for each other.
func TestKeyTellsBlocksApart(t *testing.T) {
	span := func(s string) templates.Block { return para(s) }
	blocks := []templates.Block{
		{}, span(""), span("a"), span("ab"),
		{Kind: templates.Paragraph, Spans: []templates.Span{{Text: "a"}, {Text: "b"}}},
		{Kind: templates.Paragraph, Spans: []templates.Span{{Text: "a", Link: "b"}}},
		{Kind: templates.Paragraph, Spans: []templates.Span{{Text: "a", Strong: true}}},
		{Kind: templates.Paragraph, Spans: []templates.Span{{Text: "a", Emphasis: true}}},
		heading(1, "a"), heading(2, "a"),
		{Kind: templates.List, Items: [][]templates.Block{{span("a")}, {span("b")}}},
		{Kind: templates.List, Items: [][]templates.Block{{span("a"), span("b")}}},
		{Kind: templates.List, Ordered: true, Items: [][]templates.Block{{span("a"), span("b")}}},
		{Kind: templates.List, Start: 2, Items: [][]templates.Block{{span("a"), span("b")}}},
		{Kind: templates.Quote, Children: []templates.Block{span("a"), span("b")}},
		table([]string{"a", "b"}), table([]string{"a"}, []string{"b"}), table([]string{"ab"}),
	}
	seen := map[string]int{}
	for i, b := range blocks {
		key := string(appendBlock(nil, b))
		if j, ok := seen[key]; ok {
			t.Errorf("blocks %d and %d have one key", i, j)
		}
		seen[key] = i
	}
}

func TestUnknownEnvelopeIsAnError(t *testing.T) {
	for _, name := range Envelopes() {
		if _, err := NewPress(Embedded(), name); err != nil {
			t.Error(err)
		}
	}
	if _, err := NewPress(Embedded(), "jp-chou4"); err == nil {
		t.Error("no error")
	}
}
