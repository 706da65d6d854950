package revision

import (
	"testing"

	"oshirase/jobs/ledger"
	"oshirase/jobs/mailbox"
	"oshirase/jobs/recipient"
)

func affected(certainty string, elements ...string) recipient.Person {
	return recipient.Person{Name: "試験 花子", IDs: []string{"1"}, Certainty: certainty, Elements: elements}
}

// former is somebody who heard of facts, or of nothing.
func former(t *testing.T, id int64, heard *ledger.Heard, told recipient.Person) Candidate {
	t.Helper()
	data, err := told.AppendBinary(nil)
	if err != nil {
		t.Fatal(err)
	}
	if heard != nil {
		heard.Data = data
	}
	x, err := candidate(ledger.Former{ID: id, Data: data, Heard: heard})
	if err != nil {
		t.Fatal(err)
	}
	return x
}

func TestWhatIsSaidDependsOnWhatWasHeard(t *testing.T) {
	t.Parallel()
	known := affected("suspected", "name", "email")
	for name, c := range map[string]struct {
		heard  *ledger.Heard
		now    recipient.Person
		want   ledger.Change
		ignore bool
	}{
		"nothing was heard":            {nil, known, ledger.BeFirst, false},
		"just this was heard":          {&ledger.Heard{Since: 1, Current: true}, known, "", false},
		"the same in another order":    {&ledger.Heard{Since: 1, Current: true}, affected("suspected", "email", "name"), "", false},
		"more is known":                {&ledger.Heard{Since: 1, Current: true}, affected("suspected", "email", "name", "phone"), ledger.BeUpdated, false},
		"it is certain":                {&ledger.Heard{Since: 1, Current: true}, affected("confirmed", "name", "email"), ledger.BeUpdated, false},
		"it was heard before the last": {&ledger.Heard{Since: 1}, known, ledger.BeAsBefore, false},
		"it was taken back":            {&ledger.Heard{Since: 2, Current: true, Withdrawn: true}, known, ledger.BeUpdated, false},
		"it is ruled out":              {&ledger.Heard{Since: 1, Current: true}, affected("ruled-out", "name"), "", true},
		"ruled out, and never told":    {nil, affected("ruled-out", "name"), "", true},
	} {
		all := &Comparison{taken: people{}, twins: people{}}
		v := all.Decide(c.now, []Candidate{former(t, 7, c.heard, known)})
		if v.Change != c.want || v.Ignored != c.ignore || v.Former.ID != 7 {
			t.Errorf("%s: %q, ignored %v", name, v.Change, v.Ignored)
		}
	}
}

func TestOfSeveralRecordsTheOneThatWasToldIsKept(t *testing.T) {
	t.Parallel()
	known := affected("suspected", "name")
	all := &Comparison{taken: people{}, twins: people{}}
	two := []Candidate{former(t, 7, nil, known), former(t, 8, &ledger.Heard{Since: 1, Current: true}, known)}
	v := all.Decide(known, two)
	if v.Former.ID != 8 || all.taken.has(7) || v.Change != "" {
		t.Errorf("kept %d, %q", v.Former.ID, v.Change)
	}
	x := Left{Candidate: two[0]}
	if x.decide(all.twins.has(7), false); x.Change != ledger.BeMerged {
		t.Errorf("the other record is %q", x.Change)
	}
	if v := all.Decide(known, two); v.Former == nil || v.Former.ID != 7 {
		t.Errorf("the second who is one of them: %+v", v)
	}
	if v := all.Decide(known, two); v.Former != nil || v.Change != ledger.BeFirst {
		t.Errorf("the third who wants them: %+v", v)
	}
	if all.Strange() {
		t.Error("somebody was met")
	}
	all.Begin()
	if v := all.Decide(known, two); !all.taken.has(8) || v.Former.ID != 8 {
		t.Errorf("another walk: %+v", v)
	}
}

func TestOnlyWhoWasToldIsWithdrawnFrom(t *testing.T) {
	t.Parallel()
	known := affected("suspected", "name")
	for name, c := range map[string]struct {
		heard    *ledger.Heard
		standing ledger.Standing
		want     ledger.Change
	}{
		"told":                   {&ledger.Heard{Since: 1, Current: true}, ledger.Told, ledger.BeWithdrawn},
		"told long ago":          {&ledger.Heard{Since: 1}, ledger.Untold, ledger.BeWithdrawn},
		"not told":               {nil, ledger.Untold, ledger.BeCleared},
		"withdrawn from already": {&ledger.Heard{Since: 2, Current: true, Withdrawn: true}, ledger.Cleared, ""},
		"cleared already":        {nil, ledger.Cleared, ""},
	} {
		x := Left{Candidate: former(t, 7, c.heard, known)}
		x.Standing = c.standing
		if x.decide(false, false); x.Change != c.want {
			t.Errorf("%s: %q, want %q", name, x.Change, c.want)
		}
	}
}

