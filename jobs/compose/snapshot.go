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
)

// snapshot is what the ledger keeps of a revision. Fonts are named by their SHA-256 and stored
// once for all campaigns.
type snapshot struct {
	Files map[string][]byte
	Fonts []fontEntry
}

// Snapshot packs the book for the ledger, and gives the fonts that go with it by SHA-256. There are
// none where the campaign sends no letters. Equal books give equal bytes.
func (b *Book) Snapshot() ([]byte, map[[32]byte][]byte, error) {
	s := snapshot{Files: b.Folder.Snapshot(), Fonts: b.named()}
	fonts := map[[32]byte][]byte{}
	for _, f := range b.promised() {
		content, err := f.Open()
		if err != nil {
			return nil, nil, err
		}
		fonts[f.SHA256] = content
	}
	packed, err := s.pack()
	return packed, fonts, err
}

func (s snapshot) pack() ([]byte, error) {
	text, err := json.Marshal(s)
	if err != nil {
		return nil, fmt.Errorf("pack snapshot: %w", err)
	}
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	if _, err := w.Write(text); err != nil {
		return nil, fmt.Errorf("pack snapshot: %w", err)
	}
	if err := w.Close(); err != nil {
		return nil, fmt.Errorf("pack snapshot: %w", err)
	}
	return packed.Bytes(), nil
}

// Digest identifies all that the book promises, its fonts included.
func (b *Book) Digest() [32]byte {
	h := sha256.New()
	folder := b.Folder.Digest()
	h.Write(folder[:])
	for _, f := range b.promised() {
		h.Write(f.SHA256[:])
	}
	return [32]byte(h.Sum(nil))
}

// FromSnapshot makes the book again from what Snapshot packed. font finds a font by its SHA-256, which
// is checked. It is asked for the first letter and not before, from whatever goroutine makes it, and
// again for the next one where it fails; not at all for the fonts that come with the program.
func FromSnapshot(packed []byte, font func([32]byte) ([]byte, error)) (*Book, error) {
	s, err := unpack(packed)
	if err != nil {
		return nil, err
	}
	folder, err := campaign.FromSnapshot(s.Files)
	if err != nil {
		return nil, err
	}
	book, problems := New(folder, s.fonts(font))
	if book == nil {
		i := slices.IndexFunc(problems, func(p campaign.Problem) bool { return !p.Warning })
		return nil, fmt.Errorf("read snapshot: %s", problems[i])
	}
	return book, nil
}

func unpack(packed []byte) (s snapshot, err error) {
	r, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return s, fmt.Errorf("unpack snapshot: %w", err)
	}
	text, err := io.ReadAll(r) // checks the sum at the end
	if err != nil {
		return s, fmt.Errorf("unpack snapshot: %w", err)
	}
	if err := json.Unmarshal(text, &s); err != nil {
		return s, fmt.Errorf("unpack snapshot: %w", err)
	}
	return s, nil
}
