package members

import (
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"
)

func notice() Message {
	return Message{Type: Type + "first", At: time.Date(2024, 10, 1, 3, 0, 0, 0, time.UTC), Data: Notice{
		ID: "msg_1", Members: []string{"M001", "M002"}, Reference: "ABCD-1234", Campaign: "c", Revision: 2,
		Purpose: "first", Locale: "ja", Subject: "お知らせ", Text: "a\nb\u2028<&> \\u2028",
		Elements: []Element{{"email", "メールアドレス"}}, Certainty: "confirmed",
	}}
}

func TestAMessageHasALineForEachMemberNumber(t *testing.T) {
	t.Parallel()
	b, err := AppendLines([]byte("before\n"), notice())
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(string(b), "\n")
	const want = `{"data":{"campaign":"c","certainty":"confirmed","elements":[{"id":"email","name":"メールアドレス"}],` +
		`"html":"","id":"msg_1","locale":"ja","members":["M001","M002"],"purpose":"first","reference":"ABCD-1234",` +
		`"revision":2,"subject":"お知らせ","text":"a\nb` + "\u2028" + `<&> \\u2028"},"member":"M001",` +
		`"timestamp":"2024-10-01T03:00:00Z","type":"notice.first"}`
	if len(lines) != 4 || lines[0] != "before" || lines[1] != want || lines[3] != "" ||
		lines[2] != strings.Replace(want, `"member":"M001"`, `"member":"M002"`, 1) {
		t.Errorf("%s", b)
	}
	var back Line
	if err := json.Unmarshal([]byte(lines[1]), &back); err != nil || !reflect.DeepEqual(back.Message, notice()) {
		t.Errorf("%+v, %v", back, err)
	}
}

func TestCanonicalIsAsTheStandardHasIt(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		// RFC 8785 sections 3.2.2 and 3.2.3, without the numbers that messages do not have.
		`{"string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/", "literals": [null, true, false]}`: `{"literals":[null,true,false],"string":"€$\u000f\nA'B\"\\\\\"/"}`,
		`{"\u20ac":"E","\r":"C","\ufb33":"H","1":"1","\ud83d\ude00":"S","\u0080":"c","\u00f6":"o"}`:    "{\"\\r\":\"C\",\"1\":\"1\",\"\u0080\":\"c\",\"ö\":\"o\",\"€\":\"E\",\"😀\":\"S\",\"\ufb33\":\"H\"}",
		` [ 1 , -0, 9007199254740991 ] `: `[1,0,9007199254740991]`,
	} {
		if got, err := appendCanonical(nil, []byte(in)); err != nil || string(got) != want {
			t.Errorf("%s gives %s, %v; want %s", in, got, err, want)
		}
	}
	for _, in := range []string{`1.5`, `1e30`, `9007199254740992`, `{`, ``} {
		if got, err := appendCanonical(nil, []byte(in)); err == nil {
			t.Errorf("%s gives %s", in, got)
		}
	}
}

func FuzzCanonicalChangesTheFormAlone(f *testing.F) {
	for _, s := range []string{"", "a\u2028\x00\x1f\x7f", "\"\\/<>&", "\U0001F600\ufb33"} {
		f.Add(s, s)
	}
	f.Fuzz(func(t *testing.T, key, value string) {
		in := map[string]any{key: []any{value, true, nil}, "b": "c"}
		text, err := json.Marshal(in)
		if err != nil {
			t.Fatal(err)
		}
		once, err := appendCanonical(nil, text)
		if err != nil {
			t.Fatal(err)
		}
		var meant, got any
		if json.Unmarshal(text, &meant) != nil || json.Unmarshal(once, &got) != nil || !reflect.DeepEqual(meant, got) {
			t.Errorf("%q became %q", text, once)
		}
		if twice, err := appendCanonical(nil, once); err != nil || !bytes.Equal(once, twice) {
			t.Errorf("%q is not its own form: %q, %v", once, twice, err)
		}
	})
}

// keyFile writes a key as openssl does.
func keyFile(t *testing.T, key any) string {
	t.Helper()
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "key.pem")
	text := pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestASignatureIsThatOfTheKey(t *testing.T) {
	t.Parallel()
	public, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	s, err := ReadSigner(keyFile(t, key))
	if err != nil {
		t.Fatal(err)
	}
	text := []byte("sums\n")
	if sig := s.Sign(text); !ed25519.Verify(public, text, sig) || !bytes.Equal(sig, s.Sign(text)) {
		t.Errorf("%x", sig)
	}
}

func TestWhatIsNoKeyIsSaidAndNotShown(t *testing.T) {
	t.Parallel()
	other, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	words := filepath.Join(t.TempDir(), "words")
	if err := os.WriteFile(words, []byte("hunter2"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{keyFile(t, other), words, filepath.Join(t.TempDir(), "nothing")} {
		if s, err := ReadSigner(path); err == nil || s != nil || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%s: %v, %v", path, s, err)
		}
	}
}
