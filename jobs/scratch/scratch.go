// Package scratch keeps bytes on disk for which there is no room in memory, for as long as one run
// lasts.
//
// What an intake puts aside are people's rows, and no run may leave them lying about: the bytes are
// sealed (AES-256-GCM) under a key that exists only in this process, and the file has no name from
// the moment it is there, so that neither a crash nor an interrupt leaves anything that can be found
// or read.
package scratch

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"sync"
)

// ErrDamaged says that what was read back is not what was written.
var ErrDamaged = errors.New("scratch file was changed or damaged")

// File is a scratch file. It is made on disk when the first bytes come, and is safe for concurrent
// use.
type File struct {
	dir  string
	aead cipher.AEAD
	mu   sync.Mutex
	disk *os.File
	end  int64
	buf  []byte
}

// Place is where bytes were put.
type Place struct {
	at  int64
	len int32
}

// New returns an empty file in a directory; "" is the one for temporary files.
func New(dir string) *File {
	key := make([]byte, 32)
	rand.Read(key) // never fails
	block, err := aes.NewCipher(key)
	if err != nil {
		panic(err) // the key has a length that AES knows
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		panic(err)
	}
	return &File{dir: dir, aead: aead}
}

// Put writes p, of at most 2 GiB, and says where it can be read again.
func (f *File) Put(p []byte) (Place, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := f.open(); err != nil {
		return Place{}, err
	}
	where := Place{f.end, int32(len(p))}
	f.buf = f.aead.Seal(f.buf[:0], where.nonce(), p, nil)
	if _, err := f.disk.WriteAt(f.buf, where.at); err != nil {
		return Place{}, fmt.Errorf("write scratch file: %w", err)
	}
	f.end += int64(len(f.buf))
	return where, nil
}

// open makes the file, and takes its name away at once.
func (f *File) open() (err error) {
	if f.disk != nil {
		return nil
	}
	if f.disk, err = os.CreateTemp(f.dir, "oshirase-*.scratch"); err != nil {
		return fmt.Errorf("make scratch file: %w", err)
	}
	if err := os.Remove(f.disk.Name()); err != nil {
		return fmt.Errorf("make scratch file: %w", err)
	}
	return nil
}

// nonce is the offset: no two places have the same.
func (p Place) nonce() []byte {
	var n [12]byte
	binary.LittleEndian.PutUint64(n[:], uint64(p.at))
	return n[:]
}

// Get appends to dst what was put at a place. The error is ErrDamaged or one of reading.
func (f *File) Get(dst []byte, p Place) ([]byte, error) {
	sealed := make([]byte, int(p.len)+f.aead.Overhead())
	if _, err := f.disk.ReadAt(sealed, p.at); err != nil {
		return dst, fmt.Errorf("read scratch file: %w", err)
	}
	out, err := f.aead.Open(dst, p.nonce(), sealed, nil)
	if err != nil {
		return dst, ErrDamaged
	}
	return out, nil
}

// Close gives the disk back.
func (f *File) Close() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.disk == nil {
		return nil
	}
	disk := f.disk
	f.disk = nil
	return disk.Close()
}
