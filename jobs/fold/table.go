package fold

import (
	"sync"
	"sync/atomic"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// byTheBook stands in a table for a rune that may change the one before it, such as a combining mark.
const byTheBook = "\xff"

// table is what a book makes of each rune. A page of it is made when a text first needs one: nobody needs
// them all. It is for any number of goroutines.
type table struct {
	book  book
	pages [(utf8.MaxRune + 1) >> 8]atomic.Pointer[page]
}

type page struct {
	forms [256]string
	ascii [256]byte // those that are one character of ASCII
}

var (
	texts = &table{book: book{textRune, textWords}}
	names = &table{book: book{nameRune, nameWords}}
	kanas = &table{book: book{kanaRune, nameWords}}
)

func (t *table) page(r rune) *page {
	if p := t.pages[r>>8].Load(); p != nil {
		return p
	}
	p := &page{}
	for i := range p.forms {
		p.forms[i] = t.book.form(r&^0xff + rune(i))
		if form := p.forms[i]; len(form) == 1 && form[0] < utf8.RuneSelf {
			p.ascii[i] = form[0]
		}
	}
	t.pages[r>>8].Store(p)
	return p
}

// form folds a rune that stands alone. Its neighbours do not matter where both it and what it becomes
// begin anew for Unicode's composition.
func (b book) form(r rune) string {
	form := b.fold(string(r))
	if !beginsAnew(string(r)) || !beginsAnew(form) {
		return byTheBook
	}
	return form
}

func beginsAnew(s string) bool {
	return s == "" || norm.NFKC.PropertiesString(s).BoundaryBefore()
}

// append folds s behind dst. Without combining marks it allocates nothing.
func (t *table) append(dst, s []byte) []byte {
	start, latin := len(dst), t.page(0)
	for i := 0; i < len(s); {
		if b := s[i]; b < utf8.RuneSelf {
			i++
			if form := latin.ascii[b]; form != 0 {
				dst = append(dst, form)
			}
			if b == ')' {
				dst = t.bracket(dst, start)
			}
			continue
		}
		r, n := utf8.DecodeRune(s[i:])
		i += n
		switch form := t.page(r).forms[r&0xff]; {
		case form != byTheBook:
			dst = append(dst, form...)
			if end := len(form) - 1; end >= 0 && form[end] == ')' {
				dst = t.bracket(dst, start)
			}
		default:
			var ok bool
			if dst, ok = t.voice(dst, start, r); !ok {
				return append(dst[:start], t.book.fold(string(s))...)
			}
		}
	}
	return dst
}

// string folds s.
func (t *table) string(s string) string { return string(t.append(nil, []byte(s))) }

// bracket folds the word that a bracket ends.
func (t *table) bracket(dst []byte, start int) []byte {
	const word = len("(株)")
	if end := len(dst) - word; end >= start && dst[end] == '(' {
		return append(dst[:end], t.book.words(string(dst[end:]))...)
	}
	return dst
}

// voice puts the mark of a voiced sound on the kana before it: half-width katakana, which old systems
// write, have every mark apart. It tells whether there is such a kana.
func (t *table) voice(dst []byte, start int, mark rune) ([]byte, bool) {
	kana, n := utf8.DecodeLastRune(dst[start:])
	voiced := voicedKana()[[2]rune{kana, mark}]
	if voiced == 0 {
		return dst, false
	}
	return append(dst[:len(dst)-n], t.page(voiced).forms[voiced&0xff]...), true
}

// voicedKana leads from a kana and a mark, combining, half-width or on its own, to both as one character.
var voicedKana = sync.OnceValue(func() map[[2]rune]rune {
	pairs := map[[2]rune]rune{}
	for mark, combining := range map[rune]rune{'゙': '\u3099', '゛': '\u3099', 'ﾞ': '\u3099',
		'゚': '\u309a', '゜': '\u309a', 'ﾟ': '\u309a'} {
		for kana := rune(0x3041); kana <= 0x30ff; kana++ {
			if r := []rune(norm.NFC.String(string([]rune{kana, combining}))); len(r) == 1 {
				pairs[[2]rune{kana, mark}] = r[0]
			}
		}
	}
	return pairs
})
