package programmes

// draw is a source of numbers that depends on nothing but its seed, whatever the version of Go: a
// sample must come out the same everywhere (splitmix64, Steele and others 2014).
type draw uint64

// drawFor begins a sequence for one thing of one kind.
func drawFor(kind string, i int) *draw {
	d := draw(i)
	for _, c := range []byte(kind) {
		d = draw(d.next()) ^ draw(c)
	}
	return &d
}

func (d *draw) next() uint64 {
	*d += 0x9e3779b97f4a7c15
	z := uint64(*d)
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// below gives a number from 0 to n-1. That it favours some by a hair does not matter here.
func (d *draw) below(n int) int { return int(d.next() % uint64(n)) }

func pick[T any](d *draw, from []T) T { return from[d.below(len(from))] }

// shuffle gives the numbers from 0 to n-1 in an order of that kind.
func shuffle(kind string, n int) []int {
	d := drawFor(kind, n)
	order := make([]int, n)
	for i := range order {
		j := d.below(i + 1)
		order[i] = order[j]
		order[j] = i
	}
	return order
}
