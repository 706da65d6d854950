package ledger

import (
	"context"
	"fmt"
	"runtime"
)

// line is what the parcels of an import go through. They are made ready on goroutines of their own, as many
// at a time as there are processors: people are turned into rows there, and sealed. One more goroutine writes
// them, in order, each in a transaction. So the writing, which is one thing after the other, does nothing else.
type line struct {
	parcels chan *parcel
	slots   chan struct{} // one for each parcel that is being made ready
	rooms   chan *room    // of parcels that are in the ledger
	failed  chan struct{} // closed on the first error
	ended   chan struct{}
	closed  bool
	err     error // once failed or ended is closed

	// The rest is of the goroutine that writes, until it has ended.
	people, delivered int64
	lanes             map[laneKey]bool // that the ledger has
	waiting           waiting
	found             []blindEntry
	run               int // of found
}

// send lets the parcel that was filled go.
func (im *Import) send(ctx context.Context) error {
	if im.line == nil {
		im.line = newLine()
		go im.line.work(ctx, im)
	}
	n, p := im.line, im.next
	im.next = nil
	select {
	case n.slots <- struct{}{}:
	case <-n.failed:
		return n.err
	}
	p.done = make(chan struct{})
	go func() {
		p.err = p.pack(im)
		close(p.done)
		<-n.slots
	}()
	n.parcels <- p // taken also after an error
	return nil
}

func newLine() *line {
	return &line{
		parcels: make(chan *parcel, 6), slots: make(chan struct{}, runtime.GOMAXPROCS(0)),
		rooms:  make(chan *room, 1),
		failed: make(chan struct{}), ended: make(chan struct{}),
		lanes: map[laneKey]bool{}, waiting: waiting{map[laneKey][]byte{}, map[laneKey]int64{}},
	}
}

// stop waits until everything that was sent is written, or has failed.
func (im *Import) stop() error {
	n := im.line
	if n == nil {
		return nil
	}
	if !n.closed {
		n.closed = true
		close(n.parcels)
	}
	<-n.ended
	return n.err
}

// work writes the parcels.
func (n *line) work(ctx context.Context, im *Import) {
	defer close(n.ended)
	for p := range n.parcels {
		<-p.done
		if n.err != nil {
			continue
		}
		n.err = p.err
		if n.err == nil {
			n.err = n.enter(ctx, im, p)
		}
		if n.err != nil {
			close(n.failed)
		}
	}
}

// enter writes a parcel, and what has come together of values to sort.
func (n *line) enter(ctx context.Context, im *Import, p *parcel) error {
	blocks := newWaitingRows()
	n.delivered = p.number(im.num, n.delivered, &n.waiting, blocks)
	if n.delivered >= fallbackBit {
		return fmt.Errorf("campaign %q has more than %d deliveries", im.c.ID, fallbackBit)
	}
	lanes := n.newLanes(p)
	err := im.step(ctx, func(t *tx) error {
		if err := p.enter(t, lanes); err != nil {
			return err
		}
		return t.write(blocks)
	})
	if err != nil {
		return err
	}
	if n.people += int64(p.people.len()); im.Progress != nil {
		im.Progress(int(n.people))
	}
	n.found = append(n.found, p.found...)
	n.leave(p.room)
	if len(n.found) < blindRun {
		return nil
	}
	return n.sort(ctx, im)
}

// take gives a parcel its room.
func (n *line) take() *room {
	select {
	case r := <-n.rooms:
		return r
	default:
		return newRoom()
	}
}

// leave keeps the room of a parcel that is in the ledger for another.
func (n *line) leave(r *room) {
	select {
	case n.rooms <- r:
	default:
	}
}

// newLanes are the lanes of a parcel that no parcel before it had, as values.
func (n *line) newLanes(p *parcel) (values []any) {
	for k := range p.lanes {
		if !n.lanes[k] {
			n.lanes[k] = true
			values = append(values, k.batch, k.channel, k.lane)
		}
	}
	return values
}

// sort writes the values that have come together as a run.
func (n *line) sort(ctx context.Context, im *Import) error {
	rows := blindRows(im.num, n.run, n.found)
	n.run, n.found = n.run+1, n.found[:0]
	return im.pour(ctx, rows)
}

// pourMost is how many rows of some kilobytes one transaction of an import has.
const pourMost = 5000

// pour writes rows in transactions of their own.
func (im *Import) pour(ctx context.Context, rows *bulk) error {
	for _, part := range rows.split(pourMost) {
		if err := im.step(ctx, func(t *tx) error { return t.write(part) }); err != nil {
			return err
		}
	}
	return nil
}

// finish writes everything that has not been written.
func (im *Import) finish(ctx context.Context) error {
	if im.next != nil {
		if err := im.send(ctx); err != nil {
			return err
		}
	}
	if err := im.stop(); err != nil || im.line == nil {
		return err
	}
	rest := newWaitingRows()
	im.line.waiting.rest(rest)
	if err := im.pour(ctx, rest); err != nil {
		return err
	}
	return im.line.sort(ctx, im)
}

// deliveries is how many the campaign has, once it is finished.
func (im *Import) deliveries() int {
	if im.line == nil {
		return 0
	}
	return int(im.line.delivered)
}
