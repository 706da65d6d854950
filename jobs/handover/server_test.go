package handover_test

import (
	"path/filepath"
	"testing"

	"golang.org/x/crypto/ssh"

	"oshirase/jobs/handover"
	"oshirase/jobs/handover/handovertest"
)

func startMailHouse(t *testing.T) *handovertest.Server {
	t.Helper()
	s, err := handovertest.Start(t.TempDir(), t.TempDir())
	must(t, err)
	t.Cleanup(func() { must(t, s.Close()) })
	return s
}

func open(t *testing.T, s *handovertest.Server, o handover.Options) *handover.Place {
	t.Helper()
	if o.Identity == "" {
		o.Identity = s.Identity
	}
	if o.KnownHosts == "" {
		o.KnownHosts = s.KnownHosts
	}
	p, err := handover.Open(t.Context(), s.URL(), o)
	must(t, err)
	return p
}

func newKey(t *testing.T, phrase string) (file string, public ssh.PublicKey) {
	t.Helper()
	signer, private, err := handovertest.NewKey()
	must(t, err)
	file = filepath.Join(t.TempDir(), "id")
	must(t, handovertest.WriteKey(file, private, phrase))
	return file, signer.PublicKey()
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
