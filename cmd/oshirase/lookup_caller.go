package main

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"oshirase/jobs/ledger"
	"oshirase/jobs/office"
	"oshirase/jobs/recipient"
	"oshirase/jobs/report"
	"oshirase/templates"
)

// standings are the words for where somebody stands.
var standings = map[ledger.Standing]string{
	ledger.Told:             "is affected, and has been told",
	ledger.Untold:           "is affected, and has not been told yet",
	ledger.StandUncertain:   "is affected, and may have been told: nobody knows whether it arrived",
	ledger.StandUnreachable: "is affected, and cannot be reached: there is no usable address",
	ledger.Cleared:          "is no longer affected",
	ledger.Merged:           "is in the ledger a second time: look for the other reference",
}

// caller is what the call centre sees of a person.
type caller struct {
	Reference  string       `json:"reference"`
	Name       string       `json:"name"`
	Batch      string       `json:"batch"`
	Standing   string       `json:"standing"`
	Segments   []string     `json:"segments"`
	Elements   []string     `json:"elements"`
	Certainty  string       `json:"certainty"`
	Deliveries []callerSent `json:"deliveries"`

	data string // Elements in a line
}

type callerSent struct {
	Channel  string `json:"channel"`
	Revision int    `json:"revision"`
	Purpose  string `json:"purpose"`
	Round    int    `json:"round"` // above 1: written once more
	Notice   string `json:"notice"`
	Locale   string `json:"locale"`
	Where    string `json:"where"` // the address it goes to
	State    string `json:"state"`
	At       string `json:"at"`
}

// words say what a delivery is: the first notice, an update or a withdrawal, and of which revision.
func (d callerSent) words() string {
	text := purposeWords(d.Purpose)
	if d.Round > 1 {
		text += fmt.Sprintf(", round %d", d.Round)
	}
	return fmt.Sprintf("%s, revision %d", text, d.Revision)
}

// addressee is the person as a delivery has them: with the facts of its revision, and with the address that
// it goes to where that was corrected.
func addressee(row ledger.PersonRow, d ledger.DeliveryRow) (person recipient.Person, err error) {
	data := row.At(d.Revision).Data
	if corrected, ok := row.Readdress[d.ID]; ok {
		data = corrected
	}
	return openPerson(row.Ref, data)
}

func openPerson(ref string, data []byte) (person recipient.Person, err error) {
	if person.UnmarshalBinary(data) != nil {
		return person, fmt.Errorf("person %s cannot be read", ref)
	}
	return person, nil
}

func callerOf(o *office.Office, row ledger.PersonRow) (caller, error) {
	person, err := openPerson(row.Ref, row.Data)
	if err != nil {
		return caller{}, err
	}
	c := caller{
		Reference: row.Ref, Name: person.Name, Batch: row.Batch, Standing: string(row.Standing),
		Segments: person.Segments, Certainty: person.Certainty,
	}
	names := map[string]map[string]string{}
	for id, text := range o.Book.Folder.Manifest.Elements {
		names[id] = text
	}
	for _, id := range person.Elements {
		name, _ := templates.ElementName(row.Locale, id, names)
		c.Elements = append(c.Elements, name)
	}
	c.data = templates.Enumerate(row.Locale, c.Elements)
	for _, d := range row.Deliveries {
		to, err := addressee(row, d)
		if err != nil {
			return caller{}, err
		}
		where := to.Email.Raw
		if d.Channel == ledger.Page {
			where = strings.Join(to.IDs, ", ")
		}
		if d.Channel == ledger.Letter {
			where = strings.Join(append([]string{to.Postcode}, to.Address...), " ")
		}
		c.Deliveries = append(c.Deliveries, callerSent{
			Channel: d.Channel, Revision: d.Revision, Purpose: d.Purpose, Round: d.Round,
			Notice: d.Notice, Locale: d.Locale, Where: where, State: report.Words(d),
			At: d.At.In(o.Book.Folder.Location).Format("2006-01-02 15:04 MST"),
		})
	}
	return c, nil
}

// standing says where somebody stands. Of one who is no longer affected it says whether the last that they were sent
// tells them so.
func (c caller) standing() string {
	text := standings[ledger.Standing(c.Standing)]
	if c.Standing != string(ledger.Cleared) || len(c.Deliveries) == 0 {
		return text
	}
	last := slices.MaxFunc(c.Deliveries, func(a, b callerSent) int { return cmp.Compare(a.Revision, b.Revision) })
	if last.Purpose == ledger.Withdrawal {
		return text + ": the withdrawal below says so"
	}
	return text + ": what is below was said before that was known"
}

func (p *program) showCaller(c caller) {
	p.print("%s %s.\n", c.Name, c.standing())
	p.table([][]string{
		{"  reference", c.Reference}, {"  their data", c.data},
		{"  certainty", c.Certainty}, {"  batch", c.Batch}, {"  segments", strings.Join(c.Segments, ", ")},
	})
	if len(c.Deliveries) == 0 {
		p.print("  nothing is sent to them\n")
		return
	}
	p.print("  what is sent to them:\n")
	var sent [][]string // a table of its own: the columns are others
	for _, d := range c.Deliveries {
		sent = append(sent, []string{fmt.Sprintf("  %-9s", d.Channel), d.words(), d.State, d.At, d.Where})
	}
	p.table(sent)
}

// purposeWords are the words for what a delivery is for.
func purposeWords(purpose string) string {
	if purpose == ledger.First {
		return "first notice"
	}
	return purpose
}
