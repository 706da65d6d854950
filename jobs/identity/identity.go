// Package identity finds the rows that are one person.
//
// Rows are joined where all parts of one key are equal and none is empty, and joining is transitive,
// over all files of a campaign. Four rules keep it from making one person of several:
//
//   - A value that more than Limit people have, as far as earlier keys have joined their rows, is not used:
//     it is a placeholder. Nor are contact points that more than Limit people share, whatever stands beside
//     them in the key: of the thousand customers of an agency's mailbox some have the same name. Only a
//     number that is given to one person joins up to 10,000 rows, where all of them bear one name: that is
//     somebody who booked often.
//   - A key of contact points alone, such as [email], says who shares a mailbox and not who is one
//     person: it joins rows whose names are equal too, and the others are put aside to be looked at.
//   - A value that would make one person of two birth dates, at whatever distance the two dates stand, joins
//     only rows that agree: those of each date, and those without any. All of them are put aside, to be decided.
//   - What a field has in place of a value is no value; package fold knows these.
//
// Keys are tried in the order written, and the values of a key in the order of their first rows, so
// that the same files give the same people whatever the order in which the rows were worked on. Every
// join is kept with the key that made it.
//
// Values are not kept, only a keyed hash of each (SHA-256 under a random key of the run, cut to 80
// bits): among eight million rows and four keys the odds that two values meet by chance are 10⁻¹⁰,
// and nobody can choose values that meet. What grows: 8 bytes a row; 2 more where birth dates are
// known; 12 a joined row, and 12 a row put aside; a bit a row for a key whose values too many have. The 16
// bytes of each row and key are parted into 256 buckets, which go to a sealed scratch file when they pass a
// fixed size together, and come back one by one.
package identity

import (
	"context"
	"errors"
	"fmt"
	"hash/maphash"
	"math"
	"time"
)

// The defaults of Options.
const (
	DefaultLimit  = 20
	DefaultMemory = 64 << 20
)

// mostRows is how many rows of one number and name may be one person: nobody has booked more often, and their
// rows are in memory together when they are made one.
const mostRows = 10_000

// ErrRows says that there are more rows than can be numbered.
var ErrRows = errors.New("more than 2,147,483,647 rows")

// Key is one composite key.
type Key struct {
	Name    string // as people write it: email+name
	Parts   []int  // indices of the fields that Hasher takes
	Contact []int  // those of Parts that say how to reach somebody and not who they are
	Number  bool   // its value is given to one person, such as a member number; then Contact is empty
}

// Options say how far joining may go, and what it may take.
type Options struct {
	Limit  int    // people of one value; DefaultLimit for 0
	Memory int    // bytes of hashes before they go to disk; DefaultMemory for 0
	Dir    string // of the scratch file; "" is the one for temporary files
}

// Joiner takes the rows, in order, and joins them.
type Joiner struct {
	keys    []Key
	columns []column
	limit   int
	hashKey [16]byte
	shelf   *shelf
	rows    int
	births  []uint16 // of each row; shorter than rows where the last have none

	nameSeed maphash.Seed
}

// alone tells a key of contact points alone.
func (k *Key) alone() bool { return len(k.Contact) == len(k.Parts) }

// column is one of the hashes that a row has: of a key, or of its contact points.
type column struct {
	key    int
	shares bool
}

// New returns a Joiner. Field 0 is the name.
func New(keys []Key, o Options) *Joiner {
	j := &Joiner{keys: keys, limit: o.Limit, hashKey: randomKey(), nameSeed: maphash.MakeSeed()}
	if j.limit == 0 {
		j.limit = DefaultLimit
	}
	if o.Memory == 0 {
		o.Memory = DefaultMemory
	}
	for i, k := range keys {
		if len(k.Contact) > 0 {
			j.columns = append(j.columns, column{i, true})
		}
		j.columns = append(j.columns, column{key: i})
	}
	j.shelf = newShelf(len(j.columns), o)
	return j
}

// Width is the number of hashes of a row.
func (j *Joiner) Width() int { return len(j.columns) }

// Len is the number of rows added.
func (j *Joiner) Len() int { return j.rows }

// Add takes the next n rows: Width hashes of each, as Hasher made them, and a birth date of each or
// none at all. A row that cannot be used has zero hashes.
func (j *Joiner) Add(n int, hashes []Hash, births []Birth) error {
	if j.rows+n > math.MaxInt32 {
		return ErrRows
	}
	j.addBirths(births)
	for i, h := range hashes {
		if h == (Hash{}) {
			continue
		}
		if err := j.shelf.add(i%len(j.columns), entry{h, int32(j.rows + i/len(j.columns))}); err != nil {
			return err
		}
	}
	j.rows += n
	return nil
}

func (j *Joiner) addBirths(births []Birth) {
	if len(births) == 0 {
		return
	}
	for len(j.births) < j.rows {
		j.births = append(j.births, 0)
	}
	for _, b := range births {
		j.births = append(j.births, uint16(b))
	}
}

// Close gives up what is on disk. Join does so too.
func (j *Joiner) Close() error { return j.shelf.close() }

// Join finds the people when all rows were added. The Joiner is of no use afterwards.
func (j *Joiner) Join(ctx context.Context) (*People, error) {
	people, err := j.join(ctx)
	if err = errors.Join(err, j.Close()); err != nil {
		return nil, fmt.Errorf("join rows: %w", err)
	}
	return people, nil
}

// Birth is a birth date as it is compared: days after 1869-12-31, 0 where none is known.
type Birth uint16

// BirthOf turns a day into a Birth. A day outside 1870 to 2049 is nobody's birth date, and unknown.
func BirthOf(day time.Time) Birth {
	const zeroth = -36525 // 1869-12-31 in days from 1970-01-01
	n := day.Unix()/(24*60*60) - zeroth
	if day.Unix() < zeroth*24*60*60 || n < 1 || n > math.MaxUint16 {
		return 0
	}
	return Birth(n)
}
