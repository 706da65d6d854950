package email

import (
	"bytes"
	"encoding/base64"
	"errors"
	"slices"
	"strconv"

	"github.com/wneessen/go-mail/smtp"
)

// auth picks the strongest mechanism offered; nil where there is none. PLAIN and LOGIN send the
// password itself: without encryption only where the operator wrote that there shall be none.
func (r Relay) auth(offered []string) smtp.Auth {
	inClear := r.mode() == NoTLS
	switch {
	case slices.Contains(offered, "SCRAM-SHA-256"):
		return boundedSCRAM{smtp.ScramSHA256Auth(r.User, r.Password)}
	case slices.Contains(offered, "SCRAM-SHA-1"):
		return boundedSCRAM{smtp.ScramSHA1Auth(r.User, r.Password)}
	case slices.Contains(offered, "PLAIN"):
		return smtp.PlainAuth("", r.User, r.Password, r.Host, inClear)
	case slices.Contains(offered, "LOGIN"):
		return smtp.LoginAuth(r.User, r.Password, r.Host, inClear)
	}
	return nil
}

// maxIterations is a hundred times what servers ask for, and a second of work.
const maxIterations = 1_000_000

var errIterations = errors.New("server asks for too many SCRAM iterations")

// boundedSCRAM keeps a server from making us hash for hours, which no deadline would end.
type boundedSCRAM struct{ smtp.Auth }

func (b boundedSCRAM) Next(fromServer []byte, more bool) ([]byte, error) {
	for field := range bytes.SplitSeq(fromServer, []byte(",")) {
		count, ok := bytes.CutPrefix(field, []byte("i="))
		if !ok || !more {
			continue
		}
		if n, err := strconv.Atoi(string(count)); err != nil || n < 1 || n > maxIterations {
			return nil, errIterations
		}
	}
	return b.Auth.Next(fromServer, more)
}

// secrets are the words of ours that a relay might repeat in a refusal, as they are and as AUTH
// sends them.
func (r Relay) secrets() []string {
	if r.User == "" {
		return nil
	}
	encode := base64.StdEncoding.EncodeToString
	return []string{
		r.User, r.Password,
		encode([]byte(r.User)), encode([]byte(r.Password)),
		encode([]byte("\x00" + r.User + "\x00" + r.Password)),
	}
}
