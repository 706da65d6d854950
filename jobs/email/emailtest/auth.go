package emailtest

import (
	"crypto/hmac"
	"crypto/pbkdf2"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
)

const (
	scramIterations = 4096
	scramSalt       = "emailtest salt"
	scramNonce      = "server-nonce"
)

// auth lets the client prove itself (RFC 4954).
func (c *session) auth(arg string) error {
	mechanism, initial, _ := strings.Cut(arg, " ")
	mechanism = strings.ToUpper(mechanism)
	if c.server.options.User == "" || !slices.Contains(c.server.options.Mechanisms, mechanism) {
		return c.write("504 5.5.4 Unknown mechanism")
	}
	var err error
	switch mechanism {
	case "PLAIN":
		c.proved, err = c.plain(initial)
	case "LOGIN":
		c.proved, err = c.login()
	case "SCRAM-SHA-256":
		c.proved, err = c.scram()
	}
	if err != nil {
		return err
	}
	if !c.proved {
		return c.say(AUTH, "535 5.7.8 Authentication failed for "+c.server.options.User)
	}
	return c.say(AUTH, "235 2.7.0 Welcome")
}

// challenge asks and reads the answer; what is not base64 is no answer.
func (c *session) challenge(text string) (string, error) {
	c.write("334 " + base64.StdEncoding.EncodeToString([]byte(text)))
	if err := c.out.Flush(); err != nil {
		return "", err
	}
	line, err := c.readLine()
	answer, bad := base64.StdEncoding.DecodeString(line)
	if bad != nil {
		answer = nil
	}
	return string(answer), err
}

func (c *session) plain(initial string) (bool, error) {
	answer, err := base64.StdEncoding.DecodeString(initial)
	if err != nil {
		return false, nil
	}
	o := c.server.options
	return string(answer) == "\x00"+o.User+"\x00"+o.Password, nil
}

func (c *session) login() (bool, error) {
	user, err := c.challenge("Username:")
	if err != nil {
		return false, err
	}
	password, err := c.challenge("Password:")
	return user == c.server.options.User && password == c.server.options.Password, err
}

// scram is the server's side of RFC 5802, without channel binding.
func (c *session) scram() (bool, error) {
	first, err := c.challenge("")
	if err != nil {
		return false, err
	}
	bare := strings.TrimPrefix(first, "n,,")
	_, nonce, _ := strings.Cut(bare, ",r=")
	nonce += scramNonce
	salt := base64.StdEncoding.EncodeToString([]byte(scramSalt))
	serverFirst := fmt.Sprintf("r=%s,s=%s,i=%d", nonce, salt, scramIterations)
	final, err := c.challenge(serverFirst)
	if err != nil {
		return false, err
	}
	withoutProof, proof, _ := strings.Cut(final, ",p=")
	message := bare + "," + serverFirst + "," + withoutProof
	want, signature, err := scramProof(c.server.options.Password, message)
	good := subtle.ConstantTimeCompare([]byte(proof), []byte(want)) == 1 &&
		strings.HasPrefix(bare, "n="+c.server.options.User+",")
	if err != nil || !good {
		return false, err
	}
	_, err = c.challenge("v=" + signature)
	return true, err
}

// scramProof is what the client must send, and what the server proves itself with.
func scramProof(password, message string) (proof, signature string, err error) {
	salted, err := pbkdf2.Key(sha256.New, password, []byte(scramSalt), scramIterations, sha256.Size)
	if err != nil {
		return "", "", err
	}
	clientKey := mac(salted, "Client Key")
	stored := sha256.Sum256(clientKey)
	sum := make([]byte, sha256.Size)
	subtle.XORBytes(sum, clientKey, mac(stored[:], message))
	encode := base64.StdEncoding.EncodeToString
	return encode(sum), encode(mac(mac(salted, "Server Key"), message)), nil
}

func mac(key []byte, text string) []byte {
	h := hmac.New(sha256.New, key)
	h.Write([]byte(text))
	return h.Sum(nil)
}
