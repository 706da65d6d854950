package members

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// Class is what became of an attempt.
type Class string

// The classes. There is no uncertain one: whatever may have arrived may be sent again, for the receiver
// knows it by its id. Stopped says that no message can be delivered until somebody has looked: this one
// is as good as before.
const (
	Accepted Class = "accepted"
	Deferred Class = "deferred"
	Refused  Class = "refused"
	Stopped  Class = "stopped"
)

// Stage is how far an attempt came.
type Stage string

// The stages, in order.
const (
	StageDial   Stage = "dial"   // the name is looked up and the connection made
	StageTLS    Stage = "tls"    // the handshake
	StageAnswer Stage = "answer" // the request is written, and the answer waited for
)

// Outcome is the result of one attempt. Nothing in it comes from the body of an answer: that may hold
// anything.
type Outcome struct {
	Class    Class
	Stage    Stage
	Code     int           // HTTP status; 0 where there was no answer
	Line     string        // what the code is called, or what happened
	Wait     time.Duration // that the endpoint asks for; 0: it did not say
	Endpoint string        // host:port
}

// classOf reads a status (RFC 9110 section 15). A redirection is not followed: a notice goes where the
// manifest says, which somebody has checked. With 401 the endpoint does not take our signature, and with
// 410 it wants no more; both are so for every message.
func classOf(status int) Class {
	switch status {
	case http.StatusUnauthorized, http.StatusGone:
		return Stopped
	case http.StatusRequestTimeout, http.StatusConflict, http.StatusMisdirectedRequest, http.StatusTooEarly,
		http.StatusTooManyRequests:
		return Deferred
	}
	switch status / 100 {
	case 2:
		return Accepted
	case 3:
		return Stopped
	case 4:
		return Refused
	}
	return Deferred
}

// mostWait bounds what an endpoint may ask for: the time until giving up is the campaign's.
const mostWait = 24 * time.Hour

// retryAfter reads the header of that name (RFC 9110 section 10.2.3): seconds, or a date.
func retryAfter(value string, now time.Time) time.Duration {
	value = strings.TrimSpace(value)
	if n, err := strconv.ParseUint(value, 10, 64); err == nil {
		return time.Duration(min(n, uint64(mostWait/time.Second))) * time.Second
	}
	if strings.Trim(value, "0123456789") == "" && value != "" { // more than fits
		return mostWait
	}
	at, err := http.ParseTime(value)
	if err != nil {
		return 0
	}
	return min(max(at.Sub(now), 0), mostWait)
}

// answered is the outcome of an attempt that was answered.
func (c *Client) answered(to string, r *http.Response) Outcome {
	o := Outcome{
		Class: classOf(r.StatusCode), Stage: StageAnswer, Code: r.StatusCode, Endpoint: to,
		Line: strings.TrimSpace(fmt.Sprintf("%d %s", r.StatusCode, http.StatusText(r.StatusCode))),
	}
	if o.Class == Deferred {
		o.Wait = retryAfter(r.Header.Get("Retry-After"), c.now())
	}
	if r.StatusCode/100 == 3 {
		o.Line += ", which is not followed"
	}
	return o
}

// broken is the outcome of an attempt without an answer. The error's own text may have the endpoint's path
// in it, or what a proxy said.
func broken(to string, stage Stage, err error) Outcome {
	o := Outcome{Class: Deferred, Stage: stage, Endpoint: to, Line: "the connection was lost"}
	var name *net.DNSError
	var certificate *tls.CertificateVerificationError
	var slow net.Error
	switch {
	case errors.As(err, &certificate):
		o.Stage, o.Line = StageTLS, "its certificate is not trusted"
	case errors.As(err, &name):
		o.Line = "its name was not found"
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &slow) && slow.Timeout():
		o.Line = map[Stage]string{
			StageDial: "it cannot be reached in time", StageTLS: "it does not encrypt in time",
			StageAnswer: "it does not answer in time",
		}[stage]
	case stage == StageDial:
		o.Line = "it cannot be reached"
	case stage == StageTLS:
		o.Line = "it does not encrypt as it must"
	}
	return o
}
