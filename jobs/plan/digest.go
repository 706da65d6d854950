package plan

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"slices"
)

// ErrChanged says that the recipients' files are no longer those that were counted.
var ErrChanged = errors.New("the recipients' files changed since they were counted")

// digest hashes all that is promised, the recipients' files included.
func (p *Plan) digest() [32]byte {
	h := sha256.New()
	book := p.Book.Digest()
	h.Write(book[:])
	for _, sum := range p.sums {
		h.Write(sum[:])
	}
	return [32]byte(h.Sum(nil))
}

func (p *Plan) hashFiles() ([][32]byte, error) {
	var sums [][32]byte
	for _, r := range p.Folder.Manifest.Recipients {
		sum, err := p.hashFile(r.File)
		if err != nil {
			return nil, fmt.Errorf("read %q: %w", r.File, err)
		}
		sums = append(sums, sum)
	}
	return sums, nil
}

func (p *Plan) hashFile(name string) (sum [32]byte, err error) {
	f, err := p.open(name)
	if err != nil {
		return sum, err
	}
	h := sha256.New()
	_, err = io.Copy(h, f)
	return [32]byte(h.Sum(nil)), errors.Join(err, f.Close())
}

// Unchanged says whether the recipients' files are still those that were counted.
func (p *Plan) Unchanged() (bool, error) {
	sums, err := p.hashFiles()
	return slices.Equal(sums, p.sums), err
}

// Fingerprint is the digest as people compare it.
func (p *Plan) Fingerprint() string { return hex.EncodeToString(p.Digest[:6]) }
