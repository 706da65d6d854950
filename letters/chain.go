package letters

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"
)

// source is a font of a press, read when it is first needed.
type source struct {
	Font
	mu   sync.RWMutex
	face *face
}

// get returns the font, read. An error is not kept.
func (s *source) get() (*face, error) {
	s.mu.RLock()
	f := s.face
	s.mu.RUnlock()
	if f != nil {
		return f, nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.face != nil {
		return s.face, nil
	}
	data, err := s.Open()
	if err != nil {
		return nil, fmt.Errorf("open font %q: %w", s.Name, err)
	}
	if f, err = parseFace(s.Name, data); err != nil {
		return nil, fmt.Errorf("read font %q: %w", s.Name, err)
	}
	s.face = f
	return f, nil
}

// chain is the fonts that are asked, one after the other, for the signs of a text in one language
// and style.
type chain struct {
	sources []*source
	bases   bool // a variant that none has may be printed in its base form
}

// faces are the fonts of a letter in one language, by style.
type faces [2]*chain

// rank orders the fonts for a language and style: the campaign's own, the language's, those of the
// Latin script, those of other languages; in each the wanted style comes first.
func rank(f Font, lang string, use Use) int {
	other := 0
	if f.Use != use {
		other = 1
	}
	switch {
	case f.Use == Own:
		return 0
	case f.Use == Spare:
		return 9
	case f.Lang == lang, f.Lang == "" && lang == "en":
		return 1 + other
	case f.Lang == "":
		return 3 + 4*other
	}
	return 4 + other
}

func chainOf(fonts []*source, lang string, use Use) *chain {
	c := &chain{sources: slices.Clone(fonts)}
	slices.SortStableFunc(c.sources, func(a, b *source) int {
		return cmp.Compare(rank(a.Font, lang, use), rank(b.Font, lang, use))
	})
	return c
}

// stretch is text in one font.
type stretch struct {
	text string
	face *face
}

// whole returns the first font if it has all of a text without further ado, as it nearly always
// has, and nil otherwise.
func (c *chain) whole(text string) *face {
	if f, err := c.sources[0].get(); err == nil && f.plain(text) {
		return f
	}
	return nil
}

// split chooses the fonts of a text, for each sign the first that has it. Words of an alphabet are
// in one font where one has them all: a single letter from elsewhere would show. Line feeds are no
// signs and stay with what is before. It also returns the variants that are in their base form.
func (c *chain) split(text string) ([]stretch, []string, error) {
	first, err := c.sources[0].get()
	if err != nil {
		return nil, nil, err
	}
	s := splitter{chain: c, face: first}
	for len(text) > 0 {
		n := firstWord(text)
		if err := s.word(text[:n]); err != nil {
			return nil, nil, err
		}
		text = text[n:]
	}
	return s.out, s.variants, nil
}

// firstWord returns the size of the first sign, or of the first words in letters of an alphabet: a
// name in two fonts would show as much as a word.
func firstWord(text string) int {
	end := firstSign(text)
	if !alphabetic(text) {
		return end
	}
	for at := end; at < len(text); {
		r, size := utf8.DecodeRuneInString(text[at:])
		switch {
		case alphabetic(text[at:]):
			at += firstSign(text[at:])
			end = at
		case strings.ContainsRune(" -.'’", r):
			at += size
		default:
			return end
		}
	}
	return end
}

func alphabetic(text string) bool {
	r, _ := utf8.DecodeRuneInString(text)
	return unicode.In(r, unicode.Latin, unicode.Greek, unicode.Cyrillic) &&
		(r < 0xFF00 || r > 0xFFEF) // full-width letters stand with ideographs
}

// splitter is a text being split.
type splitter struct {
	*chain
	face     *face // of what came last
	out      []stretch
	variants []string
}

// put adds text in a font.
func (s *splitter) put(text string, f *face) {
	s.face = f
	if n := len(s.out); n > 0 && s.out[n-1].face == f {
		s.out[n-1].text += text
		return
	}
	s.out = append(s.out, stretch{text, f})
}

// word adds words, sign by sign where no font has all of them.
func (s *splitter) word(text string) error {
	if text == "\n" {
		s.put(text, s.face)
		return nil
	}
	f, err := s.find(text)
	if f != nil {
		s.put(text, f)
	}
	if f != nil || err != nil {
		return err
	}
	if n := firstSign(text); n < len(text) {
		if err := s.word(text[:n]); err != nil {
			return err
		}
		return s.word(text[n:])
	}
	return s.base(text)
}

// base adds a sign that no font has: a variant in its base form where that is allowed.
func (s *splitter) base(sign string) error {
	if form, ok := baseForm(sign); ok && s.bases {
		f, err := s.find(form)
		if err != nil {
			return err
		}
		if f != nil {
			s.put(sign, f)
			s.variants = append(s.variants, sign)
			return nil
		}
	}
	return missing(sign)
}

// find returns the first font that has all signs of a text, nil for none.
func (c *chain) find(text string) (*face, error) {
	for _, x := range c.sources {
		if x.Use == Spare && !ideographic(text) {
			continue
		}
		f, err := x.get()
		if err != nil {
			return nil, err
		}
		if f.prints(text) {
			return f, nil
		}
	}
	return nil, nil
}

// ideographic reports what is worth asking a large font for.
func ideographic(text string) bool {
	r, _ := utf8.DecodeRuneInString(text)
	return unicode.Is(unicode.Han, r)
}

// prints reports whether the font has every sign of a text.
func (f *face) prints(text string) bool {
	for len(text) > 0 {
		n := firstSign(text)
		if f.glyph(text[:n]) == 0 {
			return false
		}
		text = text[n:]
	}
	return true
}

// missing says what cannot be printed of a sign: the mark that does not go with its letter, the
// variant, or the character.
func missing(sign string) error {
	r, size := utf8.DecodeRuneInString(sign)
	if size == len(sign) || unprintable(r) {
		return &GlyphError{Rune: r}
	}
	next, _ := utf8.DecodeRuneInString(sign[size:])
	if unicode.Is(unicode.Variation_Selector, next) {
		return &GlyphError{Rune: r, Selector: next}
	}
	return &GlyphError{Rune: next}
}

// in says where a character was that cannot be printed.
func in(where string, err error) error {
	var e *GlyphError
	if errors.As(err, &e) {
		return &GlyphError{Rune: e.Rune, Selector: e.Selector, Where: where}
	}
	return err
}
