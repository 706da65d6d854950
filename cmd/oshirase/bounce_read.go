package main

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"hash"
	"io"
	"os"
	"path/filepath"
	"strconv"

	"oshirase/jobs/bounce"
	"oshirase/jobs/compose"
	"oshirase/jobs/ledger"
)

// bounceReader reads messages and gives what they report to the ledger, some hundreds at a time.
type bounceReader struct {
	*opened
	*program
	out     *bounced
	classes map[bounceClass]int
	sources []*bounceSource
	group   []bounceFound // of known deliveries
	later   []bounceFound // of which only a Message-ID is known
	broken  bool          // a file could not be read
}

// bounceSource is what one argument stands for.
type bounceSource struct {
	name              string
	sum               hash.Hash // of the bytes of its files, one after the other in the order of their names
	messages, bounced int
}

// bounceFound is a message that may speak of a delivery.
type bounceFound struct {
	bounce.Report
	delivery int64
	source   *bounceSource
	at       bounceFault
}

// bounceGroup is how many reports go to the ledger at once.
const bounceGroup = 500

// source reads what an argument stands for. A file that cannot be read is said; the others are read.
func (r *bounceReader) source(ctx context.Context, path string) error {
	s := &bounceSource{name: filepath.Base(path), sum: sha256.New()}
	r.sources = append(r.sources, s)
	if path == "-" {
		s.name = "standard input"
		in, done := heeding(ctx, r.stdin)
		defer done()
		return r.read(ctx, s, s.name, in)
	}
	files, err := bounce.Files(path)
	if err != nil {
		r.unreadable(path, err)
		return nil
	}
	for _, file := range files {
		if err := r.file(ctx, s, file); err != nil {
			return err
		}
	}
	return nil
}

// heeding reads what may never come, until ctx ends.
func heeding(ctx context.Context, in io.Reader) (out io.Reader, done func() bool) {
	r, w := io.Pipe()
	go func() {
		_, err := io.Copy(w, in)
		w.CloseWithError(err)
	}()
	return r, context.AfterFunc(ctx, func() { r.Close() })
}

func (r *bounceReader) unreadable(path string, err error) {
	r.broken = true
	r.fault(failed("read %q", path).because(bare(err)).
		hint("see that it is there and may be read, then read it again; the others count, and count once"))
}

func (r *bounceReader) file(ctx context.Context, s *bounceSource, path string) error {
	f, err := os.Open(path)
	if err != nil {
		r.unreadable(path, err)
		return nil
	}
	defer f.Close()
	return r.read(ctx, s, path, f)
}

// read reads the messages of a file. The error is the ledger's.
func (r *bounceReader) read(ctx context.Context, s *bounceSource, path string, in io.Reader) error {
	for mails := bounce.NewReader(io.TeeReader(in, s.sum)); ; {
		m, err := mails.Next()
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case ctx.Err() != nil:
			return ctx.Err()
		case err != nil:
			r.unreadable(path, err)
			return nil
		}
		if err := r.mail(ctx, s, filepath.Base(path), m); err != nil {
			return err
		}
	}
}

// mail sorts a message: by the token of a return path, else by a Message-ID, it is of some delivery.
func (r *bounceReader) mail(ctx context.Context, s *bounceSource, file string, m bounce.Mail) error {
	s.messages++
	r.out.Messages++
	if m.Cut {
		r.out.Cut++
	}
	f := bounceFound{Report: bounce.Parse(m.Bytes), source: s, at: bounceFault{File: file, Message: m.Number}}
	f.at.Why = f.Why
	var known bool
	switch f.delivery, known = f.Delivery(r.Key); {
	case known:
		return r.add(ctx, f)
	case len(f.MessageIDs) > 0:
		r.later = append(r.later, f)
	default:
		r.stranger(f)
	}
	return nil
}

// stranger counts a message that speaks of no delivery of the campaign. What is no mail at all may be a file
// given by mistake.
func (r *bounceReader) stranger(f bounceFound) {
	if f.NoMail {
		r.misunderstood(f)
		return
	}
	r.out.Stray++
}

func (r *bounceReader) misunderstood(f bounceFound) {
	r.out.Unread++
	r.out.Faults = append(r.out.Faults, f.at)
}

