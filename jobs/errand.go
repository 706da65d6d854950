package jobs

import (
	"context"
	"errors"

	"github.com/hibiken/asynq"

	"oshirase/jobs/email"
	"oshirase/jobs/ledger"
	"oshirase/jobs/mishap"
	"oshirase/jobs/office"
)

// errand is a task under way: what there is to be settled should it not come to its end.
type errand struct {
	task   *asynq.Task
	claim  *ledger.Claim // nil: none was taken
	office *office.Office
	atDot  bool // of an e-mail: the final dot may have been written
}

// guarded lets a panic cost the one delivery that it came about in.
func (c *Crew) guarded(work func(context.Context, *errand) error) asynq.HandlerFunc {
	return func(ctx context.Context, t *asynq.Task) error {
		c.errands.Add(1)
		defer c.errands.Add(-1)
		e := &errand{task: t}
		err := mishap.Caught(func() error { return work(ctx, e) })
		var m *mishap.Error
		if !errors.As(err, &m) {
			return err
		}
		c.Log.Error("internal error", "task", t.Type(), "id", string(t.Payload()), "what", m.What, "stack", m.Stack)
		if e.claim == nil {
			return err
		}
		return c.broken(ctx, e, m.Error())
	}
}

// broken settles a delivery whose work has panicked. Of one that was at its final dot nobody knows; any other
// was not sent, and is not tried again before somebody has looked: it would most likely be the same. A message
// for the members' page may be there already, but again it goes under the same id.
func (c *Crew) broken(ctx context.Context, e *errand, what string) error {
	return c.persist(ctx, func(ctx context.Context) error {
		if e.atDot {
			return c.Ledger.Uncertain(ctx, e.claim, ledger.Attempt{Stage: string(email.StageDot), Line: what})
		}
		return c.Ledger.Blocked(ctx, e.claim, what)
	})
}
