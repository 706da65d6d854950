package identity

import (
	"cmp"
	"encoding/binary"
	"slices"

	"oshirase/jobs/scratch"
)

// entry is the hash of a value and the row that has it.
type entry struct {
	Hash
	row int32
}

const entrySize = 16 // in memory as on disk

func (a entry) compare(b entry) int {
	if c := a.Hash.compare(b.Hash); c != 0 {
		return c
	}
	return cmp.Compare(a.row, b.row)
}

// buckets is into how many parts the entries of a column go. Those of a part are sorted together: at
// eight million rows half a megabyte, which stays within the caches.
const buckets = 256

// shelf keeps the entries of all columns, in memory up to a size and beyond it on disk.
type shelf struct {
	columns [][buckets]bucket
	held    int // entries in memory
	most    int
	disk    *scratch.File
	buf     []byte
}

// bucket is the entries of one part.
type bucket struct {
	held []entry
	away []scratch.Place
}

func newShelf(columns int, o Options) *shelf {
	return &shelf{
		columns: make([][buckets]bucket, columns), most: o.Memory / entrySize, disk: scratch.New(o.Dir),
	}
}

func (s *shelf) add(column int, e entry) error {
	b := &s.columns[column][e.hi>>56]
	b.held = append(b.held, e)
	if s.held++; s.held < s.most {
		return nil
	}
	return s.spill()
}

// spill puts everything on disk.
func (s *shelf) spill() error {
	s.held = 0
	for c := range s.columns {
		for i := range s.columns[c] {
			b := &s.columns[c][i]
			if len(b.held) == 0 {
				continue
			}
			s.buf = appendEntries(s.buf[:0], b.held)
			where, err := s.disk.Put(s.buf)
			if err != nil {
				return err
			}
			b.away, b.held = append(b.away, where), b.held[:0]
		}
	}
	return nil
}

func appendEntries(dst []byte, list []entry) []byte {
	for _, e := range list {
		dst = binary.LittleEndian.AppendUint64(dst, e.hi)
		dst = binary.LittleEndian.AppendUint16(dst, e.lo)
		dst = binary.LittleEndian.AppendUint16(dst, e.name)
		dst = binary.LittleEndian.AppendUint32(dst, uint32(e.row))
	}
	return dst
}

// bucket returns the entries of one bucket, sorted. Several may be asked for at once.
func (s *shelf) bucket(column, i int) (dst []entry, err error) {
	b := &s.columns[column][i]
	dst = append(dst, b.held...)
	var buf []byte
	for _, where := range b.away {
		if buf, err = s.disk.Get(buf[:0], where); err != nil {
			return nil, err
		}
		dst = readEntries(dst, buf)
	}
	slices.SortFunc(dst, entry.compare)
	return dst, nil
}

func readEntries(dst []entry, buf []byte) []entry {
	for ; len(buf) > 0; buf = buf[entrySize:] {
		h := Hash{binary.LittleEndian.Uint64(buf), binary.LittleEndian.Uint16(buf[8:]),
			binary.LittleEndian.Uint16(buf[10:])}
		dst = append(dst, entry{h, int32(binary.LittleEndian.Uint32(buf[12:]))})
	}
	return dst
}

func (s *shelf) close() error { return s.disk.Close() }
