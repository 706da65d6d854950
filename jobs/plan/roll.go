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

func (r *roll) add(ctx context.Context, e Entry) error {
	return r.im.AddLater(ctx, func() (ledger.NewPerson, error) { return r.person(e) })
}

func (r *roll) person(e Entry) (ledger.NewPerson, error) {
	data, err := e.Person.AppendBinary(make([]byte, 0, 512))
	if err != nil {
		return ledger.NewPerson{}, err
	}
	p := ledger.NewPerson{
		Ref: e.Ref, Batch: e.Batch, Also: e.Also, Locale: e.Locale, Notice: e.Person.Notice,
		Data: data, Blind: Blinds(r.key, e.Person, r.home),
	}
	for _, channel := range e.Channels {
		p.Deliveries = append(p.Deliveries, r.delivery(e, channel))
	}
	return p, nil
}

func (r *roll) delivery(e Entry, channel string) ledger.NewDelivery {
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
