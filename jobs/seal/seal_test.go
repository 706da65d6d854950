package seal

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"testing"
)

func ring(t *testing.T) Keyring {
	t.Helper()
	r := Dir(filepath.Join(t.TempDir(), "keys"))
	if err := r.MakeMaster(); err != nil {
		t.Fatal(err)
	}
	return r
}

func key(t *testing.T, r Keyring, id string) *Key {
	t.Helper()
	k, err := r.MakeCampaign(id)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func TestSealedBytesOpenOnlyInTheirPlace(t *testing.T) {
	t.Parallel()
	k := key(t, ring(t), "ts-2013-09")
	sealed := k.Seal("person 1", []byte("山田花子"))
	plain, err := k.Open("person 1", sealed)
	if err != nil || string(plain) != "山田花子" {
		t.Fatalf("open: %q, %v", plain, err)
	}
	if _, err := k.Open("person 2", sealed); !errors.Is(err, ErrSealed) {
		t.Errorf("another row's place: %v", err)
	}
	sealed[len(sealed)-1] ^= 1
	if _, err := k.Open("person 1", sealed); !errors.Is(err, ErrSealed) {
		t.Errorf("changed bytes: %v", err)
	}
	if bytes.Contains(sealed, []byte("山田")) {
		t.Error("the name can be read")
	}
}

func TestAKeyIsTheSameWhenReadAgain(t *testing.T) {
	t.Parallel()
	r := ring(t)
	a, b := key(t, r, "one"), key(t, r, "one")
	other := key(t, r, "two")
	if a.Check() != b.Check() || a.Check() == other.Check() {
		t.Error("key checks do not tell keys apart")
	}
	if a.Blind("email", "a@example.com") != b.Blind("email", "a@example.com") ||
		a.Blind("email", "x") == a.Blind("name", "x") || a.Blind("email", "") != [16]byte{} {
		t.Error("blind indexes")
	}
}

func TestKeyFilesAreForTheirOwnerOnly(t *testing.T) {
	t.Parallel()
	r := ring(t)
	key(t, r, "one")
	for _, name := range []string{"master.key", "campaign-one.key"} {
		info, err := os.Stat(filepath.Join(r.Path(), name))
		if err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v, %v", name, info.Mode(), err)
		}
	}
	if info, err := os.Stat(r.Path()); err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("directory: %v", info.Mode())
	}
}

func TestMissingDamagedAndForeignKeysAreToldApart(t *testing.T) {
	t.Parallel()
	var none *NoKeyError
	empty := Dir(t.TempDir())
	if _, err := empty.Campaign("one"); !errors.As(err, &none) || none.Campaign != "" {
		t.Errorf("no master: %v", err)
	}
	r := ring(t)
	if _, err := r.Campaign("one"); !errors.As(err, &none) || none.Campaign != "one" {
		t.Errorf("no campaign key: %v", err)
	}
	if _, err := r.Campaign("../master"); err == nil || errors.As(err, &none) {
		t.Errorf("path in an id: %v", err)
	}
	if err := r.MakeMaster(); err == nil {
		t.Error("a second master replaced the first")
	}
	key(t, r, "one")
	foreign := ring(t)
	moved, _ := os.ReadFile(r.file("one"))
	os.WriteFile(foreign.file("one"), moved, 0o600)
	if _, err := foreign.Campaign("one"); !errors.Is(err, ErrSealed) {
		t.Errorf("key under another master: %v", err)
	}
	os.WriteFile(r.file("one"), moved[:len(moved)/2], 0o600)
	if _, err := r.Campaign("one"); err == nil {
		t.Error("half a key file was read")
	}
}
