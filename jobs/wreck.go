package jobs

import (
	"context"
	"errors"
	"time"

	"oshirase/jobs/faults"
	"oshirase/jobs/flight"
	"oshirase/jobs/ledger"
	"oshirase/jobs/relay"
)

// salvage settles what dead workers have left: of this host by their flight logs.
func (c *Crew) salvage(ctx context.Context) error {
	wrecks, err := c.outcomes.Salvage(ctx, c.logs)
	if err != nil {
		return err
	}
	dead, err := c.Ledger.Dead(ctx, faults.Duration("LOST", ledger.Lost))
	if err != nil || len(dead)+wrecks == 0 {
		return err
	}
	return c.bury(ctx, dead)
}

// bury voids the tasks that dead workers had taken from the queue and not claimed: asynq would bring them
// again after a minute or two. It cannot tell whose an active task is, so all of them are voided; those
// of living workers are fed again under a new number, and nobody is the worse for it.
func (c *Crew) bury(ctx context.Context, dead []string) error {
	tasks, err := c.queue.Active()
	if err != nil {
		return err
	}
	if _, err := c.Ledger.Unfeed(ctx, tasks); err != nil {
		return err
	}
	for _, worker := range dead {
		err = errors.Join(err, c.Ledger.Leave(ctx, worker))
	}
	return err
}

// pulse knows when this process was last heard of. A process that was stopped for long (SIGSTOP, a frozen
// machine) may find its claims given up when it goes on: it must not write another byte of them.
type pulse struct{ last time.Time }

var errSilent = errors.New("not heard of for too long")

// check compares by the monotonic and by the wall clock: either may stand still.
func (p pulse) check(now time.Time) error {
	most := faults.Duration("SILENCE", ledger.Silence)
	if now.Sub(p.last) > most || now.Round(0).Sub(p.last.Round(0)) > most {
		return errSilent
	}
	return nil
}

func (c *Crew) beat(ctx context.Context) error {
	asked := time.Now() // before: what the ledger has is at least as late
	if err := c.Ledger.Heartbeat(ctx, c.ID, c.relayRests()...); err != nil {
		return err
	}
	c.pulse.Store(&pulse{asked})
	return nil
}

// relayRests are the relays that this process leaves alone, by the ledger's clock.
func (c *Crew) relayRests() (list []ledger.RelayRest) {
	for _, r := range c.Resting() {
		list = append(list, ledger.RelayRest{
			Relay: r.Relay, Until: c.Now().Add(time.Until(r.Until)).UTC(), Stage: string(r.Stage), Code: r.Code,
			Sender: r.Sender,
		})
	}
	return list
}

// untilWhole is how often one who waits for the flight log looks at it.
const untilWhole = time.Second

// ready waits until a message could be sent: a relay is up, and the flight log can be written. Nothing is
// claimed before.
func (c *Crew) ready(ctx context.Context) error {
	for c.flight.Torn() {
		select {
		case <-time.After(untilWhole):
		case <-c.relays.Stopping():
			return relay.ErrStopping
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return c.relays.Ready(ctx)
}

var errTorn = errors.New("the flight log cannot be written")

// stillEmail is still, for what must not go without a line in the flight log.
func (c *Crew) stillEmail(ctx context.Context, claim *ledger.Claim) error {
	if c.flight.Torn() {
		return errTorn
	}
	return c.still(ctx, claim)
}

// mayDot notes a final dot, of a process that is heard of.
func (c *Crew) mayDot(k flight.Key) error {
	err := c.pulse.Load().check(time.Now())
	if err == nil {
		err = c.flight.Dot(k)
	}
	if err != nil {
		c.Log.Error("message kept back before its final dot", "delivery", k.Delivery, "error", err)
	}
	return err
}
