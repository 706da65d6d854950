package encrypt

import (
	"bytes"
	"errors"
	"io"
	"testing"

	"filippo.io/age"
)

func TestEachReaderOpensWhatIsForThem(t *testing.T) {
	t.Parallel()
	var keys []string
	var ids []*age.X25519Identity
	for range 2 {
		id, err := age.GenerateX25519Identity()
		if err != nil {
			t.Fatal(err)
		}
		ids, keys = append(ids, id), append(keys, id.Recipient().String())
	}
	to, err := For(keys...)
	if err != nil {
		t.Fatal(err)
	}
	var sealed bytes.Buffer
	w, err := to.Writer(&sealed)
	if err == nil {
		_, err = io.WriteString(w, "見本 太郎")
	}
	if err := errors.Join(err, w.Close()); err != nil {
		t.Fatal(err)
	}
	for _, id := range ids {
		r, err := age.Decrypt(bytes.NewReader(sealed.Bytes()), id)
		if err != nil {
			t.Fatal(err)
		}
		if plain, err := io.ReadAll(r); err != nil || string(plain) != "見本 太郎" {
			t.Errorf("%q, %v", plain, err)
		}
	}
}

func TestWhatIsNoKeyIsRefusedAndNotRepeated(t *testing.T) {
	t.Parallel()
	for _, bad := range []string{"", "#", "age1", "AGE-SECRET-KEY-1", "age1x\n", "ssh-ed25519 AAAA"} {
		if to, err := For(bad); err != ErrKey || to != nil {
			t.Errorf("%q: %v, error %v", bad, to, err)
		}
	}
}
