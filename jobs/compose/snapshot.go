package compose

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"slices"

	"oshirase/config/campaign"
	"oshirase/letters"
)

// snapshot is what the ledger keeps of a revision. Fonts are named by their SHA-256 and stored once.
type snapshot struct {
	Files map[string][]byte
	Serif [32]byte
	Sans  [32]byte
}

// Snapshot packs the book for the ledger, and gives the fonts that go with it by SHA-256. They are nil
// where the campaign sends no letters.
func (b *Book) Snapshot() ([]byte, map[[32]byte][]byte, error) {
	s := snapshot{Files: b.Folder.Snapshot()}
	fonts := map[[32]byte][]byte{}
	if b.Folder.Manifest.Channels.Letter != nil {
		s.Serif, s.Sans = sha256.Sum256(b.fonts.Serif), sha256.Sum256(b.fonts.Sans)
		fonts[s.Serif], fonts[s.Sans] = b.fonts.Serif, b.fonts.Sans
	}
	text, err := json.Marshal(s)
	if err != nil {
		return nil, nil, fmt.Errorf("pack snapshot: %w", err)
	}
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	_, err = w.Write(text)
	if err == nil {
		err = w.Close()
	}
	return packed.Bytes(), fonts, err
}

// Digest identifies all that the book promises, its fonts included.
func (b *Book) Digest() [32]byte {
	h := sha256.New()
	folder := b.Folder.Digest()
	h.Write(folder[:])
	if b.Folder.Manifest.Channels.Letter != nil {
		for _, font := range [][]byte{b.fonts.Serif, b.fonts.Sans} {
			sum := sha256.Sum256(font)
			h.Write(sum[:])
		}
	}
	return [32]byte(h.Sum(nil))
}

// FromSnapshot makes the book again from what Snapshot packed. font finds a font by its SHA-256.
func FromSnapshot(packed []byte, font func([32]byte) ([]byte, error)) (*Book, error) {
	s, err := unpack(packed)
	if err != nil {
		return nil, err
	}
	folder, err := campaign.FromSnapshot(s.Files)
	if err != nil {
		return nil, err
	}
	var fonts letters.Fonts
	if folder.Manifest.Channels.Letter != nil {
		if fonts.Serif, err = font(s.Serif); err != nil {
			return nil, err
		}
		if fonts.Sans, err = font(s.Sans); err != nil {
			return nil, err
		}
	}
	book, problems := New(folder, fonts)
	if book == nil {
		i := slices.IndexFunc(problems, func(p campaign.Problem) bool { return !p.Warning })
		return nil, fmt.Errorf("read snapshot: %s", problems[i])
	}
	return book, nil
}

func unpack(packed []byte) (snapshot, error) {
	var s snapshot
	r, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return s, fmt.Errorf("unpack snapshot: %w", err)
	}
	text, err := io.ReadAll(r)
	if err != nil {
		return s, fmt.Errorf("unpack snapshot: %w", err)
	}
	if err := json.Unmarshal(text, &s); err != nil {
		return s, fmt.Errorf("unpack snapshot: %w", err)
	}
	return s, nil
}
