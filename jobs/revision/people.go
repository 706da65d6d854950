package revision

// people is a set of people, by their ids. Ids follow one another: a bit is enough for each, and seven million
// people are one megabyte.
type people map[int64]*[64]uint64

func (p people) add(id int64) {
	bits := p[id>>12]
	if bits == nil {
		bits = new([64]uint64)
		p[id>>12] = bits
	}
	bits[id>>6&63] |= 1 << (id & 63)
}

func (p people) has(id int64) bool {
	bits := p[id>>12]
	return bits != nil && bits[id>>6&63]>>(id&63)&1 == 1
}
