package ledger

import "slices"

// Somebody who moves, to another batch or another address, takes with them what was still to be sent to them: see
// replaceOpen. But what was over then may come to be sent all the same: a failure is tried again, an uncertain
// delivery turns out not to have been sent. It must not go where they are no longer. So the table forward keeps, of
// who has moved, what the revision in which they did would have them sent; and a delivery of an earlier one that is
// about to go out is superseded, and that is made in its place.

// movedSince is true of deliveries whose people have moved since. One with an address of its own keeps that.
const movedSince = `d.revision < p.moved AND NOT EXISTS (SELECT 1 FROM readdress WHERE delivery = d.id)`

// forwardTo keeps where what comes back to life of people goes, in place of what was known before.
func (t *tx) forwardTo(people map[int64][]NewDelivery) error {
	var ids []int64
	rows := &bulk{table: "forward", columns: []string{"person", "channel", "lane", "domain"}}
	for person, list := range people {
		ids = append(ids, person)
		for _, x := range list {
			rows.add(person, x.Channel, x.Lane, x.Domain[:8])
		}
	}
	if _, err := t.exec(`DELETE FROM forward WHERE person `+t.among(), t.set(ids)); err != nil {
		return err
	}
	return t.write(rows)
}

// leaveMoved leaves those of some deliveries whose people are where they were, and lets the others follow theirs.
func (t *tx) leaveMoved(rs []row) ([]row, error) {
	ids, err := t.ids(`SELECT d.id FROM delivery d JOIN person p ON p.id = d.person
		WHERE d.id `+t.among()+` AND `+movedSince, t.set(idsOf(rs)))
	if err != nil || len(ids) == 0 {
		return rs, err
	}
	var stay, gone []row
	for _, r := range rs {
		if slices.Contains(ids, r.id) {
			gone = append(gone, r)
		} else {
			stay = append(stay, r)
		}
	}
	return stay, t.follow(gone)
}

// follow supersedes deliveries, and makes what takes their place where their people are now.
func (t *tx) follow(rs []row) error {
	if len(rs) == 0 {
		return nil
	}
	if _, err := t.shiftAll(rs, moveSupersede, "tried = 1, reason = ?", outdated); err != nil {
		return err
	}
	slices.SortFunc(rs, func(a, b row) int { return int(a.id - b.id) })
	for len(rs) > 0 { // of each campaign
		num := rs[0].id >> idBits
		n := len(rs)
		if i := slices.IndexFunc(rs, func(r row) bool { return r.id>>idBits != num }); i > 0 {
			n = i
		}
		if err := t.followIn(num, rs[:n]); err != nil {
			return err
		}
		rs = rs[n:]
	}
	return nil
}

func (t *tx) followIn(num int64, rs []row) error {
	// Nobody else may give out numbers meanwhile.
	if _, err := t.row(`SELECT num FROM campaign WHERE num = ?`+t.lock(), []any{num}, &num); err != nil {
		return err
	}
	now, err := t.whereabouts(rs)
	if err != nil {
		return err
	}
	var list []successor
	for _, r := range rs {
		for _, x := range now[r.person].inPlaceOf(r) {
			if !slices.ContainsFunc(list, func(o successor) bool { return x.is(o.making) }) {
				list = append(list, x)
			}
		}
	}
	makings, err := t.unmade(list)
	if err != nil || len(makings) == 0 {
		return err
	}
	ids, err := t.makeAll(num, makings)
	if err != nil {
		return err
	}
	made, err := t.rowsIn(ids)
	if err != nil {
		return err
	}
	return t.endCancelled(made, Waiting)
}

// successor takes the place of a delivery.
type successor struct {
	making
	other bool // by another channel
}

// whereabouts is where somebody is who has moved.
type whereabouts struct {
	making // but for its purpose and way
	ways   []NewDelivery
}

// inPlaceOf is what is made instead of a delivery: the same by its own channel, or where they are not written to by
// that any more, by those by which they are. A letter that an e-mail falls back to has no other.
func (p whereabouts) inPlaceOf(r row) (out []successor) {
	ways, other := p.ways, false
	if i := slices.IndexFunc(ways, func(x NewDelivery) bool { return x.Channel == r.channel }); i >= 0 {
		ways = ways[i : i+1]
	} else if r.channel == Letter && r.id&fallbackBit != 0 {
		ways = []NewDelivery{{Channel: Letter}}
	} else {
		other = true
	}
	for _, x := range ways {
		m := p.making
		m.purpose, m.NewDelivery = r.purpose, x
		out = append(out, successor{m, other})
	}
	return out
}

// is tells whether two are of the same notice to the same person.
func (x making) is(o making) bool {
	return x.person == o.person && x.Channel == o.Channel && x.purpose == o.purpose
}

// whereabouts are those of the people of deliveries.
func (t *tx) whereabouts(rs []row) (map[int64]whereabouts, error) {
	var ids []int64
	for _, r := range rs {
		ids = append(ids, r.person)
	}
	rounds, err := t.codeRounds(ids)
	if err != nil {
		return nil, err
	}
	rows, err := t.query(`SELECT p.id, p.batch, p.moved, coalesce(f.channel, ''), coalesce(f.lane, ''), f.domain
		FROM person p LEFT JOIN forward f ON f.person = p.id WHERE p.id `+t.among()+` ORDER BY p.id, f.channel`, t.set(ids))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	out := map[int64]whereabouts{}
	for rows.Next() {
		var m making
		var x NewDelivery
		var domain []byte
		if err := rows.Scan(&m.person, &m.batch, &m.revision, &x.Channel, &x.Lane, &domain); err != nil {
			return nil, err
		}
		copy(x.Domain[:], domain)
		m.round = max(rounds[m.person], 1)
		p := whereabouts{m, out[m.person].ways}
		if x.Channel != "" {
			p.ways = append(p.ways, x)
		}
		out[m.person] = p
	}
	return out, rows.Err()
}

// unmade leaves what there is not yet: nobody hears the same twice, by a channel of their own or, in place of that, by
// another.
func (t *tx) unmade(list []successor) (out []making, err error) {
	var ids []int64
	for _, x := range list {
		ids = append(ids, x.person)
	}
	rows, err := t.query(`SELECT d.person, d.channel, d.purpose, d.revision,
			d.state NOT IN `+oneOf(Superseded, Cancelled)+` AND `+itsFactsInForce+`
		FROM delivery d WHERE d.person `+t.among(), t.set(ids))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var m making
		var inForce bool
		if err := rows.Scan(&m.person, &m.Channel, &m.purpose, &m.revision, &inForce); err != nil {
			return nil, err
		}
		list = slices.DeleteFunc(list, func(x successor) bool {
			return x.is(m) && (x.revision == m.revision || x.other && inForce)
		})
	}
	for _, x := range list {
		out = append(out, x.making)
	}
	return out, rows.Err()
}
