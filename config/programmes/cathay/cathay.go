// Package cathay writes a campaign of the size and shape of an airline's incident of 2018: 9.4 million passengers,
// of each of whom other data were seen, so that no two letters need be alike.
//
// What such a campaign must not do is tell one passenger of another's data, or leave one out. So every person
// has a combination of eleven kinds of data that follows from their number alone, and so do their language,
// their membership and how they can be reached: what each notice must list can be read off the files without
// the code that sends it. The two small groups whose card numbers were seen are there in full at any size.
package cathay

import (
	"context"
	"embed"
	"math"
	"os"
	"path/filepath"

	"oshirase/config/programmes/draw"
	"oshirase/config/programmes/folder"
)

// campaignFiles are the files of the folder that are no tables.
//
//go:embed campaign
var campaignFiles embed.FS

// Real numbers of the incident: those of the notice, and of press reports of October 2018.
const (
	realPeople    = 9_400_000
	realPassports = 860_000
	realIDCards   = 245_000

	expiredCards    = 403
	cardsWithoutCVV = 27
	cards           = expiredCards + cardsWithoutCVV
)

// leastPeople has room for both groups of cards and for all languages.
const leastPeople = 600

// kinds of data, in the order in which a notice lists them: bits of a row's set.
var kinds = [...]string{
	"name", "nationality", "birth_date", "phone", "email", "address", "passport_number", "id_card_number",
	"frequent_flyer_number", "service_remarks", "past_flights",
}

// Bits of the kinds whose numbers are known, and of those that not everybody has.
const (
	nameBit     = 1 << 0
	emailBit    = 1 << 4
	addressBit  = 1 << 5
	passportBit = 1 << 6
	idCardBit   = 1 << 7
)

// often is how many of a hundred people have a kind, where nothing is known: invented.
var often = [len(kinds)]int{92, 58, 46, 63, 71, 49, 0, 0, 55, 21, 34}

// Truth is what the files hold. People are counted after rows were joined under the identity of the manifest,
// rows of nobody who is affected left out.
type Truth struct {
	People     int
	Rows       map[string]int // by file: the control totals
	Unaffected int            // rows of members of whom nothing was seen
	Segments   map[string]int // people
	Elements   map[string]int // people
	Locales    map[string]int // people, by the language of their notice

	Email, Letters, Unreachable int // people
}

// size is how many there are of each.
type size struct {
	people, unaffected  int
	clubUntil, milesEnd int // numbers of people: the club's come first, then the miles programme's
	both                int // of the club's first people, who have a row with the miles programme too
	stride              int
}

func sizeOf(scale float64) size {
	people := max(leastPeople, int(math.Round(realPeople*scale)))
	club := people / 10
	return size{
		people: people, unaffected: people / 50, clubUntil: club, milesEnd: people * 7 / 10, both: club / 4,
		stride: strideOf(people),
	}
}

// share is as many of the people as of the real ones.
func (s size) share(real int) int { return s.people * real / realPeople }

// place gives each person a place among them that has nothing to do with their number's neighbours.
func (s size) place(n int) int { return n * s.stride % s.people }

// strideOf is about the golden section of n and has no factor in common with it, so that no two of its
// multiples fall on one place.
func strideOf(n int) int {
	stride := n * 618 / 1000
	for gcd(stride, n) != 1 {
		stride++
	}
	return stride
}

func gcd(a, b int) int {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}

// card gives the group of cards that a person belongs to.
func (s size) card(n int) card {
	k := (n*cards + s.people - 1) / s.people
	if k >= cards || k*s.people/cards != n {
		return noCard
	}
	if (k+1)*cardsWithoutCVV/cards > k*cardsWithoutCVV/cards {
		return withoutCVV
	}
	return expired
}

// seen is the set of what was seen of a person, in the row of their own file, never nothing.
func (s size) seen(n int) int {
	set := drawSet(draw.For("seen", n)) &^ lacked(n)
	place, passports := s.place(n), s.share(realPassports)
	if place < passports {
		set |= passportBit
	}
	if first := passports / 2; place >= first && place < first+s.share(realIDCards) {
		set |= idCardBit
	}
	if set == 0 {
		return nameBit
	}
	return set
}

// seenAgain is the set of the second row of somebody who is in the club and in the miles programme.
func seenAgain(n int) int { return drawSet(draw.For("seen again", n))&^lacked(n) | nameBit }

// lacked is what nobody can have seen of a person, because the airline does not have it.
func lacked(n int) int {
	switch reachOf(n) {
	case byLetter:
		return emailBit
	case byNothing:
		return emailBit | addressBit
	}
	return 0
}

func drawSet(d *draw.Source) (set int) {
	for i, share := range often {
		if d.Below(100) < share {
			set |= 1 << i
		}
	}
	return set
}

// Expect tells what Write writes.
func Expect(scale float64) Truth {
	s := sizeOf(scale)
	t := Truth{
		People: s.people, Unaffected: s.unaffected, Rows: map[string]int{}, Segments: map[string]int{},
		Elements: map[string]int{}, Locales: map[string]int{},
	}
	for n := range s.people {
		t.add(s, n)
	}
	for i, f := range files {
		t.Rows[f.name] = f.until(s) - f.from(s) + s.strangers(i)
	}
	t.Rows[files[miles].name] += s.both
	return t
}

// add counts one person.
func (t *Truth) add(s size, n int) {
	set := s.seen(n)
	if n < s.both {
		set |= seenAgain(n)
		t.Segments[files[miles].segment]++
	}
	t.Segments[files[s.fileOf(n)].segment]++
	if c := s.card(n); c != noCard {
		t.Segments[cardSegments[c]]++
		t.Elements[cardElements[c]]++
	}
	for i, kind := range kinds {
		if set&(1<<i) != 0 {
			t.Elements[kind]++
		}
	}
	t.Locales[languageOf(n).locale]++
	switch reachOf(n) {
	case byEmail:
		t.Email++
	case byLetter:
		t.Letters++
	default:
		t.Unreachable++
	}
}

// Write makes the campaign in the directory dir, which exists and is empty. The same scale gives the same bytes
// on every machine; 1 is the size of the real programme.
func Write(ctx context.Context, dir string, scale float64) error {
	if err := folder.Write(dir, campaignFiles, "campaign", Expect(scale)); err != nil {
		return err
	}
	recipients := filepath.Join(dir, "recipients")
	if err := os.Mkdir(recipients, 0o755); err != nil {
		return err
	}
	return sizeOf(scale).writeAll(ctx, recipients)
}
