// Package handover copies print files to a mail house: into a directory, or to a server by SFTP.
//
// Two things may not happen to a print file: that it arrives in part and is printed so, and that it
// arrives twice and is printed twice. So a file is written under a name that nobody takes for a print
// file, is checked there, and only then gets its own name, at once. A file that has its name already
// is compared and left alone. What a broken connection has left behind is compared with the file, from
// its beginning, and continued where the two part.
//
// A mail house's watcher may take a file away the moment it has its name. A file that is gone after it
// was renamed was therefore handed over; nothing is read back under that name.
//
// A server is only talked to when its key is known: whoever answers for it otherwise gets the names and
// addresses of everybody. Encrypted output is different each time, so that a broken copy begins anew.
package handover

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"oshirase/jobs/encrypt"
)

// Options say how to get to a place and who may read what is copied there.
type Options struct {
	Identity   string                         // file of a private key, for a server
	Passphrase func() (string, error)         // of that key, where it has one
	KnownHosts string                         // file of the servers' keys, as ssh keeps them
	Recipients []string                       // age1…; none: files go as they are
	Progress   func(name string, n, of int64) // bytes; may be nil
}

// Copied is one file that is whole at the far end.
type Copied struct {
	Name   string // there
	Size   int64
	SHA256 [32]byte // of what lies there: of the ciphertext, where it was encrypted
	Was    bool     // it was there already
}

// ErrTaken says that another file has this name at the far end.
var ErrTaken = errors.New("another file has this name there")

// errShort says that the far end lost something of what it took.
var errShort = errors.New("what arrived is not what was sent")

// far is a directory, here or on a server. Errors of what is not there are fs.ErrNotExist.
type far interface {
	open(name string, flag int) (file, error)
	size(name string) (int64, error)
	rename(from, to string) error // to takes the place of what has its name
}

// file is an open file at the far end.
type file interface {
	io.ReadWriteSeeker
	io.Closer
	Sync() error
}

// Place is where print files go. It is for one goroutine.
type Place struct {
	name     string
	far      far
	closer   func() error
	readBack bool // what was written can be read again at no cost
	to       encrypt.Readers
	progress func(name string, n, of int64)
}

// IsServer tells whether a place is named by a URL.
func IsServer(to string) bool { return strings.Contains(to, "://") }

// Open gets to a place: a directory that is there, or sftp://user@host:port/path. A server's key must be
// known: the error is a HostKeyError otherwise. The connection ends with ctx.
func Open(ctx context.Context, to string, o Options) (*Place, error) {
	p := &Place{progress: o.Progress}
	if p.progress == nil {
		p.progress = func(string, int64, int64) {}
	}
	if len(o.Recipients) > 0 {
		var err error
		if p.to, err = encrypt.For(o.Recipients...); err != nil {
			return nil, err
		}
	}
	if IsServer(to) {
		return p, p.dial(ctx, to, o)
	}
	return p, p.openDirectory(to)
}

// Name is the place without a password.
func (p *Place) Name() string { return p.name }

// Close ends the connection.
func (p *Place) Close() error { return p.closer() }

// Put copies a file. It is whole at the far end when this returns, or it has not its name there; doing
// it again goes on where it broke off.
func (p *Place) Put(ctx context.Context, path string) (Copied, error) {
	c, err := p.put(ctx, path)
	if err != nil {
		return c, fmt.Errorf("copy %q to %s: %w", filepath.Base(path), p.name, err)
	}
	return c, nil
}

func (p *Place) put(ctx context.Context, path string) (Copied, error) {
	src, err := os.Open(path)
	if err != nil {
		return Copied{}, err
	}
	defer src.Close()
	info, err := src.Stat()
	if err != nil {
		return Copied{}, err
	}
	if !info.Mode().IsRegular() {
		return Copied{}, fs.ErrInvalid
	}
	from := &source{ctx: ctx, file: src, size: info.Size()}
	if len(p.to) > 0 {
		return p.putEncrypted(from, info.Name()+Encrypted)
	}
	return p.putPlain(from, info.Name())
}

