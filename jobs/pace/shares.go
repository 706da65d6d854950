package pace

import "time"

// Shares divides the window of tasks in Redis among providers, so that a slow one cannot fill it, and
// with it every connection, while others have something ready. Each may have a second of what it works
// off under way, and a few to begin with: a provider whose replies take long soon has no more than
// those. It is for one goroutine.
type Shares struct {
	few   int // that a provider may always have under way
	lanes map[string]*share
	since time.Time
}

type share struct {
	held int // under way when last counted, and fed since
	rate float64
}

// NewShares divides what a number of connections can do: all the slow ones together get half of them.
func NewShares(connections int) *Shares {
	return &Shares{few: max(connections/2, 1), lanes: map[string]*share{}}
}

// measureEvery is how often the shares are counted anew.
const measureEvery = 250 * time.Millisecond

// Due tells whether it is time to count.
func (s *Shares) Due(now time.Time) bool { return now.Sub(s.since) >= measureEvery }

// Measure takes in how many deliveries of each provider are queued or sending.
func (s *Shares) Measure(held map[string]int, now time.Time) {
	d := now.Sub(s.since).Seconds()
	first := s.since.IsZero()
	s.since = now
	for name := range held {
		s.lane(name)
	}
	for name, l := range s.lanes {
		n := held[name]
		if !first {
			rate := float64(max(l.held-n, 0)) / d
			l.rate = max(rate, (l.rate+rate)/2) // up at once, down by halves
		}
		l.held = n
	}
}

func (s *Shares) lane(name string) *share {
	if s.lanes[name] == nil {
		s.lanes[name] = &share{}
	}
	return s.lanes[name]
}

// Room is how many more of a provider may be fed while so many providers have something ready.
func (s *Shares) Room(provider string, ready int) int {
	l := s.lane(provider)
	if ready < 2 {
		return Unlimited
	}
	return max(max(s.few/ready, 1, int(l.rate))-l.held, 0)
}

// Left is how many more of a provider may be fed where it has at most so many under way; 0 is no limit.
func (s *Shares) Left(provider string, most int) int {
	if most == 0 {
		return Unlimited
	}
	return max(most-s.lane(provider).held, 0)
}

// Fed notes that n of a provider were fed.
func (s *Shares) Fed(provider string, n int) { s.lane(provider).held += n }
