package compose

import (
	"crypto/sha256"
	"fmt"
	"sync"

	"oshirase/letters"
)

// shelf is where a book's fonts are: at hand before a campaign is enqueued, in the ledger afterwards.
// Their 13 MB are fetched for the first letter, which a worker that sends e-mail alone never makes.
type shelf struct {
	sums  func() (serif, sans [32]byte) // SHA-256
	fetch func() (letters.Fonts, error)
}

func atHand(fonts letters.Fonts) shelf {
	return shelf{
		sums: sync.OnceValues(func() (serif, sans [32]byte) {
			return sha256.Sum256(fonts.Serif), sha256.Sum256(fonts.Sans)
		}),
		fetch: func() (letters.Fonts, error) { return fonts, nil },
	}
}

// shelf of a snapshot checks what font finds: letters are promised in these fonts and no others.
func (s snapshot) shelf(font func([32]byte) ([]byte, error)) shelf {
	return shelf{
		sums: func() (serif, sans [32]byte) { return s.Serif, s.Sans },
		fetch: func() (fonts letters.Fonts, err error) {
			if fonts.Serif, err = find(font, s.Serif); err == nil {
				fonts.Sans, err = find(font, s.Sans)
			}
			return fonts, err
		},
	}
}

func find(font func([32]byte) ([]byte, error), sum [32]byte) ([]byte, error) {
	content, err := font(sum)
	if err != nil {
		return nil, err
	}
	if sha256.Sum256(content) != sum {
		return nil, fmt.Errorf("font %x is not the one that was promised", sum[:4])
	}
	return content, nil
}

// Press is the press with the campaign's fonts and envelope. An error is not kept: a ledger that could
// not be read once can be read again.
func (b *Book) Press() (*letters.Press, error) {
	l := b.Folder.Manifest.Channels.Letter
	if l == nil {
		return nil, errNoLetters
	}
	b.pressing.Lock()
	defer b.pressing.Unlock()
	if b.press != nil {
		return b.press, nil
	}
	fonts, err := b.fonts.fetch()
	if err != nil {
		return nil, err
	}
	envelope, err := envelopeOf(l)
	if err != nil {
		return nil, err
	}
	b.press, err = letters.NewPressFor(fonts, envelope)
	return b.press, err
}
