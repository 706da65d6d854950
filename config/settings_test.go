package config

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func write(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), File)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestTheEnvironmentGoesOverTheFileAndTheFileOverTheDefaults(t *testing.T) {
	t.Parallel()
	path := write(t, "redis: redis://file:6379\nsmtp: smtp://file\nshutdown_timeout: 5s\n"+
		"deadlines: {dot: 2m}\n")
	env := map[string]string{"OSHIRASE_REDIS": "redis://env:6379"}
	s, err := Load(path, func(k string) string { return env[k] })
	if err != nil {
		t.Fatal(err)
	}
	want := Defaults()
	want.Redis, want.SMTP = "redis://env:6379", "smtp://file"
	want.ShutdownTimeout, want.Deadlines.Dot = 5*time.Second, 2*time.Minute
	if s != want {
		t.Errorf("got %+v, want %+v", s, want)
	}
}

func TestAMissingFileIsNoErrorAndAWrongKeyIs(t *testing.T) {
	t.Parallel()
	none := func(string) string { return "" }
	if s, err := Load(filepath.Join(t.TempDir(), File), none); err != nil || s != Defaults() {
		t.Errorf("no file: %+v, %v", s, err)
	}
	_, err := Load(write(t, "ledgr: x.db\n"), none)
	if err == nil || !strings.Contains(err.Error(), "ledgr") {
		t.Errorf("wrong key: %v", err)
	}
}

func TestAListMayBeWrittenInEitherWay(t *testing.T) {
	t.Parallel()
	none := func(string) string { return "" }
	for _, text := range []string{
		"smtp: smtp://a smtp://b\nsmime: {certificate: c, key: k, except: docomo.ne.jp softbank.ne.jp}\n",
		"smtp:\n  - smtp://a\n  - smtp://b\nsmime:\n  certificate: c\n  key: k\n" +
			"  except: [docomo.ne.jp, softbank.ne.jp]\n",
	} {
		s, err := Load(write(t, text), none)
		if err != nil {
			t.Fatal(err)
		}
		want := SMIME{Certificate: "c", Key: "k", Except: "docomo.ne.jp softbank.ne.jp"}
		if s.SMTP != "smtp://a smtp://b" || s.SMIME != want || len(s.SMIME.Except.Words()) != 2 {
			t.Errorf("%s: %+v", text, s)
		}
	}
	_, err := Load(write(t, "smtp: {a: b}\n"), none)
	if err == nil || !strings.Contains(err.Error(), "SMTP") {
		t.Errorf("a map: %v", err)
	}
}
