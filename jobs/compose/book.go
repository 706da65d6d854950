// Package compose makes one person's notice out of what was promised: the e-mail with its envelope, or
// the letter with its address. The worker, the preview and the look at a piece that was sent all come
// here, so that they cannot differ.
package compose

import (
	"errors"
	"fmt"
	"net/mail"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"oshirase/config/campaign"
	"oshirase/letters"
	"oshirase/templates"
)

// Book is a campaign's revision, compiled: manifest, notices and fonts. It is safe for concurrent use.
type Book struct {
	Folder  *campaign.Folder
	notices map[string]map[string]*templates.Notice // by name and locale
	locales map[string][]string                     // of each notice
	from    mail.Address
	fonts   letters.Fonts
	press   func() (*letters.Press, error)
	matched sync.Map // of notice and wanted locale to locale
	matches atomic.Int64
}

// BlockedError says that a notice cannot be made for a person. Reason holds no personal data.
type BlockedError struct{ Reason string }

func (e *BlockedError) Error() string { return e.Reason }

// New compiles a folder's notices. The Book is nil where a problem is not a warning.
func New(folder *campaign.Folder, fonts letters.Fonts) (*Book, []campaign.Problem) {
	b := &Book{
		Folder: folder, fonts: fonts,
		notices: map[string]map[string]*templates.Notice{}, locales: map[string][]string{},
	}
	problems := b.parse()
	if e := folder.Manifest.Channels.Email; e != nil {
		from, err := mail.ParseAddress(e.From)
		if err == nil {
			b.from = *from
		}
	}
	b.press = sync.OnceValues(func() (*letters.Press, error) {
		return letters.NewPress(b.fonts, envelope(folder))
	})
	if campaign.Invalid(problems) {
		return nil, problems
	}
	return b, problems
}

func envelope(folder *campaign.Folder) string {
	if l := folder.Manifest.Channels.Letter; l != nil {
		return l.Envelope
	}
	return ""
}

func (b *Book) parse() []campaign.Problem {
	var problems []campaign.Problem
	schema := schemaOf(b.Folder.Manifest)
	names := map[string]map[string]string{}
	for id, text := range b.Folder.Manifest.Elements {
		names[id] = text
	}
	for _, src := range b.Folder.Notices {
		notice, found := templates.Parse(src.Locale, src.Source, schema, names)
		for _, p := range found {
			problems = append(problems, campaign.Problem{
				File: src.File, Line: p.Line, Column: p.Column, What: p.What, Do: p.Do, Warning: p.Warning,
			})
		}
		if notice == nil {
			continue
		}
		if b.notices[src.Name] == nil {
			b.notices[src.Name] = map[string]*templates.Notice{}
		}
		b.notices[src.Name][src.Locale] = notice
		b.locales[src.Name] = append(b.locales[src.Name], src.Locale)
	}
	return problems
}

// schemaOf tells what the notices of a manifest may speak of.
func schemaOf(m campaign.Manifest) templates.Schema {
	s := templates.Schema{Facts: map[string]templates.Kind{}, Incident: map[string]templates.Kind{}}
	for _, f := range m.Recipients {
		for name, fact := range f.Facts {
			s.Facts[name] = templates.Kind(fact.Type)
		}
	}
	for name, value := range m.IncidentIn(m.Locales.Default) {
		s.Incident[name] = kindOf(value)
	}
	for _, g := range m.Segments {
		s.Segments = append(s.Segments, g.ID)
		for _, e := range g.Elements {
			if !slices.Contains(s.Elements, e) {
				s.Elements = append(s.Elements, e)
			}
		}
	}
	return s
}

// kindOf is the type of an incident's value as the manifest gives it.
func kindOf(value any) templates.Kind {
	switch value.(type) {
	case time.Time:
		return templates.KindDate
	case float64:
		return templates.KindNumber
	case bool:
		return templates.KindBool
	}
	return templates.KindText
}

// Locale is the language in which a person is written to: the best of those that the notice has.
// Matching is slow and files have few languages, so answers are kept.
func (b *Book) Locale(notice, want string) string {
	key := [2]string{notice, want}
	if have, ok := b.matched.Load(key); ok {
		return have.(string)
	}
	have := templates.Match(want, b.locales[notice], b.Folder.Manifest.Locales.Default)
	if b.matches.Add(1) <= 1000 { // a column of anything must not fill the memory
		b.matched.Store(key, have)
	}
	return have
}

func (b *Book) notice(name, locale string) (*templates.Notice, error) {
	if n := b.notices[name][locale]; n != nil {
		return n, nil
	}
	return nil, &BlockedError{fmt.Sprintf("there is no notice %q in %q", name, locale)}
}

// Press is the press with the campaign's fonts and envelope.
func (b *Book) Press() (*letters.Press, error) { return b.press() }

// blocked turns errors that concern one person into a BlockedError and leaves the others as they are.
func blocked(err error) error {
	var value *templates.ValueError
	var glyph *letters.GlyphError
	var address *letters.AddressError
	if errors.As(err, &value) || errors.As(err, &glyph) || errors.As(err, &address) {
		return &BlockedError{err.Error()}
	}
	return err
}

// domain is what follows the last @ of an address.
func domain(address string) string { return address[strings.LastIndexByte(address, '@')+1:] }