// Encrypted ends the names of files that were encrypted on the way.
const Encrypted = ".age"

// part is the name of a file that is not whole. Nobody takes it for a print file.
func part(name string) string { return "." + name + ".part" }

func (p *Place) putPlain(src *source, name string) (Copied, error) {
	c := Copied{Name: name, Size: src.size}
	sum := sha256.New()
	if err := src.all(sum); err != nil {
		return c, err
	}
	c.SHA256 = [32]byte(sum.Sum(nil))
	size, err := p.far.size(name)
	if err == nil {
		c.Was = true
		return c, p.same(src, name, size)
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return c, err
	}
	if err := p.resume(src, part(name)); err != nil {
		return c, err
	}
	return c, p.finish(c)
}

// same makes sure that the file that has the name already is this one.
func (p *Place) same(src *source, name string, size int64) error {
	if size != src.size {
		return ErrTaken
	}
	f, err := p.far.open(name, os.O_RDONLY)
	if err != nil {
		return err
	}
	defer f.Close()
	n, err := src.common(f)
	if err == nil && n != src.size {
		err = ErrTaken
	}
	return err
}

// resume writes the file behind what is there of it.
func (p *Place) resume(src *source, name string) error {
	flag := os.O_RDWR | os.O_CREATE
	if there, err := p.far.size(name); err == nil && there > src.size {
		flag |= os.O_TRUNC
	}
	f, err := p.far.open(name, flag)
	if err != nil {
		return err
	}
	have, err := src.common(f)
	if err == nil {
		_, err = f.Seek(have, io.SeekStart)
	}
	if err == nil {
		err = p.told(src).rest(f, have)
	}
	return closed(f, err)
}

// told is a file of which is told how far it has come.
func (p *Place) told(src *source) *source {
	src.told = func(n int64) { p.progress(filepath.Base(src.file.Name()), n, src.size) }
	return src
}

// closed ends the writing of a file. Only the first thing that failed is told.
func closed(f file, err error) error {
	if err == nil {
		err = f.Sync()
	}
	if last := f.Close(); err == nil {
		err = last
	}
	return err
}

func (p *Place) putEncrypted(src *source, name string) (Copied, error) {
	c := Copied{Name: name}
	f, err := p.far.open(part(name), os.O_RDWR|os.O_CREATE|os.O_TRUNC)
	if err != nil {
		return c, err
	}
	sum := sha256.New()
	count := &counter{w: io.MultiWriter(f, sum)}
	if err := closed(f, p.encrypt(count, src)); err != nil {
		return c, err
	}
	c.Size, c.SHA256 = count.n, [32]byte(sum.Sum(nil))
	return c, p.finish(c)
}

// encrypt gives the far end pieces of some size, each of which waits for an answer.
func (p *Place) encrypt(to io.Writer, src *source) error {
	out := newBuffer(to)
	w, err := p.to.Writer(out)
	if err == nil {
		err = p.told(src).rest(w, 0)
	}
	if err == nil {
		err = w.Close()
	}
	if err == nil {
		err = out.Flush()
	}
	return err
}

// finish checks a part and gives it its name.
func (p *Place) finish(c Copied) error {
	size, err := p.far.size(part(c.Name))
	if err != nil {
		return err
	}
	if size != c.Size {
		return errShort
	}
	if p.readBack {
		if err := p.check(c); err != nil {
			return err
		}
	}
	return p.far.rename(part(c.Name), c.Name)
}

func (p *Place) check(c Copied) error {
	f, err := p.far.open(part(c.Name), os.O_RDONLY)
	if err != nil {
		return err
	}
	defer f.Close()
	sum := sha256.New()
	if _, err := io.Copy(sum, f); err != nil {
		return err
	}
	if !bytes.Equal(sum.Sum(nil), c.SHA256[:]) {
		return errShort
	}
	return nil
}
