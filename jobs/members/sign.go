package members

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Secrets sign messages: the first that is told, and the older ones beside it while a receiver changes over.
type Secrets [][]byte

// prefix marks a secret as one of Standard Webhooks.
const prefix = "whsec_"

// Bounds of a secret in bytes, by the specification.
const (
	leastSecret = 24
	mostSecret  = 64
)

// ErrSecret says that a secret cannot be one. It does not repeat it.
var ErrSecret = errors.New("a webhook secret is whsec_ and 24 to 64 bytes in base64")

// ParseSecrets reads secrets in their usual form, whsec_ and base64.
func ParseSecrets(words []string) (Secrets, error) {
	var out Secrets
	for _, word := range words {
		text, found := strings.CutPrefix(word, prefix)
		key, err := base64.StdEncoding.DecodeString(text)
		if !found || err != nil || len(key) < leastSecret || len(key) > mostSecret {
			return nil, ErrSecret
		}
		out = append(out, key)
	}
	return out, nil
}

// Sign is the webhook-signature of a body: for each secret v1 and the HMAC-SHA256 over id, time and body.
func (s Secrets) Sign(id string, at time.Time, body []byte) string {
	signed := make([]string, len(s))
	for i, key := range s {
		mac := hmac.New(sha256.New, key)
		fmt.Fprintf(mac, "%s.%s.", id, stamp(at))
		mac.Write(body)
		signed[i] = "v1," + base64.StdEncoding.EncodeToString(mac.Sum(nil))
	}
	return strings.Join(signed, " ")
}

// stamp is a moment as webhook-timestamp has it: whole seconds.
func stamp(at time.Time) string { return strconv.FormatInt(at.Unix(), 10) }