func TestWithoutMemberNumbersTheNameMustBeTheSame(t *testing.T) {
	t.Parallel()
	plain := recipient.Person{Name: "試験　花子"}
	x := former(t, 7, nil, recipient.Person{Name: "試験 花子"})
	if !x.maybe(&Sought{Person: plain}, byEmail) || x.maybe(&Sought{Person: recipient.Person{Name: "試験 太郎"}}, byEmail) {
		t.Error("people without numbers are the same by their names")
	}
	if x := former(t, 8, nil, affected("suspected")); x.maybe(&Sought{Person: plain}, byEmail) {
		t.Error("one of them has a number")
	}
}

func TestWithoutAnythingElseThePostalAddressMustBeTheSame(t *testing.T) {
	t.Parallel()
	at := func(postcode string, lines ...string) recipient.Person {
		return recipient.Person{Name: "試験 花子", Postcode: postcode, Address: lines}
	}
	x := former(t, 7, nil, at("100-0001", "東京都見本区例町2丁目1番"))
	if !x.maybe(&Sought{Person: at("1000001", "東京都見本区", "例町２−１")}, byAddress) {
		t.Error("the address is the same, written otherwise")
	}
	for _, p := range []recipient.Person{at("100-0001", "東京都見本区例町2-2"), at("100-0002", "東京都見本区例町2-1"), at("")} {
		if x.maybe(&Sought{Person: p}, byAddress) {
			t.Errorf("%v is another address", p.Address)
		}
	}
	if keys := (Keys{Name: [16]byte{1}}); len(keys.of(at(""), byAddress)) != 0 || len(keys.of(at("", "x"), byAddress)) != 1 {
		t.Error("who has no address is looked for by name alone")
	}
}

func TestASetOfPeopleHoldsWhoWasAdded(t *testing.T) {
	t.Parallel()
	all, ids := people{}, []int64{1, 63, 64, 4095, 4096, 1<<28 + 7, 3<<28 + 7_000_000}
	for _, id := range ids {
		all.add(id)
	}
	for _, id := range ids {
		if !all.has(id) || all.has(id+1) && id != 63 && id != 4095 {
			t.Errorf("%d is in the set: %v, its neighbour: %v", id, all.has(id), all.has(id+1))
		}
	}
}

func TestLettersGoWhereTheyWereWrittenToAgain(t *testing.T) {
	t.Parallel()
	at := func(line string) recipient.Person {
		return recipient.Person{Name: "試験 花子", Address: []string{line}}
	}
	x := Left{Candidate: former(t, 7, &ledger.Heard{Since: 1, Current: true}, at("見本区例町1-1"))}
	x.moved = &move{from: at("見本区例町1-1"), to: at("別区新町2-2")}
	for from, to := range map[string]string{"見本区例町１丁目１": "別区新町2-2", "他区他町3-3": "他区他町3-3"} {
		if got := x.Corrected(at(from)); got.Address[0] != to {
			t.Errorf("who is listed at %s is written to at %s", from, got.Address[0])
		}
	}
	if x.decide(false, false); x.Told.Address[0] != "別区新町2-2" {
		t.Errorf("the withdrawal goes to %s", x.Told.Address[0])
	}
}

func TestEveryRecordOfSomebodyWhoIsNotAffectedIsTakenBack(t *testing.T) {
	t.Parallel()
	known := affected("suspected", "name")
	all := &Comparison{taken: people{}, twins: people{}}
	two := []Candidate{former(t, 7, nil, known), former(t, 8, &ledger.Heard{Since: 1, Current: true}, known)}
	if v := all.Decide(affected(ruledOut, "name"), two); !v.Ignored {
		t.Errorf("verdict %+v", v)
	}
	for i, want := range []ledger.Change{ledger.BeCleared, ledger.BeWithdrawn} {
		x := Left{Candidate: two[i]}
		if x.decide(all.twins.has(x.ID), false); x.Change != want || all.taken.has(x.ID) {
			t.Errorf("person %d: %q, want %q", x.ID, x.Change, want)
		}
	}
}

