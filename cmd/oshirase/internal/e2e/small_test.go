//go:build !soak

package e2e

import "time"

// The size of the runs under CI.
const (
	scale      = "0.01"
	scaleValue = 0.01
	fleetScale = scale
	patience   = 2 * time.Minute
	pollEvery  = 200 * time.Millisecond // of status

	cathayScale     = 0.001
	cathayScaleText = "0.001"
)

// The figures of the matrix under CI: everything once, and short.
const (
	atOnce      = 4       // rows side by side
	fewPeople   = "0.003" // of the programme
	manyPeople  = fewPeople
	kills       = 4 // at random moments of a run with manyPeople
	killEvery   = 40
	frozenFor   = 8 * time.Second // a process that stands still: longer than until its claims are given up
	serverAway  = 2 * time.Second
	brokenFor   = 3 * time.Second // a relay, until somebody mends it
	slowDot     = 5 * time.Second
	drip        = 5 * time.Millisecond // between the bytes of a tarpit
	silences    = 8                    // of a server that should answer
	rowPatience = 4 * time.Minute      // asynq brings a task again that nobody works on after one or two
)

// deadlines are oshirase.yaml's where a server says nothing.
const deadlines = "deadlines: {greeting: 2s, command: 2s, dot: 2s}\n"

// shortened are the times that the program is given in place of its own.
func shortened() []string {
	return []string{"OSHIRASE_FAULT_HEARTBEAT=300ms", "OSHIRASE_FAULT_SILENCE=1s", "OSHIRASE_FAULT_LOST=4s",
		"OSHIRASE_FAULT_BACKOFF=1s", "OSHIRASE_FAULT_RESEND=2s"}
}
