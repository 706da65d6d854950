// Package draw makes numbers that depend on nothing but their seed, whatever the version of Go: an example
// campaign must come out the same everywhere.
package draw

// Source is one sequence of numbers (splitmix64, Steele and others 2014).
type Source uint64

// For begins a sequence for one thing of one kind.
func For(kind string, i int) *Source {
	d := Source(i)
	for _, c := range []byte(kind) {
		d = Source(d.next()) ^ Source(c)
	}
	return &d
}

func (d *Source) next() uint64 {
	*d += 0x9e3779b97f4a7c15
	z := uint64(*d)
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// Below gives a number from 0 to n-1. That it favours some by a hair does not matter here.
func (d *Source) Below(n int) int { return int(d.next() % uint64(n)) }

// Pick gives one of a list.
func Pick[T any](d *Source, from []T) T { return from[d.Below(len(from))] }

// Shuffle gives the numbers from 0 to n-1 in an order of that kind.
func Shuffle(kind string, n int) []int {
	d := For(kind, n)
	order := make([]int, n)
	for i := range order {
		j := d.Below(i + 1)
		order[i] = order[j]
		order[j] = i
	}
	return order
}
