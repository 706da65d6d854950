// Package delta writes a campaign of the shape of an airline's incident of 2017: a company that ran the chat on its
// web site was broken into, and what customers typed into the site's payment pages may have been read.
//
// Who is affected follows from how they paid: on which days, on which site, and whether they typed the card in.
// Most of what such a company has in its files is of people who are not, and are not to be frightened. So each
// reason has its own number of rows, which follows from the scale alone and is written into the manifest as
// a control total.
package delta

import (
	"context"
	"embed"
	"math"
	"os"
	"path/filepath"

	"oshirase/config/programmes/folder"
)

// The notice speaks of several hundred thousand people at most. This number, and those of the exclusions,
// are invented.
const realPeople = 240_000

// leastPeople has room for all kinds.
const leastPeople = 100

// spareCodes are more than are needed, and laterCodes those for letters that are written again.
const (
	spareCodes = 20
	laterCodes = 20
)

// campaignFiles are the files of the folder that are no tables.
//
//go:embed campaign
var campaignFiles embed.FS

// Truth is what the files hold. People are counted after rows were joined under the identity of the manifest,
// rows that match no segment left out.
type Truth struct {
	People     int
	Rows       map[string]int // by file: the control totals
	Excluded   map[string]int // rows, by exclusion: the control totals
	Outside    int            // rows of payments before or after the days in question
	Email      int            // people with an e-mail address
	Letters    int            // with a postal address only
	Nowhere    int            // with neither
	Japanese   int            // whose notice is in Japanese; the others' is in English
	Codes      int            // in codes.csv
	CodesToUse int            // of them, one for each person who can be reached
}

// Expect tells what Write writes.
func Expect(scale float64) Truth {
	s := size(max(leastPeople, int(math.Round(realPeople*scale))))
	t := Truth{People: int(s), Rows: map[string]int{}, Excluded: map[string]int{}, Outside: s.outside()}
	t.Rows[webFile] = int(s) + s.again() + t.Outside
	for _, x := range exclusions {
		n := s.of(x.real)
		t.Excluded[x.name] = n
		t.Rows[x.file] += n
	}
	for n := range int(s) {
		t.add(n)
	}
	t.CodesToUse = t.Email + t.Letters
	t.Codes = t.CodesToUse + spareCodes
	return t
}

// add counts one person.
func (t *Truth) add(n int) {
	if readsJapanese(n) {
		t.Japanese++
	}
	switch reachOf(n) {
	case byEmail:
		t.Email++
	case byLetter:
		t.Letters++
	default:
		t.Nowhere++
	}
}

// Write makes the campaign in the directory dir, which exists and is empty. The same scale gives the same bytes
// on every machine.
func Write(ctx context.Context, dir string, scale float64) error {
	t := Expect(scale)
	if err := folder.Write(dir, campaignFiles, "campaign", t); err != nil {
		return err
	}
	if err := os.Mkdir(filepath.Join(dir, "recipients"), 0o755); err != nil {
		return err
	}
	if err := size(t.People).writePayments(ctx, filepath.Join(dir, "recipients")); err != nil {
		return err
	}
	return writeCodes(ctx, dir, t.Codes)
}
