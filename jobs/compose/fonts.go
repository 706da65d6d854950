package compose

import (
	"crypto/sha256"
	"fmt"
	"io"
	"slices"

	"oshirase/config/campaign"
	"oshirase/letters"
)

// fontEntry is a font as a snapshot names it.
type fontEntry struct {
	Name, Lang string
	Use        letters.Use
	SHA256     [32]byte
}

// promised are the fonts of the languages that the campaign writes in. Its letters are in them;
// those of other languages only help out with a name, and only where the program that prints still
// has them.
func (b *Book) promised() letters.Fonts {
	if b.Folder.Manifest.Channels.Letter == nil {
		return nil
	}
	var locales []string
	for _, of := range b.locales {
		locales = append(locales, of...)
	}
	return b.fonts.For(locales...)
}

// named lists all fonts for a snapshot, so that a letter made again is asked of the same.
func (b *Book) named() []fontEntry {
	if b.Folder.Manifest.Channels.Letter == nil {
		return nil
	}
	out := make([]fontEntry, len(b.fonts))
	for i, f := range b.fonts {
		out[i] = fontEntry{f.Name, f.Lang, f.Use, f.SHA256}
	}
	return out
}

// fonts of a snapshot are the program's own where it has them, and come from find otherwise, which
// is checked: letters are promised in these fonts and no others.
func (s snapshot) fonts(find func([32]byte) ([]byte, error)) letters.Fonts {
	embedded := letters.Embedded()
	var fonts letters.Fonts
	for _, x := range s.Fonts {
		f := letters.Font{Name: x.Name, Lang: x.Lang, Use: x.Use, SHA256: x.SHA256}
		if own, ok := embedded.Find(x.SHA256); ok {
			f.Open = own.Open
		} else {
			f.Open = func() ([]byte, error) { return checked(find, x.SHA256) }
		}
		fonts = append(fonts, f)
	}
	return fonts
}

func checked(find func([32]byte) ([]byte, error), sum [32]byte) ([]byte, error) {
	content, err := find(sum)
	if err != nil {
		return nil, err
	}
	if sha256.Sum256(content) != sum {
		return nil, fmt.Errorf("font %x is not the one that was promised", sum[:4])
	}
	return content, nil
}

// addOwnFonts reads the fonts that the campaign's folder brings along. A snapshot names them with the
// others.
func (b *Book) addOwnFonts() []campaign.Problem {
	l := b.Folder.Manifest.Channels.Letter
	if l == nil || b.Folder.Dir == "" {
		return nil
	}
	var own letters.Fonts
	var problems []campaign.Problem
	for _, path := range l.Fonts {
		f, err := b.ownFont(path)
		if err != nil {
			problems = append(problems, campaign.Problem{File: path, What: err.Error(),
				Do: "give a TrueType font (.ttf with outlines of its own, no collection) in the folder"})
			continue
		}
		own = append(own, f)
	}
	b.fonts = append(own, b.fonts...)
	return problems
}

// largestFont bounds what is read of a file that says it is a font, in bytes.
const largestFont = 64 << 20

func (b *Book) ownFont(path string) (letters.Font, error) {
	r, err := b.Folder.Open(path)
	if err != nil {
		return letters.Font{}, err
	}
	defer r.Close()
	content, err := io.ReadAll(io.LimitReader(r, largestFont))
	if err != nil {
		return letters.Font{}, err
	}
	return letters.OwnFont(path, content)
}

// Press is the press with the campaign's fonts and envelope. Its fonts are
// read for the first letter that needs them, which a worker that sends e-mail alone never makes, and
// again where the ledger could not be read.
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
	envelope, err := envelopeOf(l)
	if err != nil {
		return nil, err
	}
	press, err := letters.NewPressFor(append(slices.Clone(b.fonts), letters.System()...), envelope)
	if err != nil {
		return nil, err
	}
	if l.Variants == "base" {
		press.PrintBaseForms()
	}
	if l.Size != 0 {
		if err := press.BodySize(l.Size); err != nil {
			return nil, err
		}
	}
	if err := press.Mark(markingOf(l)); err != nil {
		return nil, err
	}
	b.press = press
	return press, nil
}
