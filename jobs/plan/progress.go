package plan

import (
	"errors"
	"io"
	"io/fs"
	"sync"
)

// readings is how often the recipients' files are gone through: for their digest, for who is who, and for
// the people.
const readings = 3

// tallyStep is how many bytes go by between two words of progress.
const tallyStep = 1 << 20

// tally counts the bytes that are read. It is safe for concurrent use.
type tally struct {
	tell        func(done, total int64)
	mu          sync.Mutex
	done, total int64
	said        int64
}

// newTally begins to count towards the sizes of the recipients' files, as they are on disk.
func (p *Plan) newTally(tell func(done, total int64)) (*tally, error) {
	if tell == nil {
		return nil, nil
	}
	t := &tally{tell: tell}
	for _, r := range p.Folder.Manifest.Recipients {
		size, err := p.sizeOf(r.File)
		if err != nil {
			return nil, err
		}
		t.total += readings * size
	}
	return t, nil
}

func (p *Plan) sizeOf(name string) (int64, error) {
	f, err := p.Folder.Open(name)
	if err != nil {
		return 0, err
	}
	info, err := f.(file).Stat()
	if err != nil {
		return 0, errors.Join(err, f.Close())
	}
	return info.Size(), f.Close()
}

func (t *tally) add(n int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.done = min(t.done+int64(n), t.total) // what a file is comes from reading its beginning once more
	if t.done-t.said >= tallyStep {
		t.said = t.done
		t.tell(t.done, t.total)
	}
}

// endTally says that all was read. What reads again later has a progress of its own.
func (p *Plan) endTally() {
	if p.tally != nil {
		p.tally.tell(p.tally.total, p.tally.total)
		p.tally = nil
	}
}

// file is a recipients' file as the folder gives it.
type file interface {
	io.ReadCloser
	io.ReaderAt
	io.Seeker
	Stat() (fs.FileInfo, error)
}

// open opens a file of the folder, counted while somebody wants to know.
func (p *Plan) open(name string) (io.ReadCloser, error) {
	f, err := p.Folder.Open(name)
	if err != nil || p.tally == nil {
		return f, err
	}
	return tallied{f.(file), p.tally}, nil
}

type tallied struct {
	file
	tally *tally
}

// Read is the file's.
func (t tallied) Read(b []byte) (int, error) {
	n, err := t.file.Read(b)
	t.tally.add(n)
	return n, err
}

// ReadAt is the file's.
func (t tallied) ReadAt(b []byte, at int64) (int, error) {
	n, err := t.file.ReadAt(b, at)
	t.tally.add(n)
	return n, err
}
