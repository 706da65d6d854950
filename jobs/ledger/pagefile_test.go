package ledger_test

import (
	"errors"
	"slices"
	"testing"

	"oshirase/jobs/ledger"
	"oshirase/jobs/ledger/ledgertest"
)

// toWrite are the batches with a file to make, where the campaign wants files.
func toWrite(t *testing.T, f *ledgertest.Fixture) []ledger.BatchName {
	t.Helper()
	batches, err := f.ToWrite(ctx, "test", true)
	must(t, err)
	return batches
}

// begun fixes a file of n messages of the only batch.
func begun(t *testing.T, f *ledgertest.Fixture, n int) (*ledger.PageFile, []ledger.Claim) {
	t.Helper()
	file, err := f.FixPageFile(ctx, toWrite(t, f)[0].ID, n)
	must(t, err)
	if file == nil {
		t.Fatal("there is no file")
	}
	claims, err := f.PageFileClaims(ctx, *file)
	must(t, err)
	return file, claims
}

// filed is a campaign whose only batch is open, and a file of the first n of its people's messages.
func filed(t *testing.T, f *ledgertest.Fixture, people, n int) (*ledger.PageFile, []ledger.Claim) {
	t.Helper()
	paged(t, f, false, people, 0)
	advance(t, f, ledger.Policy{Parallel: 1})
	return begun(t, f, n)
}

func linesOf(claims []ledger.Claim) (lines []ledger.PageLine) {
	for _, c := range claims {
		lines = append(lines, ledger.PageLine{Delivery: c.Delivery, MessageID: "msg_" + c.Ref, SHA256: [32]byte{1}})
	}
	return lines
}

func pageStates(t *testing.T, f *ledgertest.Fixture) map[ledger.State]int {
	t.Helper()
	return countsOf(t, f).Channels[ledger.Page]
}

func TestAFileForThePageHoldsItsMessagesUntilItIsInPlace(t *testing.T) {
	t.Parallel()
	ledgertest.Each(t, func(t *testing.T, f *ledgertest.Fixture) {
		paged(t, f, true, 5, 0)
		if n := len(toWrite(t, f)); n != 0 {
			t.Errorf("%d batches before any is open", n)
		}
		advance(t, f, ledger.Policy{Parallel: 1})
		file, claims := begun(t, f, 3)
		if len(claims) != 3 || file.Name != "test-001-01" || !claims[0].FirstAt.Equal(file.Created) {
			t.Fatalf("%+v of %d", file, len(claims))
		}
		// Nothing but the file decides on them: no worker is lost, and nobody takes them back.
		f.Clock.T = f.Clock.T.Add(2 * ledger.Lost)
		if n, err := f.LoseWorkers(ctx, ledger.Lost); n != 0 || err != nil {
			t.Errorf("%d lost, %v", n, err)
		}
		if again, err := f.PageFilesBegun(ctx, toWrite(t, f)[0].ID); err != nil || !slices.Equal(again, []ledger.PageFile{*file}) {
			t.Errorf("begun: %+v, %v", again, err)
		}
		if s := pageStates(t, f); s[ledger.Sending] != 3 || s[ledger.Ready] != 2 {
			t.Errorf("%v", s)
		}
		if ok, err := f.PageFileWritten(ctx, *file, linesOf(claims[:2])); ok || err != nil {
			t.Errorf("written with other lines: %v, %v", ok, err)
		}
		file.SHA256 = [32]byte{7}
		if ok, err := f.PageFileWritten(ctx, *file, linesOf(claims)); !ok || err != nil {
			t.Fatalf("written: %v, %v", ok, err)
		}
		if ok, _ := f.PageFileWritten(ctx, *file, linesOf(claims)); ok {
			t.Error("written twice")
		}
		rest, claims := begun(t, f, 3)
		if len(claims) != 2 || rest.Name != "test-001-02" {
			t.Errorf("the rest: %+v of %d", rest, len(claims))
		}
		written, err := f.PageFiles(ctx, "test")
		must(t, err)
		if len(written) != 1 || written[0].Messages != 3 || written[0].SHA256 != file.SHA256 || written[0].Written.IsZero() {
			t.Errorf("written: %+v", written)
		}
		if p := peopleOf(t, f); p.Told != 3 || p.Untold != 2 {
			t.Errorf("%+v", p)
		}
	})
}

