// Package jal writes a campaign of the size and shape of an airline's incident of 2014, of which more became known
// with every report: first some 190,000 members of its mileage programme were suspected to be affected, then
// 79,093 of them were, and 4,131 others of whom it was certain.
//
// What such a campaign must get right is who hears what when the facts change. So there is a folder for each
// revision, and everything about a member follows from their number alone: whether they are still affected, how
// they can be reached, and what they were told before.
package jal

import (
	"context"
	"embed"
	"fmt"
	"math"
	"os"
	"path/filepath"

	"oshirase/config/programmes/folder"
)

// Real numbers of the notice of 29 October 2014. The small group is there in full at any scale.
const (
	realSuspected = 190_000
	realPossible  = 79_093
	realConfirmed = 4_131
	testRunPeople = 139
)

// leastPeople are suspected at any scale.
const leastPeople = 100

// earlierRows are of records that the malicious program read before it sent anything.
const earlierRows = 12

// texts are the files of the folders that are no tables.
//
//go:embed campaign revision interim final
var texts embed.FS

// Truth is what the folders hold: people, by what is known of them in the end.
type Truth struct {
	Suspected int // in revision 1
	Possible  int // those of them who are still in revision 2
	Confirmed int // people who are new in revision 2
	TestRun   int // as well, with further elements
	Revisions [revisions]Revision
}

// Revision is one of the folders.
type Revision struct {
	Number     int
	People     int
	Rows       map[string]int // by file: the control totals
	Unaffected int            // rows
	Segments   map[string]int // people

	// People by what they hear, if everybody heard what the revision before had to tell them.
	First, Update, Withdrawal, Nothing Told
}

// Told counts people, and the ways in which they are told.
type Told struct{ People, Email, Letters, Feed int }

func (t *Told) add(r reach) {
	t.People++
	if r.email {
		t.Email++
	}
	if r.letter {
		t.Letters++
	}
	if r.feed {
		t.Feed++
	}
}

// Deliveries are all that are sent.
func (r Revision) Deliveries() (n int) {
	for _, t := range []Told{r.First, r.Update, r.Withdrawal} {
		n += t.Email + t.Letters + t.Feed
	}
	return n
}

// size is how many there are of each group. The suspected have the first numbers; those follow who were found
// later, in the order of the fields.
type size struct{ suspected, possible, confirmed int }

func sizeOf(scale float64) size {
	suspected := max(leastPeople, int(math.Round(realSuspected*scale)))
	share := func(real int) int { return (suspected*real + realSuspected/2) / realSuspected }
	return size{suspected, share(realPossible), share(realConfirmed)}
}

// stays tells which of the suspected are still affected in revision 2: every second or third.
func (s size) stays(n int) bool { return (n+1)*s.possible/s.suspected > n*s.possible/s.suspected }

// Expect tells what Write writes.
func Expect(scale float64) Truth {
	s := sizeOf(scale)
	t := Truth{Suspected: s.suspected, Possible: s.possible, Confirmed: s.confirmed, TestRun: testRunPeople}
	found := s.possible + s.confirmed + testRunPeople
	t.Revisions[interim] = Revision{
		Number: 1, People: s.suspected, Rows: map[string]int{slowDaysFile: s.suspected},
		Segments: map[string]int{"slow-days": s.suspected},
	}
	for i := final; i < revisions; i++ {
		t.Revisions[i] = Revision{
			Number: i + 1, People: found, Unaffected: earlierRows,
			Rows: map[string]int{slowDaysFile: s.possible + s.confirmed, testRunFile: testRunPeople + earlierRows},
			Segments: map[string]int{
				"slow-days": s.possible, "slow-days-confirmed": s.confirmed, "test-run": testRunPeople,
			},
		}
	}
	t.tell(s)
	return t
}

// tell counts who hears what.
func (t *Truth) tell(s size) {
	first, second, third := &t.Revisions[interim], &t.Revisions[final], &t.Revisions[last]
	for n := range s.suspected {
		way := reachOf(n)
		first.First.add(way)
		if s.stays(n) {
			second.Update.add(way)
			third.Nothing.People++
		} else {
			second.Withdrawal.add(way)
		}
	}
	for range s.confirmed {
		second.First.add(everyWay)
		third.Nothing.People++
	}
	for range testRunPeople {
		second.First.add(everyWay)
		third.Update.add(everyWay)
	}
}

// Folder is the campaign folder of a revision, in the directory that Write wrote.
func Folder(dir string, number int) string {
	return filepath.Join(dir, fmt.Sprintf("revision-%d", number))
}

// Write makes a campaign folder for each revision in the directory dir, which exists and is empty. The same scale
// gives the same bytes on every machine; 1 is the size of the real programme.
func Write(ctx context.Context, dir string, scale float64) error {
	t := Expect(scale)
	if err := folder.Write(dir, texts, "campaign", t); err != nil {
		return err
	}
	for i := range t.Revisions {
		if err := t.writeRevision(ctx, Folder(dir, i+1), i, sizeOf(scale)); err != nil {
			return err
		}
	}
	return nil
}

func (t *Truth) writeRevision(ctx context.Context, dir string, i int, s size) error {
	recipients, notices := filepath.Join(dir, "recipients"), filepath.Join(dir, "notices")
	for _, sub := range []string{dir, recipients, notices} {
		if err := os.Mkdir(sub, 0o755); err != nil {
			return err
		}
	}
	from := "final"
	if i == interim {
		from = "interim"
	}
	if err := folder.Write(notices, texts, from, nil); err != nil {
		return err
	}
	said := struct {
		Truth
		Revision
	}{*t, t.Revisions[i]}
	if err := folder.Write(dir, texts, "revision", said); err != nil {
		return err
	}
	return s.writeRecords(ctx, recipients, i)
}