func TestWhoseEmailAddressBecameKnownIsMetAtTheirPostalAddress(t *testing.T) {
	t.Parallel()
	at := func(email string) recipient.Person {
		return recipient.Person{Name: "試験 花子", Postcode: "100-0001", Address: []string{"東京都見本区例町2-1"},
			Email: mailbox.Address{Raw: email, Wire: email}}
	}
	byLetter, byMail := former(t, 7, nil, at("")), former(t, 8, nil, at("a@example.com"))
	for _, c := range []struct {
		x     Candidate
		email string
		step  int
		want  bool
	}{
		{byLetter, "a@example.com", byAddress, true},
		{byMail, "", byAddress, true},
		{byMail, "a@example.com", byEmail, true},
		{byMail, "b@example.com", byAddress, false}, // two people may live there
	} {
		if got := c.x.maybe(&Sought{Person: at(c.email)}, c.step); got != c.want {
			t.Errorf("%d is %q: %v", c.x.ID, c.email, got)
		}
	}
	both := []Candidate{byMail, byLetter}
	if got := closest(at(""), both); len(got) != 1 || got[0].ID != 7 {
		t.Errorf("who has no e-mail address is one of %d", len(got))
	}
	if got := closest(at(""), both[:1]); len(got) != 1 || got[0].ID != 8 {
		t.Errorf("whose e-mail address is gone is one of %d", len(got))
	}
	keys := Keys{Email: [16]byte{1}, Name: [16]byte{2}}
	if got := keys.of(at("a@example.com"), byEmail); len(got) != 1 || got[0] != keys.Email {
		t.Errorf("looked for by %v", got)
	}
}

func TestOneOfTwoMayLackAMemberNumberAndAnotherNumberIsAnotherPerson(t *testing.T) {
	t.Parallel()
	with := func(ids ...string) recipient.Person { return recipient.Person{Name: "試験 花子", IDs: ids} }
	for _, c := range []struct {
		was, now recipient.Person
		across   bool
		step     int
		want     bool
	}{
		{with("1"), with(), true, byEmail, true},
		{with(), with("1"), true, byEmail, true},
		{with("1"), with(), false, byEmail, false}, // where rows are not joined so either
		{with("1"), with("2"), true, byEmail, false},
		{with("1"), with(), true, byAddress, false},
		{with("1"), recipient.Person{Name: "試験 太郎"}, true, byEmail, false},
	} {
		x, now := former(t, 7, nil, c.was), Sought{c.now, Keys{Across: c.across}}
		if got := x.maybe(&now, c.step); got != c.want {
			t.Errorf("%v was %v, found in step %d: %v", c.now.IDs, c.was.IDs, c.step, got)
		}
	}
	email := recipient.Person{IDs: []string{"1"}, Email: mailbox.Address{Wire: "a@example.com"}, Address: []string{"x"}}
	for across, want := range map[bool]int{true: 1, false: 0} {
		keys := Keys{Across: across}
		if got := keys.of(email, byEmail); len(got) != want || len(keys.of(email, byAddress)) != 0 {
			t.Errorf("looked for by %v", got)
		}
	}
}

func TestNobodyWithoutANumberIsSomebodyWhoseNumberIsThere(t *testing.T) {
	t.Parallel()
	known := affected("suspected", "name")
	plain := known
	plain.IDs = nil
	one := []Candidate{former(t, 7, &ledger.Heard{Since: 1, Current: true}, known)}
	all := &Comparison{taken: people{}, twins: people{}}
	if !all.Doubtful(plain, one) || all.Doubtful(known, one) || all.Doubtful(plain, nil) {
		t.Error("whose numbers are there must be known, and only for this")
	}
	all.claimed = people{}
	if v := all.Decide(plain, one); v.Former == nil || v.Change != "" || all.Doubtful(plain, one) {
		t.Errorf("whose number is gone: %+v", v)
	}
	all.Begin()
	all.claimed.add(7)
	if v := all.Decide(plain, one); v.Former != nil || v.Change != ledger.BeFirst {
		t.Errorf("whose number another has: %+v", v)
	}
	if v := all.Decide(known, one); v.Former == nil || v.Change != "" {
		t.Errorf("who has it: %+v", v)
	}
}

func TestTwoWithDifferentNumbersAreNotOneForWantOfANumber(t *testing.T) {
	t.Parallel()
	known := affected("suspected", "name")
	plain, second := known, known
	plain.IDs, second.IDs = nil, []string{"2"}
	all := &Comparison{taken: people{}, twins: people{}, claimed: people{}}
	two := []Candidate{
		former(t, 7, nil, known), former(t, 8, &ledger.Heard{Since: 1, Current: true}, second), former(t, 9, nil, plain),
	}
	if v := all.Decide(plain, two); v.Former == nil || v.Former.ID != 8 || all.twins.has(7) || !all.twins.has(9) {
		t.Errorf("%+v, twins %v", v, all.twins)
	}
}
