package bounce

import (
	"crypto/hmac"
	"crypto/sha256"
	"errors"
	"strings"
	"testing"
)

type signer string

func (s signer) MAC(purpose string, data []byte) []byte {
	h := hmac.New(sha256.New, []byte(s))
	h.Write([]byte(purpose))
	h.Write(data)
	return h.Sum(nil)
}

func TestReturnPathNamesItsDelivery(t *testing.T) {
	t.Parallel()
	path, err := ReturnPath(signer("k"), "bounce@example.com", 97438)
	if err != nil {
		t.Fatal(err)
	}
	if local, _, _ := strings.Cut(path, "@"); len(local) > 64 {
		t.Errorf("local part of %d octets, RFC 5321 allows 64", len(local))
	}
	for _, p := range []string{path, strings.ToUpper(path)} {
		if id, err := Delivery(signer("k"), p); err != nil || id != 97438 {
			t.Errorf("%s: %d, %v", p, id, err)
		}
	}
	if _, err := Delivery(signer("other"), path); !errors.Is(err, ErrToken) {
		t.Errorf("another key: %v", err)
	}
}

func FuzzDeliveryNeverAcceptsWhatItDidNotMake(f *testing.F) {
	path, _ := ReturnPath(signer("k"), "bounce@example.com", 7)
	f.Add(path)
	f.Add("bounce+@example.com")
	f.Fuzz(func(t *testing.T, s string) {
		id, err := Delivery(signer("k"), s)
		if err != nil {
			return
		}
		again, _ := ReturnPath(signer("k"), "b@example.com", id)
		_, want, _ := strings.Cut(strings.TrimSuffix(again, "@example.com"), "+")
		if !strings.Contains(strings.ToLower(s), want) {
			t.Errorf("%q accepted as %d", s, id)
		}
	})
}
