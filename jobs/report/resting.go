package report

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"oshirase/jobs/ledger"
	"oshirase/jobs/pace"
)

// Resting is what is not going at full speed: a provider, a relay, or where both are empty all of e-mail,
// outside its windows.
type Resting struct {
	Provider string    `json:"provider"`
	Relay    string    `json:"relay,omitempty"`  // host:port
	Sender   string    `json:"sender,omitempty"` // the domain whose mail alone the relay does not take
	Until    time.Time `json:"until,omitzero"`   // zero: nobody can say
	Why      string    `json:"why"`
	Workers  []string  `json:"workers,omitempty"` // that rest it, where not all do
}

// What names it in the reader's words.
func (r Resting) What() string {
	switch {
	case r.Sender != "":
		return "relay " + r.Relay + " for mail from " + r.Sender
	case r.Relay != "":
		return "relay " + r.Relay
	case r.Provider != "":
		return r.Provider
	}
	return "email"
}

// Rests is what keeps a campaign's work from going at full speed.
type Rests struct {
	Workers int // that live, whatever they work on
	List    []Resting
}

// ReadRests reads what rests: the hours first, then providers and the members' page, then relays. Nothing does
// where nothing is left to be sent, for nobody waits for it.
func ReadRests(ctx context.Context, l *ledger.Ledger, c ledger.Counts) (out Rests, err error) {
	living, err := l.Workers(ctx)
	out.Workers = len(living)
	mail, page := hasOpen(c.Channels[ledger.Email]), hasOpen(c.Channels[ledger.Page])
	if err != nil || !mail && !page {
		return out, err
	}
	rests, err := l.Rests(ctx, c.Campaign.ID)
	if rests.Shut && mail {
		out.List = append(out.List, Resting{Until: rests.Opens, Why: "outside its windows"})
	}
	for _, r := range rests.Providers {
		if of := r.Provider == ledger.PageLane; of && page || !of && mail {
			out.List = append(out.List, Resting{Provider: r.Provider, Until: r.Until, Why: why(r)})
		}
	}
	if mail {
		out.List = append(out.List, relays(living)...)
	}
	return out, err
}

func hasOpen(states map[ledger.State]int) bool {
	for s, n := range states {
		if n > 0 && s.Open() {
			return true
		}
	}
	return false
}

// why words what a breaker does. No server's line is in it: those are the attempts'.
func why(r pace.Rest) string {
	text := fmt.Sprintf("answered %d too often", r.Code)
	if r.Code == 0 {
		text = "did not answer too often"
	}
	switch r.State {
	case pace.Stopped:
		return fmt.Sprintf("answered %d; it gets nothing until the campaign is resumed", r.Code)
	case pace.Probing:
		return text + "; a few are tried first"
	case pace.Climbing:
		return text + "; it is going faster step by step"
	}
	return text
}

// relays joins what the workers rest, by relay and sender: the first of them that asks it again says until when.
func relays(living []ledger.Worker) (list []Resting) {
	for _, w := range living {
		for _, rest := range w.Resting {
			i := slices.IndexFunc(list, func(r Resting) bool { return r.Relay == rest.Relay && r.Sender == rest.Sender })
			if i < 0 {
				i, list = len(list), append(list, relayResting(rest))
			} else if rest.Until.Before(list[i].Until) {
				list[i].Until, list[i].Why = rest.Until, whyRelay(rest)
			}
			list[i].Workers = append(list[i].Workers, w.ID)
		}
	}
	for i := range list {
		if len(list[i].Workers) == len(living) {
			list[i].Workers = nil
		}
	}
	slices.SortFunc(list, func(a, b Resting) int {
		return cmp.Or(cmp.Compare(a.Relay, b.Relay), cmp.Compare(a.Sender, b.Sender))
	})
	return list
}

func relayResting(r ledger.RelayRest) Resting {
	return Resting{Relay: r.Relay, Sender: r.Sender, Until: r.Until, Why: whyRelay(r)}
}

// stageFaults words where a relay failed to take a worker's mail, by the stage of the conversation.
var stageFaults = map[string]string{
	"dial":     "cannot be reached",
	"greeting": "does not greet",
	"ehlo":     "does not greet",
	"starttls": "does not encrypt as it must",
	"auth":     "does not take the login",
	"mail":     "takes no mail from us",
}

func whyRelay(r ledger.RelayRest) string {
	text := stageFaults[r.Stage]
	if text == "" {
		text = "lets nobody in"
	}
	if r.Code != 0 {
		text += fmt.Sprintf(" (%d)", r.Code)
	}
	if r.Until.IsZero() {
		text += "; it is being asked again"
	}
	return text
}
