// Package jtb writes a campaign of the size and shape of the largest Japanese travel agency's incident of
// 2016: bookings of four brands, 7.93 million rows of 6.79 million people, a number that was announced too
// high because the same people stood in several files.
//
// What an intake is worth shows where it joins too little and where it joins too much, so nothing here is
// left to chance. A person's rows differ in the ways in which the systems of four brands differ, and beside
// them stand people who look alike and are not the same. Who is who follows from the table of kinds alone;
// no two people can meet in a key by accident, because names with birth dates, telephone numbers, addresses
// and member numbers are counted out and not drawn. So the exact number of people is known at any size
// before a row is written, and each row can be made on its own, in any order, in constant memory.
package jtb

import (
	"context"
	"fmt"
	"math"
	"path/filepath"
)

// Real numbers of the incident (announcements of 14 and 24 June 2016; NTT Docomo, 14 June 2016; of the other
// telephone company's customers the most that was named).
const (
	realRows      = 7_930_000
	realPeople    = 6_790_000
	realPassports = 4_300 // still valid
	realDTravel   = 330_000
	realAuTravel  = 4_462
)

// MostRows bounds a size: the telephone numbers that nobody has suffice for so many people.
const MostRows = 12_000_000

// Size is how much to write.
type Size struct {
	Rows     int // of people who are affected, all files together
	Excluded int // rows of people who are not, on top of them: other products, other years
}

// Scaled is a share of the real programme, with excluded rows: one for twenty others.
func Scaled(scale float64) Size {
	rows := max(1, int(math.Round(realRows*scale)))
	return Size{Rows: rows, Excluded: max(len(excluded)+2, rows/20)}
}

func (s Size) valid() error {
	if s.Rows < 1 || s.Excluded < 0 || s.Rows > MostRows || s.Excluded > MostRows-s.Rows {
		return fmt.Errorf("size of %d and %d rows is not from 1 to %d", s.Rows, s.Excluded, MostRows)
	}
	return nil
}

// people of the affected rows, in the proportion of the two announcements.
func (s Size) people() int {
	const rows, people = realRows / 10_000, realPeople / 10_000
	return (s.Rows*people + rows/2) / rows
}

// of is the size's share of a real number.
func (s Size) of(real int) int { return (s.Rows*real + realRows/2) / realRows }

// Truth is what the files hold. People are counted after rows were joined under the identity of the
// manifest, rows that match no segment left out.
type Truth struct {
	People    int
	Rows      map[string]int // by file, excluded rows among them: the control totals
	Excluded  int            // rows
	Passports int            // people with a passport that is valid
	Expired   int            // people with one that is not

	// Booked counts people by the segment of the brand they booked with, of each brand; Told by the segment that
	// decides who writes to them. A segment that has nobody may be missing.
	Booked, Told map[string]int

	// Out counts rows by the brand's segment and the exclusion that takes them out of it.
	Out map[string]map[string]int

	// Joined counts the rows that each key joins to another, with the keys taken in the manifest's order.
	Joined map[string]int

	// Alike counts people who share something with others and are not to be joined with them, by what
	// they share.
	Alike map[string]int
}

// AllRows is the number of rows in all files.
func (t Truth) AllRows() (n int) {
	for _, rows := range t.Rows {
		n += rows
	}
	return n
}

// Expect tells what Write writes.
func Expect(s Size) (Truth, error) {
	r, err := newRegister(s)
	if err != nil {
		return Truth{}, err
	}
	return r.truth(), nil
}

// Write makes the campaign in the directory dir, which exists and is empty. The same size gives the same
// bytes on every machine.
func Write(ctx context.Context, dir string, s Size) error {
	r, err := newRegister(s)
	if err != nil {
		return err
	}
	if err := writeFolder(dir, r.truth()); err != nil {
		return err
	}
	return r.writeAll(ctx, filepath.Join(dir, "recipients"))
}
