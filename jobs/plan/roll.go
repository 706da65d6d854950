package plan

import (
	"context"

	"oshirase/jobs/ledger"
	"oshirase/jobs/pace"
	"oshirase/jobs/seal"
)

// roll enters people, one by one. What goes into the ledger of each is made ready on other goroutines: the
// reading goes on meanwhile.
type roll struct {
	im        *ledger.Import
	key       *seal.Key
	providers pace.Providers
	home      string // the sender's country
}

func (r *roll) add(ctx context.Context, e *Entry) error {
	return r.im.AddLater(ctx, func(room []byte) (ledger.NewPerson, error) { return r.person(e, room) })
}

// person makes somebody's data in room, if it is large enough.
func (r *roll) person(e *Entry, room []byte) (ledger.NewPerson, error) {
	data, err := e.Person.AppendBinary(room)
	if err != nil {
		return ledger.NewPerson{}, err
	}
	p := ledger.NewPerson{
		Ref: e.Ref, Batch: e.Batch, Also: e.Also, Locale: e.Locale, Notice: e.Person.Notice,
		Data: data, Blind: Blinds(r.key, e.Person, r.home),
	}
	p.Deliveries = make([]ledger.NewDelivery, 0, len(e.Channels))
	for _, channel := range e.Channels {
		p.Deliveries = append(p.Deliveries, r.delivery(e, channel))
	}
	return p, nil
}

func (r *roll) delivery(e *Entry, channel string) ledger.NewDelivery {
	d := ledger.NewDelivery{Channel: channel}
	if channel == ledger.Email {
		domain := Domain(e.Person.Email.Wire)
		d.Lane, d.Domain = r.providers.Of(domain), BlindDomain(r.key, domain)
	}
	if channel == ledger.Page {
		d.Lane = ledger.PageLane
	}
	return d
}
