package jobs

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"time"

	"github.com/hibiken/asynq"

	"oshirase/jobs/compose"
	"oshirase/jobs/email"
	"oshirase/jobs/faults"
	"oshirase/jobs/flight"
	"oshirase/jobs/ledger"
	"oshirase/jobs/mishap"
	"oshirase/jobs/office"
	"oshirase/jobs/outcome"
	"oshirase/jobs/queue"
	"oshirase/jobs/relay"
	"oshirase/jobs/roster"
)

// errAgain lets asynq bring a task again without calling it a failure.
var errAgain = errors.New("not now")

func (c *Crew) handler() asynq.Handler {
	mux := asynq.NewServeMux()
	mux.HandleFunc(queue.TypeEmail, c.guarded(c.email))
	mux.HandleFunc(queue.TypeTypeset, c.guarded(c.typeset))
	mux.HandleFunc(queue.TypePage, c.guarded(c.page))
	mux.HandleFunc(queue.TypeBind, c.guarded(c.bind))
	mux.HandleFunc(queue.TypeFile, c.guarded(c.file))
	return mux
}

// email claims, renders, delivers and settles one message.
func (c *Crew) email(ctx context.Context, e *errand) error {
	_ = makeRoom(0)
	if err := c.ready(ctx); err != nil {
		return errAgain
	}
	if err := c.claim(ctx, e, ledger.Email); err != nil || e.claim == nil {
		return err
	}
	faults.At("claimed")
	p, err := c.pack(ctx, e.office, e.claim)
	if err != nil {
		return c.block(ctx, e.claim, err)
	}
	faults.At("rendered")
	out, err := c.deliver(ctx, e, &p)
	if err != nil {
		return c.giveBack(ctx, e.claim, err)
	}
	faults.At("replied")
	err = c.settle(ctx, e, out, p.attempt)
	faults.At("settled")
	return err
}

// makeRoom has the stack of a new goroutine grow at once, while there is little on it to be moved: asynq has
// one for each task, and composing a message would let it grow three times, deep down.
//
//go:noinline
func makeRoom(i int) byte {
	var room [9 << 10]byte
	return room[i]
}

// parcel is a message ready for the relay, with what is kept of the attempt.
type parcel struct {
	envelope email.Envelope
	body     []byte
	attempt  ledger.Attempt
}

// pack composes the exact bytes. A BlockedError says why they cannot be made for this person.
func (c *Crew) pack(ctx context.Context, o *office.Office, claim *ledger.Claim) (parcel, error) {
	person, err := o.Case(claim)
	if err == nil {
		err = roster.Attach(ctx, c.Ledger, o, &person)
	}
	if err != nil {
		return parcel{}, err
	}
	message, envelope, err := o.Book.Email(person, o.Key)
	if err != nil {
		return parcel{}, err
	}
	body, err := c.Signing.Bytes(message)
	if err != nil {
		return parcel{}, &compose.BlockedError{Reason: "the message cannot be composed"}
	}
	return parcel{envelope, body, ledger.Attempt{
		SHA256: sha256.Sum256(body), MessageID: message.MessageID, Letter: o.Book.FallsBack(person),
	}}, nil
}

// deliver hands a parcel to the relay, with the flight log on both sides of its final dot. An error says
// that nothing of it was sent, and that this says nothing about the recipient.
func (c *Crew) deliver(ctx context.Context, e *errand, p *parcel) (email.Outcome, error) {
	key := flight.Key{Delivery: e.claim.Delivery, Attempt: e.claim.Attempt}
	var kept error // why we kept the dot back
	out, err := c.relays.Send(ctx, p.envelope, p.body, relay.Guard{
		Still: func() error { return c.stillEmail(ctx, e.claim) },
		BeforeDot: func() error {
			kept = c.mayDot(key)
			e.atDot = kept == nil
			faults.At("dot")
			return kept
		},
	})
	if err = errors.Join(err, kept); err != nil {
		return out, err
	}
	a := &p.attempt
	a.Relay, a.Stage, a.Code, a.Enhanced, a.Line =
		out.Relay, string(out.Stage), out.Code, out.Enhanced, out.Line
	if e.atDot {
		c.heard(key, out, *a)
	}
	return out, nil
}

// heard notes the reply to a dot. What cannot be noted is settled all the same.
func (c *Crew) heard(key flight.Key, out email.Outcome, a ledger.Attempt) {
	err := c.flight.Reply(key, flight.Reply{
		Class: string(out.Class), Stage: a.Stage, Code: a.Code, Enhanced: a.Enhanced, Line: a.Line,
		Relay: a.Relay, MessageID: a.MessageID, SHA256: a.SHA256, Letter: a.Letter,
	})
	if err != nil {
		c.Log.Error("flight log", "error", err)
	}
}

