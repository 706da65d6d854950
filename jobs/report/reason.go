package report

import (
	"fmt"
	"strings"
	"time"

	"oshirase/jobs/ledger"
	"oshirase/jobs/recipient"
)

// personOf reads the person that a row carries. The error repeats nothing of it.
func personOf(p ledger.PersonRow) (r recipient.Person, err error) {
	if r.UnmarshalBinary(p.Data) != nil {
		return recipient.Person{}, fmt.Errorf("person %s cannot be read", p.Ref)
	}
	return r, nil
}

// Reason says in words why a person has not been told. It holds no personal data.
func Reason(p ledger.PersonRow) string {
	var why []string
	if len(p.Deliveries) == 0 || p.Standing == ledger.StandUnreachable {
		why = append(why, unreachable(p))
	}
	for _, d := range p.Deliveries {
		why = append(why, d.Channel+" "+Words(d))
	}
	return strings.Join(why, "; ")
}

// unreachable tells who has no contact point from who has one that the campaign does not use.
func unreachable(p ledger.PersonRow) string {
	r, err := personOf(p)
	switch {
	case err == nil && r.Email.Wire != "":
		return "no postal address, and the campaign sends no e-mail"
	case err == nil && len(r.Address) > 0:
		return "no usable e-mail address, and the campaign sends no letters"
	}
	return "no usable e-mail address and no postal address"
}

// Words says where a delivery stands and why. It holds no personal data.
func Words(d ledger.DeliveryRow) string {
	text := stateWords(d)
	if code := strings.TrimSpace(number(d.Code) + " " + d.Enhanced); code != "" {
		text += " (" + code + ")"
	}
	if d.Reason != "" {
		text += ": " + d.Reason
	}
	return text
}

func stateWords(d ledger.DeliveryRow) string {
	switch d.State {
	case ledger.Waiting:
		return "waits for its batch to open"
	case ledger.Deferred:
		return "deferred until " + d.NextAt.Format(time.RFC3339)
	case ledger.Typeset:
		return "typeset, not in a print file yet"
	case ledger.Bound:
		return "in print file " + d.PrintFile + ", not handed over yet"
	}
	return string(d.State)
}
