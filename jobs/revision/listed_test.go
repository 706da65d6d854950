package revision

import (
	"testing"

	"oshirase/jobs/ledger"
	"oshirase/jobs/mailbox"
	"oshirase/jobs/recipient"
)

func TestWhoseRowCannotBeUsedIsFoundByWhatItTells(t *testing.T) {
	t.Parallel()
	full := recipient.Person{
		Name: "試験 花子", IDs: []string{"7"}, BirthDate: "1970-01-02", Address: []string{"例町1-2"},
		Email: mailbox.Address{Raw: "a@example.com", Wire: "a@example.com"},
	}
	for name, c := range map[string]struct {
		row         recipient.Person
		cut         bool
		about, tell bool
	}{
		"the number":                           {recipient.Person{IDs: []string{"７"}}, true, true, true},
		"the number, perhaps another's cell":   {recipient.Person{IDs: []string{"7"}}, false, false, false},
		"the same, and the name":               {recipient.Person{IDs: []string{"7"}, Name: "試験花子"}, false, true, false},
		"another number":                       {recipient.Person{IDs: []string{"8"}}, true, false, true},
		"name and e-mail address":              {recipient.Person{Name: "試験　花子", Email: full.Email}, true, true, true},
		"another number, name and e-mail":      {recipient.Person{IDs: []string{"8"}, Name: "試験　花子", Email: full.Email}, true, true, true},
		"name and postal address":              {recipient.Person{Name: "試験　花子", Address: []string{"例町１丁目2番"}}, true, true, true},
		"name and birth date":                  {recipient.Person{Name: "試験　花子", BirthDate: "昭和45年1月2日"}, true, true, true},
		"the name alone":                       {recipient.Person{Name: "試験　花子"}, true, false, false},
		"another name and the e-mail address":  {recipient.Person{Name: "試験 太郎", Email: full.Email}, true, false, true},
		"the e-mail address alone":             {recipient.Person{Email: full.Email}, true, false, false},
		"a birth date that stands for nothing": {recipient.Person{Name: "試験 花子", BirthDate: "0000-00-00"}, true, false, true},
	} {
		u := &Unusable{Sought: Sought{Person: c.row}, Cut: c.cut}
		if u.about(full) != c.about || u.tells() != c.tell {
			t.Errorf("%s: about %v, tells %v", name, u.about(full), u.tells())
		}
	}
}

func TestNothingIsTakenBackFromWhoIsListed(t *testing.T) {
	t.Parallel()
	known := affected("suspected", "name")
	for name, heard := range map[string]*ledger.Heard{"told": {Since: 1, Current: true}, "not told": nil} {
		x := Left{Candidate: former(t, 7, heard, known)}
		if x.decide(false, true); x.Change != "" || !x.Listed {
			t.Errorf("%s: %q", name, x.Change)
		}
	}
	x := Left{Candidate: former(t, 7, nil, known)}
	if x.decide(true, true); x.Change != ledger.BeMerged {
		t.Errorf("another record of somebody who is there: %q", x.Change)
	}
}
