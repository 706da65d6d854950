//go:build soak

package e2e

import "time"

// The programme's real size: 97,438 people.
const (
	scale      = "1"
	scaleValue = 1.0
	fleetScale = "1.1" // more than 100,000 deliveries
	patience   = 30 * time.Minute
	pollEvery  = 2 * time.Second

	cathayScale     = 0.02 // of 9.4 million
	cathayScaleText = "0.02"
)

// The figures of the matrix at their real size.
const (
	atOnce      = 14      // rows side by side: most of them wait
	fewPeople   = "0.003" // of the programme
	manyPeople  = "0.22"  // more than 20,000 messages
	kills       = 20
	killEvery   = 950
	frozenFor   = 90 * time.Second
	serverAway  = 45 * time.Second // longer than a write waits for the ledger
	brokenFor   = time.Minute
	slowDot     = 5 * time.Minute
	drip        = 50 * time.Millisecond
	silences    = 4
	rowPatience = 25 * time.Minute
)

// deadlines are those of RFC 5321 4.5.3.2: the program's own.
const deadlines = ""

// shortened has nothing: the program's times are its own but for the wait for evidence, which is a
// quarter of an hour.
func shortened() []string { return []string{"OSHIRASE_FAULT_RESEND=2m"} }
