package report

import (
	"bytes"
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"oshirase/jobs/ledger"
	"oshirase/jobs/ledger/ledgertest"
)

func wantWaits(t *testing.T, f *ledgertest.Fixture, want map[string][]string) Status {
	t.Helper()
	s := status(t, f)
	for _, b := range s.Batches {
		if !slices.Equal(b.Waits, want[b.Name]) {
			t.Errorf("batch %s waits for %q, want %q", b.Name, b.Waits, want[b.Name])
		}
	}
	return s
}

func pageOf(t *testing.T, f *ledgertest.Fixture) string {
	t.Helper()
	var page bytes.Buffer
	if err := Page(t.Context(), f.Ledger, "test", "", f.Clock.T, &page); err != nil {
		t.Fatal(err)
	}
	return page.String()
}

// Some of the people of Kawa are Sora's too, as all of moon's are.
func TestAStatusSaysWhatEachBatchWaitsFor(t *testing.T) {
	t.Parallel()
	f := ledgertest.New(t)
	later := f.Clock.T.Add(24 * time.Hour)
	f.Import(t,
		ledgertest.Batch{Name: "Sora", People: 1, Report: &ledger.ReportTerms{Acknowledge: true}},
		ledgertest.Batch{Name: "Kawa", People: 1, Also: "Sora", Start: later, Report: &ledger.ReportTerms{}},
		ledgertest.Batch{Name: "moon", People: 1, Also: "Sora"},
		ledgertest.Batch{Name: "open", People: 1},
		ledgertest.Batch{Name: "next", People: 1},
		ledgertest.Batch{Name: "late", People: 1, Start: later},
	)
	const start = "its start, 2013-09-13 01:00 UTC"
	others := func(want map[string][]string) map[string][]string {
		want["next"], want["late"] = []string{"its turn"}, []string{start}
		return want
	}
	if _, err := f.Advance(t.Context(), "test", ledger.Policy{Parallel: 1}); err != nil {
		t.Fatal(err)
	}
	wantWaits(t, f, others(map[string][]string{
		"Sora": {"its report, ready"},
		"Kawa": {"the report to Sora, ready", "its report, ready", start},
		"moon": {"the report to Sora, ready"},
	}))
	lanes, err := f.Lanes(t.Context(), "test")
	if err != nil {
		t.Fatal(err)
	}
	tasks, err := f.Feed(t.Context(), lanes[0], 1)
	if err != nil {
		t.Fatal(err)
	}
	work(t, f, tasks, ledger.Email, func(ctx context.Context, c *ledger.Claim) error {
		return f.Refused(ctx, c, ledger.Attempt{Code: 550, Enhanced: "5.1.1"})
	})
	s := wantWaits(t, f, others(map[string][]string{
		"Sora": {"its report, refused: 550 5.1.1"},
		"Kawa": {"the report to Sora, refused: 550 5.1.1", "its report, ready", start},
		"moon": {"the report to Sora, refused: 550 5.1.1"},
	}))
	if r := s.Batches[0].Report; !r.Asks || r.Closes != "the report is refused: 550 5.1.1" || s.Batches[1].Report.Asks {
		t.Errorf("reports %+v and %+v", r, s.Batches[1].Report)
	}
	if page := pageOf(t, f); !strings.Contains(page, "moon<br><span class=\"state\">waits for the report to Sora, refused") {
		t.Error("the page does not say it")
	}
	if err := f.Release(t.Context(), "test", "late", ledgertest.By); err != nil {
		t.Fatal(err)
	}
	if s := status(t, f); len(s.Batches[5].Waits) > 0 {
		t.Errorf("what is released waits for %q", s.Batches[5].Waits)
	}
}
