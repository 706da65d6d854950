package email

import (
	"bytes"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/emersion/go-msgauth/dkim"
)

// brandKeys are those of two brands, one of which has a subdomain with a key of its own, and of which one
// has both kinds.
func brandKeys(t testing.TB) Keys {
	t.Helper()
	long := writeKey(t, rsaKey(t, 1024))
	keys, err := NewKeys(
		readDKIM(t, "Rurubu.example.jp", "s1", long), readDKIM(t, "travel.example.com", "s1", long),
		readDKIM(t, "mail.rurubu.example.jp", "s1", writeKey(t, edwardKey(t))),
		readDKIM(t, "travel.example.com", "s2", writeKey(t, edwardKey(t))),
	)
	if err != nil {
		t.Fatal(err)
	}
	return keys
}

// signatures verifies all signatures of a message by the keys' records, and gives "domain/selector".
func signatures(t testing.TB, keys Keys, message []byte) (names []string) {
	t.Helper()
	records := map[string]string{}
	for _, d := range keys {
		records[d.Name()] = d.Record()
	}
	var several sync.Mutex // signatures are verified side by side
	found, err := dkim.VerifyWithOptions(bytes.NewReader(message), &dkim.VerifyOptions{
		LookupTXT: func(name string) ([]string, error) {
			selector, domain, _ := strings.Cut(name, "._domainkey.")
			several.Lock()
			defer several.Unlock()
			names = append(names, domain+"/"+selector)
			return []string{records[name]}, nil
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range found {
		if v.Err != nil {
			t.Errorf("signature of %s: %v\n%s", v.Domain, v.Err, message)
		}
	}
	slices.Sort(names)
	return names
}

func TestAMessageIsSignedByTheKeysOfItsSendersDomainOrTheNearestAbove(t *testing.T) {
	keys := brandKeys(t)
	both := []string{"travel.example.com/s1", "travel.example.com/s2"}
	for from, want := range map[string][]string{
		"care@rurubu.example.jp":        {"rurubu.example.jp/s1"},
		"care@RURUBU.example.JP":        {"rurubu.example.jp/s1"},
		"care@news.rurubu.example.jp":   {"rurubu.example.jp/s1"},
		"care@mail.rurubu.example.jp":   {"mail.rurubu.example.jp/s1"},
		"care@a.mail.rurubu.example.jp": {"mail.rurubu.example.jp/s1"},
		"care@travel.example.com":       both,
		"care@jp.travel.example.com":    both,
		"care@example.jp":               nil,
		"care@xrurubu.example.jp":       nil,
		"care@example.com":              nil,
	} {
		m := sample()
		m.From.Address = from
		message := sign(t, Signing{DKIM: keys}, m)
		if got := signatures(t, keys, message); !slices.Equal(got, want) {
			t.Errorf("%s: signed by %q, want %q", from, got, want)
		}
		if want == nil && !bytes.Equal(message, sign(t, Signing{}, m)) {
			t.Errorf("%s: not the plain message", from)
		}
	}
}

func TestOfTwoSignaturesEachHoldsWithoutTheOther(t *testing.T) {
	keys := brandKeys(t).For("travel.example.com")
	m := sample()
	m.From.Address = "care@travel.example.com"
	message := sign(t, Signing{DKIM: keys}, m)
	second := bytes.LastIndex(message, []byte("DKIM-Signature: "))
	if second <= 0 {
		t.Fatalf("not two signatures:\n%s", message)
	}
	if got := signatures(t, keys, message[second:]); len(got) != 1 {
		t.Errorf("the second alone: %q", got)
	}
	first := append(slices.Clone(message[:second]), sign(t, Signing{}, m)...)
	if got := signatures(t, keys, first); len(got) != 1 {
		t.Errorf("the first alone: %q", got)
	}
}

func TestADomainHasOneKeyOfAKindAndOneUnderASelector(t *testing.T) {
	rsa, edward := writeKey(t, rsaKey(t, 1024)), writeKey(t, edwardKey(t))
	first := readDKIM(t, "example.com", "s1", rsa)
	for name, c := range map[string]struct {
		second *DKIM
		want   string
	}{
		"the same kind":     {readDKIM(t, "EXAMPLE.com", "s2", rsa), `"example.com" has two keys of kind rsa`},
		"the same selector": {readDKIM(t, "example.com", "S1", edward), `"example.com" has two keys under selector "S1"`},
	} {
		if _, err := NewKeys(first, c.second); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, second := range map[string]*DKIM{
		"both kinds": readDKIM(t, "example.com", "s2", edward), "below": readDKIM(t, "a.example.com", "s1", rsa),
	} {
		if keys, err := NewKeys(first, second); err != nil || len(keys) != 2 {
			t.Errorf("%s: %v", name, err)
		}
	}
	if keys, err := NewKeys(); err != nil || keys != nil {
		t.Errorf("no keys: %v, %v", keys, err)
	}
}