// add takes a message about a delivery of the campaign.
func (r *bounceReader) add(ctx context.Context, f bounceFound) error {
	switch f.Kind {
	case bounce.Unclear:
		r.misunderstood(f)
		return nil
	case bounce.Reply:
		r.out.Replies++
		return nil
	}
	r.group = append(r.group, f)
	if len(r.group) < bounceGroup {
		return nil
	}
	return r.flush(ctx)
}

// flush gives the group to the ledger.
func (r *bounceReader) flush(ctx context.Context) error {
	list := make([]ledger.Notification, len(r.group))
	for i, f := range r.group {
		list[i] = ledger.Notification{
			Delivery: f.delivery, Failed: f.Kind == bounce.Failed, Digest: f.Digest, Code: f.Code,
			Enhanced: f.Enhanced, Line: f.Line,
		}
	}
	if err := r.addLetters(ctx, list); err != nil {
		return err
	}
	replies, err := r.Notify(ctx, r.ID, list, r.operator())
	for i, reply := range replies {
		r.count(r.group[i], reply)
	}
	r.group = r.group[:0]
	return err
}

// addLetters says of whom the failure of their e-mail makes a letter. A person who cannot be read gets none, as
// they got no e-mail from here on either.
func (r *bounceReader) addLetters(ctx context.Context, list []ledger.Notification) error {
	var ids []int64
	for _, n := range list {
		if n.Failed {
			ids = append(ids, n.Delivery)
		}
	}
	claims, err := r.DeliveryClaims(ctx, ids)
	if err != nil {
		return err
	}
	for i, n := range list {
		c := claims[n.Delivery]
		if c == nil || !n.Failed {
			continue
		}
		if list[i].Letter, err = r.fallsBack(ctx, c); err != nil {
			return err
		}
	}
	return nil
}

func (r *bounceReader) fallsBack(ctx context.Context, c *ledger.Claim) (bool, error) {
	of, err := r.offices.At(ctx, r.ID, c.Revision)
	if err != nil {
		return false, err
	}
	person, err := of.Case(c)
	var blocked *compose.BlockedError
	if errors.As(err, &blocked) {
		return false, nil
	}
	return err == nil && of.Book.FallsBack(person), err
}

// count counts what a report did.
func (r *bounceReader) count(f bounceFound, n ledger.Notified) {
	class := bounceClass{What: string(n.Effect), Provider: n.Lane, Answer: f.Enhanced}
	if class.Answer == "" && f.Code != 0 {
		class.Answer = strconv.Itoa(f.Code)
	}
	switch n.Effect {
	case ledger.EffectStray:
		r.out.Stray++
		return
	case ledger.EffectBounced:
		r.out.Bounced++
		f.source.bounced++
	case ledger.EffectKnown:
		r.out.Known++
	case ledger.EffectUnsent:
		r.out.Unsent++
	case ledger.EffectNone:
		class.What = string(f.Kind)
		r.countHarmless(f.Kind)
	}
	if n.Letter {
		r.out.Letters++
	}
	r.classes[class]++
}

func (r *bounceReader) countHarmless(k bounce.Kind) {
	if k == bounce.Delayed {
		r.out.Delayed++
	} else {
		r.out.Delivered++
	}
}

// finish looks for those of which only a Message-ID is known, and writes down what was read.
func (r *bounceReader) finish(ctx context.Context) error {
	if err := r.byMessageID(ctx); err != nil {
		return err
	}
	if err := r.flush(ctx); err != nil {
		return err
	}
	for _, s := range r.sources {
		if s.messages == 0 {
			continue
		}
		what := fmt.Sprintf("%s of %s, SHA-256 %x", plural(s.messages, "message", "messages"), s.name, s.sum.Sum(nil))
		if err := r.Note(ctx, r.ID, r.operator(), "read reports", what, s.bounced); err != nil {
			return err
		}
	}
	r.out.count(r.classes)
	return nil
}

// byMessageID looks all of them up at once.
func (r *bounceReader) byMessageID(ctx context.Context) error {
	wanted := map[string]bool{}
	for _, f := range r.later {
		for _, id := range f.MessageIDs {
			wanted[id] = true
		}
	}
	found, err := r.ByMessageID(ctx, r.ID, wanted)
	if err != nil {
		return err
	}
	for _, f := range r.later {
		for _, id := range f.MessageIDs {
			if f.delivery = found[id]; f.delivery != 0 {
				break
			}
		}
		if f.delivery == 0 {
			r.stranger(f)
		} else if err := r.add(ctx, f); err != nil {
			return err
		}
	}
	return nil
}
