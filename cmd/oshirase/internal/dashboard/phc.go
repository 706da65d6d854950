package dashboard

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"

	"golang.org/x/crypto/argon2"
)

// The cost of new hashes is OWASP's second choice for argon2id: 19 MiB, two passes, one lane. The first
// (46 MiB, one pass) resists as well and takes more than twice the memory of a small machine.
const (
	hashMemory = 19 * 1024 // KiB
	hashPasses = 2
	hashLanes  = 1
	saltBytes  = 16
	sumBytes   = 32
)

var errHash = errors.New("password hash is not an argon2id string that can be used here")

// hash is an argon2id hash with what it was made with.
type hash struct {
	memory, passes uint32
	lanes          uint8
	salt, sum      []byte
}

// nobody is a hash that costs what others cost and that no password has.
func nobody() hash {
	h := hash{
		memory: hashMemory, passes: hashPasses, lanes: hashLanes,
		salt: make([]byte, saltBytes), sum: make([]byte, sumBytes),
	}
	rand.Read(h.salt) // never fails
	rand.Read(h.sum)
	return h
}

// newHash hashes a password with a fresh salt.
func newHash(password string) hash {
	h := nobody()
	h.sum = h.of(password, sumBytes)
	return h
}

func (h hash) of(password string, size int) []byte {
	return argon2.IDKey([]byte(password), h.salt, h.passes, h.memory, h.lanes, uint32(size))
}

// matches takes the same time whatever the password.
func (h hash) matches(password string) bool {
	return subtle.ConstantTimeCompare(h.of(password, len(h.sum)), h.sum) == 1
}

// String is the hash in the PHC string format.
func (h hash) String() string {
	b64 := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, h.memory, h.passes,
		h.lanes, b64.EncodeToString(h.salt), b64.EncodeToString(h.sum))
}

// parseHash reads the PHC string format, and only the spelling that String writes. A hash that would
// take much memory or time is refused: a login may not stop the machine.
func parseHash(s string) (hash, error) {
	var h hash
	parts := strings.Split(s, "$")
	if len(parts) != 6 || parts[0] != "" || parts[1] != "argon2id" {
		return h, errHash
	}
	n, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &h.memory, &h.passes, &h.lanes)
	if err != nil || n != 3 || !h.affordable() {
		return h, errHash
	}
	if h.salt, err = base64.RawStdEncoding.DecodeString(parts[4]); err != nil {
		return h, errHash
	}
	if h.sum, err = base64.RawStdEncoding.DecodeString(parts[5]); err != nil {
		return h, errHash
	}
	if len(h.salt) < 8 || len(h.salt) > 64 || len(h.sum) < 16 || len(h.sum) > 64 || h.String() != s {
		return h, errHash
	}
	return h, nil
}

func (h hash) affordable() bool {
	return h.memory >= 8*1024 && h.memory <= 128*1024 && h.passes >= 1 && h.passes <= 10 &&
		h.lanes >= 1 && h.lanes <= 4
}
