package outcome

import (
	"context"
	"errors"
	"time"

	"oshirase/jobs/email"
	"oshirase/jobs/flight"
	"oshirase/jobs/ledger"
)

// Salvage settles what dead workers of this host held, by their flight logs: what was never at a
// final dot goes back, a reply that was heard is the outcome, and a dot without a reply is uncertain. It says how
// many logs there were.
func (w *Writer) Salvage(ctx context.Context, p flight.Place) (int, error) {
	wrecks, err := flight.Wrecks(p)
	for _, wreck := range wrecks {
		e := w.salvage(ctx, wreck)
		err = errors.Join(err, e, wreck.Close(e == nil))
	}
	return len(wrecks), err
}

func (w *Writer) salvage(ctx context.Context, wreck *flight.Wreck) error {
	claims, err := w.Ledger.ClaimsOf(ctx, wreck.Worker)
	if err != nil {
		return err
	}
	for i := range claims {
		if err := w.decide(ctx, wreck, &claims[i]); err != nil {
			return err
		}
	}
	if len(claims) > 0 {
		w.Log.Warn("claims of a dead worker settled", "worker", wreck.Worker, "claims", len(claims),
			"proof", wreck.Proof)
	}
	return w.Ledger.Leave(ctx, wreck.Worker)
}

// decide settles one claim. Without proof it is uncertain, whatever the log has. A message for the members' page
// may go twice: it needs none.
func (w *Writer) decide(ctx context.Context, wreck *flight.Wreck, claim *ledger.Claim) error {
	if claim.Channel == ledger.Page {
		return w.Ledger.Unsent(ctx, claim)
	}
	reply, atDot := wreck.Dots[flight.Key{Delivery: claim.Delivery, Attempt: claim.Attempt}]
	if !wreck.Proof || atDot && reply == nil {
		return w.Ledger.Uncertain(ctx, claim, ledger.Attempt{})
	}
	if !atDot {
		return w.Ledger.Unsent(ctx, claim)
	}
	_, err := w.Write(ctx, Outcome{
		Claim: claim, Class: email.Class(reply.Class), GiveUp: w.giveUp(ctx, claim),
		Attempt: ledger.Attempt{
			Relay: reply.Relay, Stage: reply.Stage, Code: reply.Code, Enhanced: reply.Enhanced, Line: reply.Line,
			SHA256: reply.SHA256, MessageID: reply.MessageID, Letter: reply.Letter,
		},
	})
	return err
}

// giveUp is the time that a campaign gives a delivery. One that cannot be opened here, or any more, ends nothing
// by it.
func (w *Writer) giveUp(ctx context.Context, claim *ledger.Claim) time.Duration {
	o, err := w.Offices.At(ctx, claim.Campaign, claim.Revision)
	if err != nil {
		return 0
	}
	return o.GiveUp
}
