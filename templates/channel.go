package templates

// channel is what an output is made for.
type channel int

const (
	email channel = iota
	letter
	feed // the members' page
)

// channels are the names of the channels in conditions, by channel.
var channels = [...]string{email: "email", letter: "letter", feed: "feed"}

// condition decides between two parts of a notice: one test for each channel. A notice is compiled
// once per channel, so what the channel decides is not asked again for each person, and a paragraph
// that only the mail has makes nothing in the letter personal.
type condition [len(channels)]test

// test is a condition in one channel.
type test struct {
	decided  bool // by the channel: holds is the same for all values
	personal bool // depends on who reads
	holds    func(*values) bool
}

// whatever is a condition that is the same in every channel.
func whatever(t test) condition {
	var to condition
	for c := range to {
		to[c] = t
	}
	return to
}

func settled(holds bool) test {
	return test{decided: true, holds: func(*values) bool { return holds }}
}

// never is what a condition with a problem comes to.
func never() condition { return whatever(settled(false)) }

// is reports whether the channel has decided the test so.
func (t test) is(holds bool) bool { return t.decided && t.holds(nil) == holds }

func (t test) not() test {
	holds := t.holds
	t.holds = func(r *values) bool { return !holds(r) }
	return t
}

func (t test) and(u test) test {
	switch {
	case t.is(false), u.is(true):
		return t
	case t.is(true), u.is(false):
		return u
	}
	return test{personal: t.personal || u.personal,
		holds: func(r *values) bool { return t.holds(r) && u.holds(r) }}
}

func (t test) or(u test) test { return t.not().and(u.not()).not() }

func (c condition) not() condition {
	for i := range c {
		c[i] = c[i].not()
	}
	return c
}

func (c condition) and(d condition) condition {
	for i := range c {
		c[i] = c[i].and(d[i])
	}
	return c
}

func (c condition) or(d condition) condition {
	for i := range c {
		c[i] = c[i].or(d[i])
	}
	return c
}

// pick returns the nodes of one channel, with what it leaves out gone. The nodes of different
// channels share nothing that is changed later.
func pick(nodes []node, c channel) []node {
	to := make([]node, 0, len(nodes))
	for _, n := range nodes {
		n.children, n.otherwise = pick(n.children, c), pick(n.otherwise, c)
		items := n.items
		n.items = nil
		for _, item := range items {
			n.items = append(n.items, pick(item, c))
		}
		n.test = n.cond[c]
		switch {
		case n.kind != choice || !n.test.decided:
			to = append(to, n)
		case n.test.is(true):
			to = append(to, n.children...)
		default:
			to = append(to, n.otherwise...)
		}
	}
	return to
}