func TestAFileLeavesOutWhatCannotBeMade(t *testing.T) {
	t.Parallel()
	ledgertest.Each(t, func(t *testing.T, f *ledgertest.Fixture) {
		file, claims := filed(t, f, 3, 3)
		must(t, f.Blocked(ctx, &claims[1], "there is no member number"))
		rest, err := f.PageFileClaims(ctx, *file)
		must(t, err)
		if len(rest) != 2 || rest[1].Delivery != claims[2].Delivery {
			t.Fatalf("%d are left", len(rest))
		}
		if ok, err := f.PageFileWritten(ctx, *file, linesOf(claims[:2])); ok || err != nil {
			t.Errorf("written with the one that is blocked: %v, %v", ok, err)
		}
		if ok, err := f.PageFileWritten(ctx, *file, linesOf(rest)); !ok || err != nil {
			t.Errorf("written: %v, %v", ok, err)
		}
		if s := pageStates(t, f); s[ledger.Sent] != 2 || s[ledger.Blocked] != 1 {
			t.Errorf("%v", s)
		}
	})
}

func TestAFileThatWasStoppedGivesItsMessagesBack(t *testing.T) {
	t.Parallel()
	ledgertest.Each(t, func(t *testing.T, f *ledgertest.Fixture) {
		file, first := filed(t, f, 3, 3)
		must(t, f.Hold(ctx, "test", "", ledgertest.By))
		if stopped, err := f.PageFileStopped(ctx, *file); !stopped || err != nil {
			t.Errorf("stopped: %v, %v", stopped, err)
		}
		if n := len(toWrite(t, f)); n != 1 {
			t.Errorf("nobody looks at what was begun: %d", n)
		}
		must(t, f.DropPageFile(ctx, *file))
		if s := pageStates(t, f); s[ledger.Ready] != 3 || len(toWrite(t, f)) != 0 {
			t.Errorf("%v", s)
		}
		must(t, f.Resume(ctx, "test", "", ledgertest.By))
		again, claims := begun(t, f, 3)
		if again.Name != file.Name || claims[0].Attempt != first[0].Attempt || !claims[0].FirstAt.Equal(first[0].FirstAt) {
			t.Errorf("again: %+v, %+v", again, claims[0].Task)
		}
	})
}

func TestAFileThatWasCancelledBeforeItWasInPlaceEndsCancelled(t *testing.T) {
	t.Parallel()
	ledgertest.Each(t, func(t *testing.T, f *ledgertest.Fixture) {
		file, _ := filed(t, f, 3, 2)
		if n, err := f.Cancel(ctx, "test", "", ledgertest.By); n != 1 || err != nil {
			t.Errorf("%d cancelled at once, %v", n, err)
		}
		must(t, f.DropPageFile(ctx, *file))
		if s := pageStates(t, f); s[ledger.Cancelled] != 3 || len(s) != 1 {
			t.Errorf("%v", s)
		}
	})
}

func TestARevisionWaitsForTheFileThatWasBegun(t *testing.T) {
	t.Parallel()
	ledgertest.Each(t, func(t *testing.T, f *ledgertest.Fixture) {
		file, _ := filed(t, f, 2, 2)
		if _, err := f.Revise(ctx, second(2), f.Key, "tester"); !errors.Is(err, ledger.ErrPageFile) {
			t.Errorf("with a file that nobody finishes: %v", err)
		}
		if c := countsOf(t, f); c.Campaign.Switching != 0 {
			t.Errorf("the campaign stands still for revision %d", c.Campaign.Switching)
		}
		must(t, f.DropPageFile(ctx, *file))
		revise(t, f, 2)
	})
}
