// Package paper makes print files of letters that were checked, looks into print files that were made, and
// makes a single letter again.
//
// A letter in the wrong envelope is a second leak, and a letter in two print files is one that somebody gets
// twice. So which letters a file holds, and in which order, is fixed in the ledger before its first byte is
// written; a file is made again from that under the same name, to the same bytes, however often the program
// dies meanwhile; and it is read back, page by page, before it is put into place. Its letters are bound, all
// at once, when every one of its parts is on the disk.
package paper

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"oshirase/config/campaign"
	"oshirase/jobs/disk"
	"oshirase/jobs/faults"
	"oshirase/jobs/ledger"
	"oshirase/jobs/mishap"
	"oshirase/jobs/office"
)

// bindLease is for how long a killed process keeps others from binding what it was binding. It is renewed
// while files are made; two that bind side by side after all write the same bytes.
const bindLease = 15 * time.Second

// Binder makes print files.
type Binder struct {
	Ledger  *ledger.Ledger
	Offices *office.Offices
	Dir     string
	Holder  string
	Workers int           // files made side by side, some 30 MB each; 0: as many as there are cores
	Wait    time.Duration // for another process that binds the same; 0: leave it to that one
	Asked   bool          // by an operator: what would wait for the last e-mail of its batch is bound too
}

// errPiece says that a letter is no longer the one that was checked.
var errPiece = errors.New("a piece left the print file")

// Bind binds all typeset letters of a batch, or where the campaign sorts across batches, of all that are
// not stopped. Another process that binds the same leaves it nothing to do.
func (b *Binder) Bind(ctx context.Context, batch int64) ([]ledger.PrintFile, error) {
	id, err := b.Ledger.CampaignOf(ctx, batch)
	if err != nil {
		return nil, err
	}
	o, err := b.Offices.Get(ctx, id)
	if err != nil {
		return nil, err
	}
	how := orderOf(o)
	lease := fmt.Sprintf("bind/%d", batch)
	if how.mixed() {
		lease = "bind/" + id
	}
	ctx, release, err := b.Ledger.Keep(ctx, ledger.Keeping{
		Lease: lease, Holder: b.Holder, Term: faults.Duration("BIND", bindLease), Wait: b.Wait,
	})
	if err != nil || release == nil {
		return nil, err
	}
	defer release()
	run := &run{Binder: b, office: o, how: how, batch: batch}
	return run.all(ctx)
}

// run is one binding of a batch or campaign.
type run struct {
	*Binder
	office *office.Office
	how    order
	batch  int64

	mu   sync.Mutex
	done []ledger.PrintFile
}

// all makes the files that were begun and not finished, then new ones until no letters are left.
func (r *run) all(ctx context.Context) ([]ledger.PrintFile, error) {
	for {
		files, err := r.Ledger.Unfinished(ctx, r.batch, r.how.mixed())
		if err == nil && len(files) == 0 {
			files, err = r.reserve(ctx)
		}
		if err != nil || len(files) == 0 {
			return r.sorted(), ledger.KeptFrom(ctx, err)
		}
		if err := r.makeAll(ctx, files); err != nil {
			return r.sorted(), ledger.KeptFrom(ctx, err)
		}
	}
}

func (r *run) sorted() []ledger.PrintFile {
	slices.SortFunc(r.done, func(a, b ledger.PrintFile) int { return cmp.Compare(a.ID, b.ID) })
	return r.done
}

func (r *run) makeAll(ctx context.Context, files []ledger.PrintFile) error {
	if err := disk.MakeDir(r.Dir); err != nil {
		return err
	}
	workers := r.Workers
	if workers < 1 {
		workers = runtime.NumCPU()
	}
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(workers)
	for _, f := range files {
		group.Go(func() error { return mishap.Caught(func() error { return r.makeOne(ctx, f) }) })
	}
	return group.Wait()
}

func (r *run) makeOne(ctx context.Context, f ledger.PrintFile) error {
	ok, err := r.make(ctx, &f)
	if ok {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.done = append(r.done, f)
	}
	return err
}

// make writes a print file; false leaves it unfinished, for its pieces have changed.
func (r *run) make(ctx context.Context, f *ledger.PrintFile) (bool, error) {
	if err := ctx.Err(); err != nil {
		return false, err
	}
	pieces, err := r.Ledger.Pieces(ctx, f.ID)
	if err != nil {
		return false, err
	}
	if len(pieces) == 0 {
		return false, r.Ledger.DropFile(ctx, f.ID)
	}
	job := &binding{run: r, file: f, pieces: pieces, set: disk.Set{Dir: r.Dir, Name: f.Name}}
	err = job.write(ctx)
	if errors.Is(err, errPiece) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	return r.Ledger.Finish(ctx, *f, pieces, job.sums)
}

// order is how letters are put into files.
type order struct {
	most             int // in a file
	postcode, sheets bool
}

func orderOf(o *office.Office) order {
	l := o.Book.Folder.Manifest.Channels.Letter
	if l == nil {
		return order{most: campaign.MostPieces}
	}
	return order{cmp.Or(l.Pieces, campaign.MostPieces), l.Sort == "postcode", l.Group == "sheets"}
}

// Across tells whether a campaign's print files hold letters of several batches.
func Across(o *office.Office) bool { return orderOf(o).mixed() }

// mixed tells whether a file holds letters of several batches.
func (o order) mixed() bool { return o.postcode }
