package ledger

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"runtime"
	"time"

	"oshirase/jobs/mishap"
)

// The writer carries many callers' changes in one transaction. A synced commit costs a disk flush;
// with hundreds of connections waiting, one flush serves them all. It waits a little for company and
// never delays a caller that comes alone by more than gather.
const (
	gather      = 5 * time.Millisecond
	groupEnough = 160
	groupMost   = 256
)

type writer struct {
	l     *Ledger
	id    string               // of this process among the writers of a fleet
	mark  int64                // of the last transaction
	conn  *sql.Conn            // nil while the server is away
	stmts map[string]*sql.Stmt // of conn; only the loop uses them
	jobs  chan *job
	quit  chan struct{}
	done  chan struct{}

	strays []*Claim
}

// job is one caller's change: a claim, an outcome, or whatever fn does. Claims and outcomes are many, and
// those of a group are written together. A job may run more than once: it must set its results, not add to
// them.
type job struct {
	claim  *claiming
	settle *settling
	fn     func(*tx) error
	full   bool // a transaction's worth by itself: it waits for no company
	err    chan error

	parting bool // a part of the ledger's leaving: it is done in one that has gone, too
}

func newWriter(ctx context.Context, l *Ledger) (*writer, error) {
	w := &writer{
		l: l, id: rand.Text(),
		jobs: make(chan *job), quit: make(chan struct{}), done: make(chan struct{}),
	}
	if err := w.connect(ctx); err != nil {
		return nil, err
	}
	go w.loop()
	return w, nil
}

func (w *writer) stop() error {
	close(w.quit)
	<-w.done
	if w.conn == nil {
		return nil
	}
	w.forget()
	var errs []error
	for _, s := range w.stmts { // SQLite brings its log into the file only where nothing is left open
		errs = append(errs, s.Close())
	}
	return errors.Join(append(errs, w.conn.Close())...)
}

// do runs fn in a transaction and returns when it is on disk. A domain's "no" is a result of fn, not
// an error: an error undoes the change.
func (l *Ledger) do(ctx context.Context, fn func(*tx) error) error {
	return l.submit(ctx, &job{fn: fn})
}

// doNow is do for a change that is a transaction's worth by itself: it does not wait for company.
func (l *Ledger) doNow(ctx context.Context, fn func(*tx) error) error {
	return l.submit(ctx, &job{fn: fn, full: true})
}

func (l *Ledger) submit(ctx context.Context, j *job) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	j.err = make(chan error, 1)
	select {
	case l.writer.jobs <- j:
		return <-j.err // always answered: a change whose fate is unknown must not be guessed
	case <-l.writer.quit:
		return errors.New("ledger closed")
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (w *writer) loop() {
	defer close(w.done)
	for {
		select {
		case j := <-w.jobs:
			w.run(w.gather(j))
		case <-w.quit:
			return
		}
	}
}

// gather takes all who wait. Where they are few, it waits a little for more.
func (w *writer) gather(first *job) []*job {
	group := []*job{first}
	if first.full {
		return group
	}
	runtime.Gosched()
	for len(group) < groupMost {
		select {
		case j := <-w.jobs:
			group = append(group, j)
			continue
		default:
		}
		break
	}
	if len(group) >= groupEnough {
		return group
	}
	wait := time.NewTimer(gather)
	defer wait.Stop()
	for len(group) < groupEnough {
		select {
		case j := <-w.jobs:
			group = append(group, j)
		case <-wait.C:
			return group
		}
	}
	return group
}

// run commits the group. Where one member fails, each is done again alone, so that only the one at
// fault hears of it. A ledger that nobody can write to is nobody's fault, and not waited for twice.
func (w *writer) run(group []*job) {
	err := w.l.transact(group)
	if err != nil && len(group) > 1 && !errors.Is(err, ErrBusy) && !errors.Is(err, ErrUnreachable) {
		for _, j := range group {
			j.err <- w.l.transact([]*job{j})
		}
		return
	}
	for _, j := range group {
		j.err <- err
	}
}

// retry is how long to wait for another writer to finish.
const retry = 20 * time.Millisecond

// transact waits out other processes' locks, and a server that is away, for Patience: see Hasten.
func (l *Ledger) transact(group []*job) error {
	deadline := time.Now().Add(l.patience)
	doubt := noDoubt
	for {
		err := l.once(group, &doubt)
		lost := l.d.fleet && (isLost(err) || cutOff(err))
		pause := retry
		if lost {
			l.writer.drop()
			pause = away
			err = fmt.Errorf("%w: %w", ErrUnreachable, told(err))
		}
		if !lost && !isBusy(err) || time.Now().After(deadline) || l.haste.Err() != nil {
			if err != nil && doubt != noDoubt {
				l.writer.stray(group)
			}
			return wrapped(err)
		}
		select {
		case <-time.After(pause):
		case <-l.haste.Done():
		}
	}
}

func wrapped(err error) error {
	if err == nil {
		return nil
	}
	if !errors.Is(err, ErrUnreachable) {
		err = plain(err)
	}
	return fmt.Errorf("write ledger: %w", err)
}

// once runs the group in one transaction on the writing connection. doubt is the mark of an earlier try
// whose commit nobody answered.
func (l *Ledger) once(group []*job, doubt *int64) error {
	ctx, cancel := l.bounded() // and not a caller's: a commit is not torn by one who leaves
	defer cancel()
	if err := l.writer.connect(ctx); err != nil {
		return err
	}
	t := &tx{w: l.writer, ctx: ctx, now: l.now().UTC()}
	if *doubt != noDoubt {
		done, err := t.committed(*doubt)
		if err != nil {
			return err
		}
		*doubt = noDoubt
		if done {
			l.writer.strays = nil
			return nil
		}
	}
	if err := mishap.Caught(func() error { return t.fill(group) }); err != nil {
		t.rollback()
		return err
	}
	if _, err := t.exec("COMMIT"); err != nil {
		*doubt = l.writer.mark
		t.rollback()
		return err
	}
	l.writer.strays = nil
	return nil
}

// fill begins the transaction and does all but commit it.
func (t *tx) fill(group []*job) error {
	if err := t.begin(); err != nil {
		return err
	}
	if err := t.giveBackStrays(); err != nil {
		return err
	}
	var claims []*claiming
	var outcomes []*settling
	for _, j := range group {
		switch {
		case j.claim != nil:
			claims = append(claims, j.claim)
		case j.settle != nil:
			outcomes = append(outcomes, j.settle)
		default:
			if err := t.run(j); err != nil {
				return err
			}
		}
	}
	if err := t.settleAll(outcomes); err != nil { // first: they make room
		return err
	}
	if err := t.claimAll(claims); err != nil {
		return err
	}
	return t.flush()
}

// run does a change, where the ledger still takes any. Claims and outcomes are not asked for it: their worker has
// to say that it lives.
func (t *tx) run(j *job) error {
	if !j.parting {
		if err := t.here(); err != nil {
			return err
		}
	}
	return j.fn(t)
}
