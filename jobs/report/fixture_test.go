package report

import (
	"context"
	"fmt"
	"testing"
	"time"

	"oshirase/jobs/ledger"
	"oshirase/jobs/ledger/ledgertest"
	"oshirase/jobs/recipient"
)

// hostile is a name that would like to be markup, a formula and a second line.
const hostile = `=<script>alert("1")</script>&`

// campaign imports people of four batches: four by e-mail, two by letter, one of a hostile name,
// one who cannot be reached.
func campaign(t *testing.T) *ledgertest.Fixture {
	t.Helper()
	f := ledgertest.New(t)
	f.Import(t,
		ledgertest.Batch{Name: "かえで商事", People: 4},
		ledgertest.Batch{Name: "post", People: 2, Channel: ledger.Letter},
		ledgertest.Batch{Name: hostile, People: 1, Start: f.Clock.T.Add(24 * time.Hour)},
		ledgertest.Batch{Name: "nowhere", People: 1, Channel: "-"},
	)
	return f
}

// advance opens what may open and feeds it.
func advance(t *testing.T, f *ledgertest.Fixture) (tasks []ledger.Task) {
	t.Helper()
	policy := ledger.Policy{Parallel: 10, HaltRefused: 0.4, HaltAfter: 2}
	for more := true; more; {
		var err error
		if more, err = f.Advance(t.Context(), "test", policy); err != nil {
			t.Fatal(err)
		}
	}
	lanes, err := f.Lanes(t.Context(), "test")
	if err != nil {
		t.Fatal(err)
	}
	for _, lane := range lanes {
		fed, err := f.Feed(t.Context(), lane, 100)
		if err != nil {
			t.Fatal(err)
		}
		tasks = append(tasks, fed...)
	}
	return tasks
}

type settle func(ctx context.Context, c *ledger.Claim) error

// work claims tasks of a channel and settles them, each in its way.
func work(t *testing.T, f *ledgertest.Fixture, tasks []ledger.Task, channel string, ways ...settle) {
	t.Helper()
	for _, task := range tasks {
		if task.Channel != channel || len(ways) == 0 {
			continue
		}
		c, err := f.Claim(t.Context(), task, "worker")
		if err != nil || c == nil {
			t.Fatal(c, err)
		}
		if err := ways[0](t.Context(), c); err != nil {
			t.Fatal(err)
		}
		ways = ways[1:]
	}
	if len(ways) > 0 {
		t.Fatalf("%d tasks too few", len(ways))
	}
}

// mixed brings every kind of outcome about.
func mixed(t *testing.T) *ledgertest.Fixture {
	t.Helper()
	f := campaign(t)
	tasks := advance(t, f)
	accepted := ledger.Attempt{Code: 250, Enhanced: "2.0.0", MessageID: "abc@example.com"}
	refused := ledger.Attempt{Code: 550, Enhanced: "5.1.1"}
	busy := ledger.Attempt{Code: 451, Enhanced: "4.7.1"}
	work(t, f, tasks, ledger.Email,
		func(ctx context.Context, c *ledger.Claim) error { return f.Sent(ctx, c, accepted) },
		func(ctx context.Context, c *ledger.Claim) error { return f.Refused(ctx, c, refused) },
		func(ctx context.Context, c *ledger.Claim) error {
			return f.Deferred(ctx, c, busy, f.Clock.T.Add(time.Hour))
		},
		func(ctx context.Context, c *ledger.Claim) error {
			return f.Uncertain(ctx, c, ledger.Attempt{})
		},
	)
	work(t, f, tasks, ledger.Letter,
		func(ctx context.Context, c *ledger.Claim) error {
			return f.Typeset(ctx, c, ledger.Piece{Number: "0268435457-2", Pages: 1, Sheets: 1})
		},
		func(ctx context.Context, c *ledger.Claim) error {
			return f.Blocked(ctx, c, "name: character U+1234 has no glyph in the letter's fonts")
		},
	)
	return f
}

// person is the data of a row as an import packs it.
func person(t *testing.T, r recipient.Person) []byte {
	t.Helper()
	data, err := r.AppendBinary(nil)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func states(s Status) string {
	out := s.State + ":"
	for _, b := range s.Batches {
		out += fmt.Sprintf(" %s", b.State)
	}
	return out
}
