// Package seal keeps personal data unreadable where it rests. A campaign has one key, kept in a
// directory outside the ledger: what is sealed under it in the ledger can be read, checked and looked
// up only with that key, and destroying the key erases the people while the proof remains.
//
// A Keyring is such a directory with a master key, which is a file in it, a file elsewhere, or given as it
// is. The master wraps the campaign keys (AES-256-GCM, NIST SP 800-38D), so that a campaign's file is
// useless without the master and a rotation of the master rewrites small files only. From a campaign key
// one key per purpose is derived (HKDF, RFC 5869).
package seal

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
	"hash"
	"sync"
)

// KeySize is the length of every key in bytes.
const KeySize = 32

// ErrSealed says that sealed bytes do not open: they were made under another key, for another place,
// or were changed.
var ErrSealed = errors.New("sealed data does not open with this key")

// Key is the key of one campaign. It is safe for concurrent use.
type Key struct {
	data  cipher.AEAD
	blind *hasher
	mac   *hasher
	check [16]byte
}

// newKey derives the keys of the purposes from a campaign's secret of KeySize bytes.
func newKey(secret []byte) (*Key, error) {
	data, err := derive(secret, "sealed columns")
	if err != nil {
		return nil, err
	}
	aead, err := newAEAD(data)
	if err != nil {
		return nil, err
	}
	k := &Key{data: aead}
	if k.blind, err = newHasher(secret, "blind indexes"); err != nil {
		return nil, err
	}
	if k.mac, err = newHasher(secret, "tokens"); err != nil {
		return nil, err
	}
	k.check = [16]byte(k.MAC("key check", nil)[:16])
	return k, nil
}

func derive(secret []byte, purpose string) ([]byte, error) {
	return hkdf.Key(sha256.New, secret, nil, "oshirase "+purpose, KeySize)
}

func newAEAD(key []byte) (cipher.AEAD, error) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, fmt.Errorf("make cipher: %w", err)
	}
	return cipher.NewGCMWithRandomNonce(block)
}

// Check identifies the key without revealing it. The ledger keeps it to recognise a wrong key.
func (k *Key) Check() [16]byte { return k.check }

// Seal encrypts plain for one place, such as "person 17". Sealed bytes moved to another place do not
// open there, so rows cannot be exchanged.
func (k *Key) Seal(place string, plain []byte) []byte {
	return k.data.Seal(nil, nil, plain, []byte(place))
}

// Open decrypts what Seal made for the same place. The error is ErrSealed.
func (k *Key) Open(place string, sealed []byte) ([]byte, error) {
	plain, err := k.data.Open(nil, nil, sealed, []byte(place))
	if err != nil {
		return nil, ErrSealed
	}
	return plain, nil
}

// Blind is the blind index of a folded value of a kind, such as "email": equal values meet in the
// ledger without being readable there. An empty value has none and gives the zero index.
func (k *Key) Blind(kind, value string) [16]byte {
	if value == "" {
		return [16]byte{}
	}
	return [16]byte(k.blind.sum(kind, []byte(value))[:16])
}

// MAC authenticates data for a purpose (HMAC-SHA-256, 32 bytes). Callers may truncate it to what RFC
// 2104 section 5 allows.
func (k *Key) MAC(purpose string, data []byte) []byte { return k.mac.sum(purpose, data) }

// hasher is HMAC-SHA-256 under one key. Taking the key in is half of the work for a short text: what has taken
// it in is kept for the next.
type hasher struct{ idle sync.Pool }

func newHasher(secret []byte, purpose string) (*hasher, error) {
	key, err := derive(secret, purpose)
	if err != nil {
		return nil, err
	}
	return &hasher{idle: sync.Pool{New: func() any { return hmac.New(sha256.New, key) }}}, nil
}

func (s *hasher) sum(purpose string, data []byte) []byte {
	h := s.idle.Get().(hash.Hash)
	defer s.idle.Put(h)
	h.Reset()
	h.Write([]byte(purpose))
	h.Write([]byte{0})
	h.Write(data)
	return h.Sum(nil)
}

func randomKey() []byte {
	key := make([]byte, KeySize)
	rand.Read(key) // never fails
	return key
}
