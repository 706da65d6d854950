package config

import (
	"os"
	"path/filepath"
	"reflect"
	"slices"
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
	if !reflect.DeepEqual(s, want) {
		t.Errorf("got %+v, want %+v", s, want)
	}
}

func TestAMissingFileIsNoErrorAndAWrongKeyIs(t *testing.T) {
	t.Parallel()
	none := func(string) string { return "" }
	if s, err := Load(filepath.Join(t.TempDir(), File), none); err != nil || !reflect.DeepEqual(s, Defaults()) {
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

func TestDKIMKeysMayBeOneOrSeveral(t *testing.T) {
	t.Parallel()
	const one, other = "{domain: a.example, selector: s1, key: a.pem}", "{domain: b.example, selector: s1, key: b.pem}"
	a, b := DKIM{"a.example", "s1", "a.pem"}, DKIM{"b.example", "s1", "b.pem"}
	for text, want := range map[string]DKIMs{
		"dkim: " + one: {a}, "dkim: [" + one + ", " + other + "]": {a, b}, "dkim:\n- " + one: {a},
		"dkim:": nil, "dkim: []": {}, "redis: x": nil,
	} {
		s, err := Load(write(t, text+"\n"), func(string) string { return "" })
		if err != nil || !slices.Equal(s.DKIM, want) {
			t.Errorf("%s: %+v, %v", text, s.DKIM, err)
		}
	}
	for _, text := range []string{
		"keys: k\ndkim: {domian: x}", "keys: k\ndkim: [" + one + ", {domian: x}]", "keys: k\ndkim: example.com",
	} {
		_, err := Load(write(t, text+"\n"), func(string) string { return "" })
		if err == nil || !strings.Contains(err.Error(), "[2:") {
			t.Errorf("%s: %v", text, err)
		}
	}
}

func TestTheEnvironmentsDKIMKeyIsThatOfTheOneDomain(t *testing.T) {
	t.Parallel()
	env := func(name string) string { return map[string]string{"OSHIRASE_DKIM_KEY": "env.pem"}[name] }
	for text, want := range map[string]DKIMs{
		"dkim: {domain: a.example, selector: s1, key: a.pem}": {{"a.example", "s1", "env.pem"}},
		"dkim: [{domain: a.example, selector: s1}]":           {{"a.example", "s1", "env.pem"}},
		"redis: x": {{Key: "env.pem"}},
	} {
		s, err := Load(write(t, text+"\n"), env)
		if err != nil || !slices.Equal(s.DKIM, want) {
			t.Errorf("%s: %+v, %v", text, s.DKIM, err)
		}
	}
	if _, err := Load(write(t, "dkim: [{domain: a.example}, {domain: b.example}]\n"), env); err == nil {
		t.Error("one key for two domains is taken")
	}
}
