// Package compose makes one person's notice out of what was promised: the e-mail with its
// envelope, or the letter with its address. The worker, the preview and the look at a piece that
// was sent all come here, so that they cannot differ.
//
// A Book is made from a folder before a campaign is enqueued and from the ledger's snapshot
// afterwards; both print the same bytes. What concerns one person only, such as a character that
// no font has, is a BlockedError and sets that delivery aside; any other error is the machine's or
// the caller's, and says nothing about the person.
package compose

import (
	"cmp"
	"errors"
	"fmt"
	"net/mail"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"oshirase/config/campaign"
	"oshirase/letters"
	"oshirase/templates"
)

// Book is a campaign's revision, compiled: manifest, notices and fonts. It is safe for concurrent
// use.
type Book struct {
	Folder  *campaign.Folder
	notices map[string]map[string]*templates.Notice // by name and locale
	locales map[string][]string                     // of each notice
	senders map[string]sender                       // of the e-mail channel, by notice
	from    mail.Address                            // of the notices without a sender of their own
	fonts   letters.Fonts

	elementNames map[string]map[string]string // by element and locale, where the manifest has its own
	matched      sync.Map                     // the locale of a notice for a locale that is wanted
	matches      atomic.Int64                 // how many of them are kept

	pressing sync.Mutex
	press    *letters.Press // nil until the first letter
}

// BlockedError says that a notice cannot be made for a person. Reason holds no personal data.
type BlockedError struct{ Reason string }

func (e *BlockedError) Error() string { return e.Reason }

// New compiles a folder's notices. The Book is nil where one of the problems is not a warning. A
// folder that has problems of its own can still be given, to learn the notices' problems with them;
// a Book of it is good for nothing else.
func New(folder *campaign.Folder, fonts letters.Fonts) (*Book, []campaign.Problem) {
	b := &Book{
		Folder: folder, fonts: fonts, elementNames: elementNames(folder.Manifest),
		notices: map[string]map[string]*templates.Notice{}, locales: map[string][]string{},
	}
	problems := slices.Concat(b.compile(), b.checkCodes(), b.envelope(), b.marking(), b.addOwnFonts())
	if campaign.Invalid(problems) {
		return nil, problems
	}
	b.addSenders()
	return b, problems
}

// sender is who a notice comes from.
type sender struct {
	from    mail.Address
	replyTo string
}

func (b *Book) addSenders() {
	e := b.Folder.Manifest.Channels.Email
	if e == nil {
		return
	}
	b.senders = map[string]sender{}
	for name := range b.notices {
		s := e.SenderOf(name)
		if from, err := mail.ParseAddress(s.From); err == nil { // the folder's check says so if not
			b.senders[name] = sender{*from, s.ReplyTo}
		}
	}
	if from, err := mail.ParseAddress(e.From); err == nil {
		b.from = *from
	}
}

// compile compiles every notice that could be read. One that could not is a problem already.
func (b *Book) compile() []campaign.Problem {
	var problems []campaign.Problem
	people := schemaOf(b.Folder.Manifest)
	companies := reportSchema(people)
	for _, src := range b.Folder.Notices {
		if src.Source == nil {
			continue
		}
		schema := people
		if b.reports(src.Name) {
			schema = companies
		}
		notice, found := templates.Parse(src.Locale, src.Source, schema, b.elementNames)
		problems = append(problems, problemsIn(src.File, found)...)
		if notice == nil {
			continue
		}
		if !b.reports(src.Name) {
			problems = append(problems, b.pageless(src, notice)...)
		}
		b.add(src, notice)
	}
	return problems
}

func (b *Book) add(src campaign.Notice, notice *templates.Notice) {
	if b.notices[src.Name] == nil {
		b.notices[src.Name] = map[string]*templates.Notice{}
	}
	b.notices[src.Name][src.Locale] = notice
	b.locales[src.Name] = append(b.locales[src.Name], src.Locale)
}

func problemsIn(file string, found []templates.Problem) []campaign.Problem {
	problems := make([]campaign.Problem, len(found))
	for i, p := range found {
		problems[i] = campaign.Problem{
			File: file, Line: p.Line, Column: p.Column, What: p.What, Do: p.Do, Warning: p.Warning,
		}
	}
	return problems
}

// mostMatches bounds what match keeps: a column of anything must not fill the memory.
const mostMatches = 1000

// Locale is the language in which a person is written to: the best of those that the notice has.
func (b *Book) Locale(notice, want string) string {
	return cmp.Or(b.match(notice, want), b.Folder.Manifest.Locales.Default)
}

// Speaks tells whether a notice is in a language that somebody wants, or they want none.
func (b *Book) Speaks(notice, want string) bool {
	return strings.TrimSpace(want) == "" || b.match(notice, want) != ""
}

// match is the language of a notice for one that is wanted; none is empty. Matching is slow and files have
// few languages, so answers are kept.
func (b *Book) match(notice, want string) string {
	key := [2]string{notice, want}
	if have, ok := b.matched.Load(key); ok {
		return have.(string)
	}
	have := templates.Match(want, b.locales[notice], "")
	if b.matches.Add(1) <= mostMatches {
		b.matched.Store(key, have)
	}
	return have
}

// notice finds what was compiled. None is no machine's fault: somebody must write it.
func (b *Book) notice(c Case) (*templates.Notice, error) {
	if n := b.notices[c.Notice][c.Locale]; n != nil {
		return n, nil
	}
	return nil, &BlockedError{fmt.Sprintf("there is no notice %q in %q", c.Notice, c.Locale)}
}

// blocked turns errors that concern one person into a BlockedError and leaves the others as they
// are. None of them repeats a value.
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

// FallsBack tells whether a person gets a letter where their e-mail is given up.
func (b *Book) FallsBack(c Case) bool {
	l := b.Folder.Manifest.ChannelsOf(c.Person.Segments).Letter
	return l != nil && l.When == "on-failure" && len(c.Person.Address) > 0
}
