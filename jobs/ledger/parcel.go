package ledger

import (
	"fmt"
)

// parcelSize is how many people go in one transaction: some fifty milliseconds of work, so that other
// processes are never kept waiting.
const parcelSize = 4096

// parcel is some people on their way into the ledger.
type parcel struct {
	first int64 // number of its first person
	ready []readying

	done chan struct{} // closed when the rest is there
	err  error

	people, members, deliveries bulk
	counts                      map[counterKey]int
	standings                   map[standingKey]int
	lanes                       map[laneKey]bool
	found                       []blindEntry
	room                        *room
}

// room is what the rows of a parcel take up. It serves one parcel after the other: an import would leave
// gigabytes to be collected.
type room struct {
	people, members, deliveries []any
	found                       []blindEntry
	plain                       []byte // of one person
}

func newRoom() *room { return &room{plain: make([]byte, 0, 4096)} }

type laneKey struct {
	batch         int64
	channel, lane string
}

// pack makes the rows.
func (p *parcel) pack(im *Import) error {
	p.room = im.line.take()
	p.people = bulk{table: "person", values: p.room.people[:0],
		columns: []string{"id", "ref", "batch", "standing", "locale", "notice", "sealed"}}
	p.members = bulk{table: "membership", values: p.room.members[:0],
		columns: []string{"batch", "person", "own"}}
	p.deliveries = bulk{table: "delivery", values: p.room.deliveries[:0],
		columns: []string{"id", "batch", "person", "channel", "lane",
			"domain", "revision", "purpose", "round", "state", "tried", "moved_at"},
		same: []any{im.c.Revision, First, 1, string(Waiting), unreleased, int64(0)}}
	p.counts, p.standings = map[counterKey]int{}, map[standingKey]int{}
	p.lanes, p.found = map[laneKey]bool{}, p.room.found[:0]
	for i, ready := range p.ready {
		n, err := ready(p.room.plain)
		if err == nil {
			err = p.add(im, n, p.first+int64(i))
		}
		if err != nil {
			return err
		}
	}
	p.ready = nil
	p.room.people, p.room.members, p.room.deliveries = p.people.values, p.members.values, p.deliveries.values
	p.room.found = p.found
	return nil
}

// add makes the rows of a person. Their data is sealed for the place that it will have.
func (p *parcel) add(im *Import, n NewPerson, number int64) error {
	batch, ok := im.batches[n.Batch]
	if !ok {
		return fmt.Errorf("person of batch %q: %w", n.Batch, ErrNoBatch)
	}
	id, standing := im.num<<idBits+number, Untold
	if !im.c.reaches(n) {
		standing = StandUnreachable
	}
	p.standings[standingKey{batch, standing}]++
	p.people.add(id, n.Ref, batch, string(standing), n.Locale, n.Notice, im.key.Seal(personPlace(id), n.Data))
	for _, name := range n.Also {
		also, ok := im.batches[name]
		if !ok {
			return fmt.Errorf("person of batch %q: %w", name, ErrNoBatch)
		}
		p.members.add(also, id, 0)
	}
	if im.listed[n.Batch] {
		p.members.add(batch, id, 1)
	}
	for i := range n.Deliveries {
		d := &n.Deliveries[i]
		p.counts[counterKey{batch, d.Channel, First, Waiting}]++
		p.lanes[laneKey{batch, d.Channel, d.Lane}] = true
		p.deliveries.add(nil, batch, id, d.Channel, d.Lane, d.Domain[:8]) // numbered in number
	}
	return p.find(n, uint32(number))
}

// find notes what the person is found by.
func (p *parcel) find(n NewPerson, number uint32) error {
	ref, err := referenceValue(n.Ref)
	if err != nil {
		return err
	}
	p.found = append(p.found, newBlindEntry(ref, number))
	for _, value := range n.Blind {
		if value != ([valueSize]byte{}) {
			p.found = append(p.found, newBlindEntry(value, number))
		}
	}
	return nil
}

// number gives the deliveries their ids, in order behind those that have one, and puts them on the lists of
// what waits. blocks gets those that are full.
func (p *parcel) number(campaign, before int64, w *waiting, blocks *bulk) int64 {
	for row := range p.deliveries.len() {
		before++
		values := p.deliveries.values[row*p.deliveries.width():]
		values[0] = campaign<<idBits + before
		w.add(blocks, laneKey{values[1].(int64), values[3].(string), values[4].(string)}, before)
	}
	return before
}

// enter writes the parcel.
func (p *parcel) enter(t *tx, lanes []any) error {
	p.deliveries.same[len(p.deliveries.same)-1] = ms(t.now)
	for _, b := range []*bulk{&p.people, &p.members, &p.deliveries} {
		if err := t.write(b); err != nil {
			return err
		}
	}
	for k, n := range p.counts {
		t.count(k, n)
	}
	for k, n := range p.standings {
		t.stand(k.batch, k.standing, n)
	}
	return t.insert("lane (batch, channel, lane)", 3, lanes, "ON CONFLICT DO NOTHING")
}
