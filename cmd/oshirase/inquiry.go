package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net"
	"net/mail"
	"os"
	"slices"
	"strings"
	"time"

	"oshirase/jobs/bounce"
	"oshirase/jobs/compose"
	"oshirase/jobs/evidence"
	"oshirase/jobs/ledger"
	"oshirase/jobs/office"
)

// inquiry looks for uncertain deliveries in the logs of the relays that may have taken them.
type inquiry struct {
	relays   []string                    // all that may have
	searches map[string]*evidence.Search // of those whose logs were given
}

func (p *program) inquiry(ctx context.Context, l *ledger.Ledger, id string, doubts []ledger.Doubt,
	r resolution) (*inquiry, error) {
	names, err := p.relayNames(doubts)
	if err != nil {
		return nil, err
	}
	files, err := logsOf(r.logs, names)
	if err != nil {
		return nil, err
	}
	o := evidence.Options{Zone: time.Local, MaxGap: r.gap}
	if r.zone != "" {
		if o.Zone, err = time.LoadLocation(r.zone); err != nil {
			return nil, usage("there is no time zone %q", r.zone).hint("write it as Asia/Tokyo or UTC")
		}
	}
	offices := office.New(l, p.keys())
	office, err := offices.Get(ctx, id)
	if err != nil {
		return nil, err
	}
	o.Ours = func(path string) bool {
		_, err := bounce.Delivery(office.Key, path)
		return err == nil
	}
	in := &inquiry{relays: names, searches: map[string]*evidence.Search{}}
	for relay, paths := range files {
		wanted, err := allWanted(ctx, offices, id, relay, doubts)
		if err != nil {
			return nil, err
		}
		in.searches[relay] = evidence.New(wanted, o)
		if err := readLogs(in.searches[relay], paths); err != nil {
			return nil, err
		}
	}
	return in, nil
}

// logsOf says which files are whose. A file without a relay's name is that of the only one there is;
// where none is known, it is nobody's, and can still prove what was sent.
func logsOf(given, relays []string) (map[string][]string, error) {
	files := map[string][]string{}
	known := strings.Join(relays, ", ")
	for _, x := range given {
		relay, path, named := strings.Cut(x, "=")
		if _, _, err := net.SplitHostPort(relay); !named || err != nil {
			relay, path = "", x
		}
		switch {
		case relay == "" && len(relays) > 1:
			return nil, usage("whose log is %q?", path).
				hint("write HOST:PORT=FILE for each; the relays are %s", known)
		case relay == "" && len(relays) == 1:
			relay = relays[0]
		case relay != "" && !slices.Contains(relays, relay):
			return nil, usage("no attempt was made at a relay %q", relay).
				hint("the relays are: %s; OSHIRASE_SMTP may name more", orDash(known))
		}
		files[relay] = append(files[relay], path)
	}
	return files, nil
}

// allWanted is what to look for in the logs of a relay, of all revisions.
func allWanted(ctx context.Context, offices *office.Offices, id, relay string, doubts []ledger.Doubt) (
	[]evidence.Delivery, error) {
	by := map[int][]ledger.Doubt{}
	for _, d := range doubts {
		by[d.Revision] = append(by[d.Revision], d)
	}
	var wanted []evidence.Delivery
	for revision, doubts := range by {
		o, err := offices.At(ctx, id, revision)
		if err != nil {
			return nil, err
		}
		some, err := wantedOf(o, relay, doubts)
		if err != nil {
			return nil, err
		}
		wanted = append(wanted, some...)
	}
	return wanted, nil
}

// wantedOf is what to look for in the logs of a relay: what was tried there, or may have been.
func wantedOf(o *office.Office, relay string, doubts []ledger.Doubt) ([]evidence.Delivery, error) {
	channel := o.Book.Folder.Manifest.Channels.Email
	if channel == nil {
		return nil, nil
	}
	from, err := mail.ParseAddress(channel.From)
	if err != nil {
		return nil, fmt.Errorf("from of campaign %s: %w", o.ID, err)
	}
	var wanted []evidence.Delivery
	for _, d := range doubts {
		if d.Relay != "" && d.Relay != relay {
			continue
		}
		path, err := bounce.ReturnPath(o.Key, channel.Bounce, d.Delivery)
		if err != nil {
			return nil, err
		}
		wanted = append(wanted, evidence.Delivery{
			ID: d.Delivery, ReturnPath: path, MessageID: compose.MessageID(o.Key, d.Delivery, from.Address),
			Earliest: d.Earliest, Latest: d.Latest,
		})
	}
	return wanted, nil
}

func readLogs(s *evidence.Search, paths []string) error {
	var files []evidence.File
	for _, path := range paths {
		f, err := os.Open(path)
		if err != nil {
			return noLog(path, err)
		}
		defer f.Close()
		info, err := f.Stat()
		if err != nil {
			return noLog(path, err)
		}
		files = append(files, evidence.File{Reader: f, Modified: info.ModTime()})
	}
	err := s.Read(files...)
	var at *evidence.FileError
	if errors.As(err, &at) {
		return noLog(paths[at.Index], at.Cause)
	}
	return err
}

func noLog(path string, err error) error {
	return failed("read log %q", path).because(bare(err)).
		hint("nothing was done; see that the file is there, whole, and may be read")
}

// verdict is what all logs together prove of a delivery.
func (in *inquiry) verdict(d ledger.Doubt) evidence.Verdict {
	if d.Relay != "" {
		s := in.searches[d.Relay]
		if s == nil {
			return undecided("no log of %s was given", d.Relay)
		}
		return s.Verdict(d.Delivery)
	}
	return in.anywhere(d.Delivery)
}

// anywhere judges a delivery whose relay is not known: one relay's acceptance is enough, but not to have
// been accepted takes all of them.
func (in *inquiry) anywhere(delivery int64) evidence.Verdict {
	for _, s := range in.searches {
		if v := s.Verdict(delivery); v.Finding == evidence.Sent {
			return v
		}
	}
	if len(in.relays) == 0 {
		return undecided("its relay is not known, nor which it may be: set OSHIRASE_SMTP")
	}
	for _, relay := range in.relays {
		s := in.searches[relay]
		if s == nil {
			return undecided("its relay is not known, and no log of %s was given", relay)
		}
		if v := s.Verdict(delivery); v.Finding != evidence.Unsent {
			return undecided("%s: %s", relay, v.Why)
		}
	}
	return in.searches[in.relays[0]].Verdict(delivery)
}

func undecided(format string, args ...any) evidence.Verdict {
	return evidence.Verdict{Finding: evidence.Uncertain, Why: fmt.Sprintf(format, args...)}
}

// strange names the relays whose logs show no mail of the campaign.
func (in *inquiry) strange() (names []string) {
	for _, relay := range slices.Sorted(maps.Keys(in.searches)) {
		if !in.searches[relay].Familiar() {
			names = append(names, orDash(relay))
		}
	}
	return names
}

// given names the relays whose logs were read.
func (in *inquiry) given() string {
	names := slices.Sorted(maps.Keys(in.searches))
	for i := range names {
		names[i] = orDash(names[i])
	}
	return strings.Join(names, ", ")
}
