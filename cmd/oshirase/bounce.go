package main

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"

	"github.com/spf13/cobra"
)

func (p *program) bounceCommand() *cobra.Command {
	c := &cobra.Command{
		Use: "bounce ID FILE|DIR…", Short: "Read delivery reports: which e-mails failed after the relay had taken them",
		Long: `Read what has come to the campaign's bounce address: which e-mails failed after the relay had taken them.
Their deliveries become bounced, their people are untold again, unless they were told in another way, and
get a letter where letter.when is on-failure. The same reports may be read again: what is known changes
nothing. Workers may run meanwhile.

A FILE is one message, or a mailbox (mbox); a DIR is a Maildir (its new and cur) or has a message a file; - is
standard input:
  oshirase bounce ts-2013-09 /var/mail/bounce
  oshirase bounce ts-2013-09 Maildir

Read are delivery reports (RFC 3464), forwarded ones too, and those of qmail, Exim, Exchange and others in words.
The delivery is known by the token behind the + of the return path, else by the Message-ID of the message that
was sent back. What is delayed, was delivered, or is an automatic reply is counted and moves nothing; so
is the mail of others. Messages to the campaign that are not understood are listed: look at them yourself.

With --json: {"campaign":"ts-2013-09","messages":120,"bounced":97,"known":3,"unsent":0,"delayed":4,"delivered":1,
  "replies":11,"stray":2,"unread":2,"cut":0,"letters":0,
  "counts":[{"what":"bounced","provider":"docomo","answer":"5.1.1","n":60}],
  "faults":[{"file":"bounce","message":7,"why":"…"}]}`,
		Args: func(c *cobra.Command, args []string) error {
			if len(args) < 2 {
				return usage("bounce takes a campaign id and a file or more; %d given", len(args)).
					hint("see: %s --help; - reads standard input", c.CommandPath())
			}
			p.subject = args[0]
			p.goOn = "read the same files again: what was read counts once"
			return nil
		},
		RunE: func(c *cobra.Command, args []string) error { return p.bounce(c.Context(), args[0], args[1:]) },
	}
	p.jsonFlag(c)
	p.whyFlag(c)
	return c
}

// bounced is what became of the messages that were read.
type bounced struct {
	Campaign  string        `json:"campaign"`
	Messages  int           `json:"messages"`
	Bounced   int           `json:"bounced"`
	Known     int           `json:"known"`     // failures that were read before
	Unsent    int           `json:"unsent"`    // failures of deliveries that do not stand as sent
	Delayed   int           `json:"delayed"`   // and tried again by a server
	Delivered int           `json:"delivered"` // so a server says
	Replies   int           `json:"replies"`   // automatic ones, receipts, complaints
	Stray     int           `json:"stray"`     // of nothing of this campaign
	Unread    int           `json:"unread"`    // not understood
	Cut       int           `json:"cut"`       // too long to be read whole
	Letters   int           `json:"letters"`   // that take the place of what bounced
	Counts    []bounceCount `json:"counts"`
	Faults    []bounceFault `json:"faults"`
}

// bounceCount counts reports of one kind, about one provider's e-mails, with one answer.
type bounceCount struct {
	bounceClass
	N int `json:"n"`
}

type bounceClass struct {
	What     string `json:"what"`
	Provider string `json:"provider"`
	Answer   string `json:"answer"` // the enhanced code, else the code; empty: none was named
}

// bounceFault is a message that somebody should look at. It repeats nothing of it.
type bounceFault struct {
	File    string `json:"file"`
	Message int    `json:"message"`
	Why     string `json:"why"`
}

func (p *program) bounce(ctx context.Context, id string, paths []string) error {
	o, err := p.open(ctx, id)
	if err != nil {
		return err
	}
	defer o.Close()
	r := &bounceReader{
		opened: o, program: p, classes: map[bounceClass]int{},
		out: &bounced{Campaign: id, Counts: []bounceCount{}, Faults: []bounceFault{}},
	}
	for _, path := range paths {
		if err := r.source(ctx, path); err != nil {
			return interrupted(ctx, err)
		}
	}
	if err := r.finish(ctx); err != nil {
		return interrupted(ctx, err)
	}
	if r.broken && r.out.Messages == 0 {
		return quiet(exitError)
	}
	if err := p.showBounced(r.out); err != nil || !r.broken {
		return err
	}
	return quiet(exitError)
}

// count sorts the classes: the most first of each kind.
func (out *bounced) count(classes map[bounceClass]int) {
	for class, n := range classes {
		out.Counts = append(out.Counts, bounceCount{class, n})
	}
	slices.SortFunc(out.Counts, func(a, b bounceCount) int {
		return cmp.Or(cmp.Compare(a.What, b.What), cmp.Compare(b.N, a.N), cmp.Compare(a.Provider, b.Provider),
			cmp.Compare(a.Answer, b.Answer))
	})
}

func (p *program) showBounced(out *bounced) error {
	if p.asJSON {
		if err := p.json(out); err != nil {
			return err
		}
	} else {
		p.showBounceFaults(out.Faults)
		p.showBounceCounts(out.Counts)
		p.print("%s: %s\n", plural(out.Messages, "message", "messages"), out)
	}
	p.hintBounced(out)
	return nil
}

// String is the numbers in a line.
func (out *bounced) String() string {
	return fmt.Sprintf("%s bounced, %s known before, %s not sent, %s delayed, %s delivered, %s, %s of others, "+
		"%s not understood", thousands(out.Bounced), thousands(out.Known), thousands(out.Unsent),
		thousands(out.Delayed), thousands(out.Delivered),
		plural(out.Replies, "automatic reply", "automatic replies"), thousands(out.Stray), thousands(out.Unread))
}

func (p *program) hintBounced(out *bounced) {
	if out.Cut > 0 {
		p.warning("%s longer than 1 MiB and read no further", plural(out.Cut, "message is", "messages are"))
	}
	if out.Unsent > 0 {
		p.hint("what is not sent is at the relay, to be sent again, or settled otherwise: read the files again later")
	}
	if out.Letters > 0 {
		p.hint("%s ready in their place, for a worker: oshirase work, or oshirase run %s",
			plural(out.Letters, "letter is", "letters are"), out.Campaign)
	}
	if out.Bounced > out.Letters {
		p.hint("who they are: oshirase report %s --untold FILE", out.Campaign)
		p.hint("to send to them again, once they can take it: oshirase retry %s --state bounced", out.Campaign)
	}
}

// bounceFaultsShown bounds what a screen is filled with; --json has all.
const bounceFaultsShown = 50

func (p *program) showBounceFaults(faults []bounceFault) {
	if len(faults) == 0 {
		return
	}
	rows := [][]string{{"FILE", "MESSAGE", "WHY IT IS NOT UNDERSTOOD"}}
	for _, x := range faults[:min(len(faults), bounceFaultsShown)] {
		rows = append(rows, []string{x.File, strconv.Itoa(x.Message), x.Why})
	}
	p.table(rows)
	if more := len(faults) - bounceFaultsShown; more > 0 {
		p.print("and %s more, which --json lists\n", thousands(more))
	}
	p.print("\n")
}

func (p *program) showBounceCounts(counts []bounceCount) {
	if len(counts) == 0 {
		return
	}
	rows := [][]string{{"WHAT", "PROVIDER", "ANSWER", "MESSAGES"}}
	for _, c := range counts {
		rows = append(rows, []string{c.What, c.Provider, orDash(c.Answer), thousands(c.N)})
	}
	p.table(rows)
	p.print("\n")
}
