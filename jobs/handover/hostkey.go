package handover

import (
	"crypto/ed25519"
	"errors"
	"fmt"
	"io/fs"
	"net"

	"golang.org/x/crypto/ssh"
	"golang.org/x/crypto/ssh/knownhosts"
)

// HostKeyError says that a server's key is not known, or is another than the one that is known.
type HostKeyError struct {
	Host        string
	Fingerprint string // SHA256:…, as the mail house can read it out
	Line        string // for the file of known hosts, once it was compared
	Changed     bool   // the file has another key for this host
}

func (e *HostKeyError) Error() string {
	if e.Changed {
		return fmt.Sprintf("host %s has another key than the one that is known: %s", e.Host, e.Fingerprint)
	}
	return fmt.Sprintf("host %s has a key that is not known: %s", e.Host, e.Fingerprint)
}

// known are the keys of servers.
type known struct{ find ssh.HostKeyCallback }

// readKnown reads a file in the form of OpenSSH (sshd(8), SSH_KNOWN_HOSTS FILE FORMAT). None that is
// there knows nobody.
func readKnown(file string) (known, error) {
	find, err := knownhosts.New(file)
	if errors.Is(err, fs.ErrNotExist) {
		return known{func(string, net.Addr, ssh.PublicKey) error { return &knownhosts.KeyError{} }}, nil
	}
	if err != nil {
		return known{}, fmt.Errorf("known hosts: %w", err)
	}
	return known{find}, nil
}

func (k known) check(host string, at net.Addr, key ssh.PublicKey) error {
	err := k.find(host, at, key)
	var other *knownhosts.KeyError
	if !errors.As(err, &other) {
		return err
	}
	return &HostKeyError{
		Host: host, Fingerprint: ssh.FingerprintSHA256(key), Changed: len(other.Want) > 0,
		Line: knownhosts.Line([]string{knownhosts.Normalize(host)}, key),
	}
}

// algorithms are those of the keys that are known of a host: a server has several keys, and shows one of
// the kind that it is asked for. Nil is any.
func (k known) algorithms(host string) (list []string) {
	nobody, err := ssh.NewPublicKey(ed25519.PublicKey(make([]byte, ed25519.PublicKeySize)))
	if err != nil {
		return nil
	}
	var other *knownhosts.KeyError
	if !errors.As(k.find(host, &net.TCPAddr{IP: net.IPv4zero, Port: 22}, nobody), &other) {
		return nil
	}
	for _, key := range other.Want {
		if kind := key.Key.Type(); kind == ssh.KeyAlgoRSA {
			list = append(list, ssh.KeyAlgoRSASHA512, ssh.KeyAlgoRSASHA256)
		} else {
			list = append(list, kind)
		}
	}
	return list
}
