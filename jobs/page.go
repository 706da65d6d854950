package jobs

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"

	"github.com/hibiken/asynq"

	"oshirase/jobs/compose"
	"oshirase/jobs/faults"
	"oshirase/jobs/ledger"
	"oshirase/jobs/members"
	"oshirase/jobs/office"
	"oshirase/jobs/pagefile"
	"oshirase/jobs/queue"
)

// page claims, renders, delivers and settles one message for the members' page. It needs no flight log: what
// nobody knows of is sent again, under the same id.
func (c *Crew) page(ctx context.Context, e *errand) error {
	if c.Pages == nil {
		return errAgain // a worker without the secret leaves it to the others
	}
	if err := c.claim(ctx, e, ledger.Page); err != nil || e.claim == nil {
		return err
	}
	faults.At("page claimed")
	claim := e.claim
	to, err := c.way(ctx, e.office, claim)
	if err != nil {
		return c.block(ctx, claim, err)
	}
	id, body, err := packPage(e.office, claim)
	if err != nil {
		return c.block(ctx, claim, err)
	}
	if err := c.still(ctx, claim); err != nil {
		return c.unsent(ctx, claim)
	}
	out, err := c.Pages.Send(ctx, to.URL, id, body)
	if err != nil {
		return c.unsent(ctx, claim)
	}
	faults.At("page answered")
	return c.settlePage(ctx, to, claim, out, ledger.Attempt{
		Relay: out.Endpoint, Stage: string(out.Stage), Code: out.Code, Line: out.Line,
		SHA256: sha256.Sum256(body), MessageID: id,
	})
}

// way is how messages get to the page now. What one says is its own revision's, but where the page is may have
// changed since: one that is gone stays gone.
func (c *Crew) way(ctx context.Context, own *office.Office, claim *ledger.Claim) (office.Page, error) {
	now, err := c.Offices.Get(ctx, claim.Campaign)
	switch {
	case err != nil:
		return office.Page{}, err
	case now.Page.InFile > 0:
		return office.Page{}, errAgain // it goes back, and into a file
	case now.Page.URL != "":
		return now.Page, nil
	case own.Page.URL != "":
		return own.Page, nil
	}
	return office.Page{}, &compose.BlockedError{Reason: "the campaign has no members' page any more"}
}

// file writes the files for the members' page of the batch that a task names.
func (c *Crew) file(ctx context.Context, e *errand) error {
	if c.PageFiles.Signer == nil {
		return errAgain // a worker without the key leaves it to the others
	}
	id, err := queue.ParseBatchID(e.task.Type(), string(e.task.Payload()))
	if err != nil {
		return fmt.Errorf("%w: %w", err, asynq.SkipRetry)
	}
	files := pagefile.Writer{Ledger: c.Ledger, Offices: c.Offices, Holder: c.ID, Place: c.PageFiles}
	if err := files.Write(ctx, id); err != nil {
		c.Log.Error("messages for the members' page cannot be written", "batch", id, "error", err)
		return err
	}
	return nil
}

// packPage composes the exact bytes. A BlockedError says why they cannot be made for this person.
func packPage(o *office.Office, claim *ledger.Claim) (id string, body []byte, err error) {
	person, err := o.Case(claim)
	if err != nil {
		return "", nil, err
	}
	message, err := o.Book.Page(person, o.Key)
	if err != nil {
		return "", nil, err
	}
	if body, err = json.Marshal(message); err != nil {
		return "", nil, fmt.Errorf("message of delivery %d cannot be packed", claim.Delivery)
	}
	return message.Data.ID, body, nil
}

func (c *Crew) settlePage(ctx context.Context, to office.Page, claim *ledger.Claim, out members.Outcome,
	a ledger.Attempt) error {
	err := c.persist(ctx, func(ctx context.Context) error {
		switch out.Class {
		case members.Accepted:
			return c.Ledger.Sent(ctx, claim, a)
		case members.Refused:
			return c.Ledger.Refused(ctx, claim, a)
		case members.Stopped:
			first, err := c.Ledger.PageStopped(ctx, claim, a)
			if first {
				c.Log.Error("members' page stopped", "campaign", claim.Campaign, "endpoint", out.Endpoint, "line", out.Line)
			}
			return err
		}
		next := c.Now().Add(cmp.Or(out.Wait, c.Backoff(claim.Attempt)))
		if next.Sub(claim.ClockAt) > to.GiveUp {
			return c.Ledger.Expired(ctx, claim, a)
		}
		return c.Ledger.Deferred(ctx, claim, a, next)
	})
	if err == nil && out.Class == members.Refused {
		return &queue.Refusal{Code: out.Code}
	}
	return err
}
