package plan

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
)

// ErrChanged says that the recipients' files are no longer those that were counted.
var ErrChanged = errors.New("the recipients' files changed since they were counted")

// digest hashes all that is promised, the files of recipients and codes included.
func (p *Plan) digest() [32]byte {
	h := sha256.New()
	book := p.Book.Digest()
	h.Write(book[:])
	for _, f := range p.Files {
		h.Write(f.Sum[:])
	}
	if p.Pool != nil {
		h.Write(p.Pool.sum[:])
	}
	return [32]byte(h.Sum(nil))
}

// Fingerprint is the digest as people compare it.
func (p *Plan) Fingerprint() string { return hex.EncodeToString(p.Digest[:6]) }
