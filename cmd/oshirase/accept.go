package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"oshirase/jobs/plan"
)

// acceptance is what an operator accepts by number.
type acceptance struct {
	confirm   string
	rejects   int
	names     int
	joined    int
	strangers int
	list      string // file for the rejects
}

func (a *acceptance) flags(c *cobra.Command, p *program) {
	c.Flags().StringVar(&a.confirm, "confirm", "", "`ID:COUNT` of the "+sendable)
	c.Flags().IntVar(&a.rejects, "accept-rejects", 0, "go on without this `NUMBER` of rows that cannot be used")
	c.Flags().IntVar(&a.names, "accept-names", 0, "write to this `NUMBER` of names that look like web or mail addresses")
	a.joinedFlag(c)
	c.Flags().StringVar(&a.list, "rejects", "",
		"write the rows that cannot be used, or should be looked at, to this `FILE`, with reasons")
	c.Flags().IntVar(&a.strangers, "accept-strangers", 0,
		"take this `NUMBER` of people for new ones, though nobody of the revision before is among them, or "+
			"they look like people of it")
	p.whyFlag(c)
}

func (a *acceptance) joinedFlag(c *cobra.Command) {
	c.Flags().IntVar(&a.joined, "accept-joined", 0,
		"take this `NUMBER` of people, joined of rows with neither a name nor a contact in common, for one each")
}

func (p *program) warnRejects(folder string, found *plan.Plan) {
	if found.Rejects > 0 {
		p.sayRejected(found)
		for _, f := range found.Files {
			if f.Rejects > 0 {
				p.warning("%s: %s of %s rows cannot be used", f.Name, thousands(f.Rejects), thousands(f.Rows))
			}
		}
		p.hint("see them with: oshirase plan %s --rejects rejects.csv", folder)
		p.hint("to go on without them: oshirase enqueue %s --accept-rejects %d", folder, found.Rejects)
	}
	if found.Unlike > 0 {
		p.hint("if each of the %s of unlike rows is one human: oshirase enqueue %s --accept-joined %d",
			plural(found.Unlike, "person", "people"), folder, found.Unlike)
	}
	p.warnNames(folder, found)
}

func (p *program) warnNames(folder string, found *plan.Plan) {
	if found.LinkNames > 0 {
		p.warning("%s of people look like web or mail addresses: their notices will be blocked",
			plural(found.LinkNames, "name", "names"))
		p.hint("to send them all the same: oshirase enqueue %s --accept-names %d", folder, found.LinkNames)
	}
}

// acceptedRows sees that rows that cannot be used were accepted by their number.
func (p *program) acceptedRows(folder string, found *plan.Plan, a acceptance) error {
	if found.Rejects != a.rejects {
		p.sayRejected(found)
		f := failed("%s", rejectsText(found))
		if a.rejects != 0 {
			f.what += fmt.Sprintf(", not %s", thousands(a.rejects))
		}
		f.code = exitInvalid
		if found.Rejects == 0 {
			return f.hint("leave --accept-rejects away")
		}
		if a.list != "" {
			f.hint("see why in %s, which holds personal data", a.list)
		} else {
			f.hint("see why with: oshirase plan %s --rejects rejects.csv", folder)
		}
		return f.hint("to go on without them: --accept-rejects %d", found.Rejects)
	}
	return nil
}

// acceptedJoined sees that people who may be several were.
func acceptedJoined(folder string, found *plan.Plan, a acceptance) error {
	if a.joined == found.Unlike {
		return nil
	}
	f := failed("%s of joined rows with neither a name nor a contact in common",
		plural(found.Unlike, "person", "people"))
	if a.joined != 0 {
		f.what += fmt.Sprintf(", not %s", thousands(a.joined))
	}
	f.code = exitInvalid
	if found.Unlike == 0 {
		return f.hint("leave --accept-joined away")
	}
	if a.list != "" {
		f.hint("see them in %s, which holds personal data", a.list)
	} else {
		f.hint("see them with: oshirase plan %s --rejects rejects.csv", folder)
	}
	return f.hint("if each of them is one human: --accept-joined %d", found.Unlike)
}

// acceptedNames sees that names that might be misread were.
func (p *program) acceptedNames(folder string, found *plan.Plan, a acceptance) error {
	if a.names != 0 && a.names != found.LinkNames {
		return wrongNames(found.LinkNames, a.names)
	}
	if a.names == 0 {
		p.warnNames(folder, found)
	}
	return nil
}

// wrongNames says that names were accepted by a number that is not theirs.
func wrongNames(have, accepted int) error {
	f := failed("%s of people look like web or mail addresses, not %s", plural(have, "name", "names"),
		thousands(accepted))
	f.code = exitInvalid
	if have == 0 {
		return f.hint("leave --accept-names away")
	}
	return f.hint("to write to them: --accept-names %d; without it their notices are blocked", have)
}

// rejectsText names the file where there is one at fault.
func rejectsText(found *plan.Plan) string {
	rows, where := found.Rows, ""
	for _, f := range found.Files {
		if f.Rejects == found.Rejects && f.Rejects > 0 {
			rows, where = f.Rows, f.Name+": "
		}
	}
	return fmt.Sprintf("%s%s of %s rows cannot be used", where, thousands(found.Rejects), thousands(rows))
}