// claim takes the delivery that a task names. No claim means there is nothing to do.
func (c *Crew) claim(ctx context.Context, e *errand, channel string) error {
	k, err := queue.ParseID(string(e.task.Payload()))
	if err != nil {
		return fmt.Errorf("%w: %w", err, asynq.SkipRetry)
	}
	if e.claim, err = c.Ledger.Claim(ctx, k, c.ID); err != nil || e.claim == nil {
		return err
	}
	if e.office, err = c.Offices.At(ctx, e.claim.Campaign, e.claim.Revision); err != nil {
		return errors.Join(err, c.unsent(ctx, e.claim))
	}
	if e.claim.Channel != channel {
		return fmt.Errorf("delivery %d is no %s: %w", e.claim.Delivery, channel, asynq.SkipRetry)
	}
	return nil
}

// block settles what cannot be made for this person. Any other error gives the claim back.
func (c *Crew) block(ctx context.Context, claim *ledger.Claim, err error) error {
	var blocked *compose.BlockedError
	if !errors.As(err, &blocked) {
		return errors.Join(err, c.unsent(ctx, claim))
	}
	return c.persist(ctx, func(ctx context.Context) error {
		return c.Ledger.Blocked(ctx, claim, blocked.Reason)
	})
}

// fresh is how long a claim's word that nobody has stopped its batch is good for: a hold takes effect
// within two seconds, however long a claim waits for a connection.
const fresh = time.Second

var errStopped = errors.New("stopped by an operator")

func (c *Crew) still(ctx context.Context, claim *ledger.Claim) error {
	if c.Now().Sub(claim.At) < fresh {
		return nil
	}
	stopped, err := c.Ledger.Stopped(ctx, claim)
	if err == nil && stopped {
		return errStopped
	}
	return err
}

// unsent gives back a claim of which nothing was sent.
func (c *Crew) unsent(ctx context.Context, claim *ledger.Claim) error {
	if claim.Channel == ledger.Letter {
		return nil
	}
	return c.persist(ctx, func(ctx context.Context) error { return c.Ledger.Unsent(ctx, claim) })
}

// giveBack gives back a claim that could not be sent for a reason that is none of the recipient's. The feeder feeds
// it again, under a new number: at once, or when it has its turn, where the relays do not take the sender's mail or
// the recipient's domain is slow.
func (c *Crew) giveBack(ctx context.Context, claim *ledger.Claim, why error) error {
	var later relay.Later
	if !errors.As(why, &later) {
		return c.unsent(ctx, claim)
	}
	wait := time.Until(later.Again())
	return c.persist(ctx, func(ctx context.Context) error {
		return c.Ledger.PutOff(ctx, claim, c.Now().Add(wait))
	})
}

// settle writes the outcome down.
func (c *Crew) settle(ctx context.Context, e *errand, out email.Outcome, a ledger.Attempt) error {
	spared := false
	err := c.persist(ctx, func(ctx context.Context) (err error) {
		spared, err = c.outcomes.Write(ctx, outcome.Outcome{
			Claim: e.claim, Class: out.Class, Attempt: a, GiveUp: e.office.GiveUp,
		})
		return err
	})
	if err == nil {
		err = c.flight.Settled(flight.Key{Delivery: e.claim.Delivery, Attempt: e.claim.Attempt})
	}
	if err == nil && out.Class == email.Refused && !spared {
		return &queue.Refusal{Code: out.Code, Enhanced: out.Enhanced}
	}
	return err
}

// persist writes an outcome, trying again while the ledger cannot be written: what a relay has said
// must not be forgotten for a full disk. It goes on after ctx, until the process ends; then the claim
// becomes uncertain.
func (c *Crew) persist(ctx context.Context, write func(context.Context) error) error {
	ctx = context.WithoutCancel(ctx)
	for {
		err := write(ctx)
		if err == nil {
			return nil
		}
		c.Log.Error("outcome cannot be written", "error", err)
		if errors.As(err, new(*mishap.Error)) {
			return err // it would be the same again
		}
		select {
		case <-time.After(time.Second):
		case <-c.relays.Stopping():
			return write(ctx)
		}
	}
}

// typeset claims a letter, lays it out, checks it, and settles.
func (c *Crew) typeset(ctx context.Context, e *errand) error {
	if err := c.claim(ctx, e, ledger.Letter); err != nil || e.claim == nil {
		return err
	}
	faults.At("letter claimed")
	person, err := e.office.Case(e.claim)
	if err != nil {
		return c.block(ctx, e.claim, err)
	}
	letter, set, err := e.office.Book.Typeset(person)
	if err != nil {
		return c.block(ctx, e.claim, err)
	}
	return c.Ledger.Typeset(ctx, e.claim, ledger.Piece{
		Number: letter.Piece, Pages: set.Pages, Sheets: set.Sheets, Digest: set.Digest,
	})
}

// bind makes the print files of the batch that a task names.
func (c *Crew) bind(ctx context.Context, e *errand) error {
	id, err := queue.ParseBatchID(e.task.Type(), string(e.task.Payload()))
	if err != nil {
		return fmt.Errorf("%w: %w", err, asynq.SkipRetry)
	}
	_, err = c.binder.Bind(ctx, id)
	if errors.Is(err, ledger.ErrSwitching) {
		return nil // what is still right of the file is bound when the revision is in force
	}
	if err != nil {
		c.Log.Error("letters cannot be bound", "batch", id, "error", err)
	}
	return err
}
