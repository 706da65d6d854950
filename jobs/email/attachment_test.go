package email

import (
	"bytes"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"strings"
	"testing"

	"oshirase/jobs/email/emailtest"
)

func TestAnAttachmentComesBehindTheWholeNotice(t *testing.T) {
	m := sample()
	content := bytes.Repeat([]byte{0, 0xff, '\r', '\n', '.'}, 10_000)
	m.Attachment = &Attachment{Name: "people.csv.age", Content: content}
	data := compose(t, m)
	if _, ok := stuff(data); !ok {
		t.Error("a line does not end in CRLF")
	}
	msg := parse(t, data)
	kind, params, err := mime.ParseMediaType(msg.Header.Get("Content-Type"))
	if err != nil || kind != "multipart/mixed" {
		t.Fatalf("content type %q: %v", kind, err)
	}
	parts := multipart.NewReader(msg.Body, params["boundary"])
	notice, err := parts.NextPart()
	if err != nil {
		t.Fatal(err)
	}
	kind, inner, err := mime.ParseMediaType(notice.Header.Get("Content-Type"))
	if err != nil || kind != "multipart/alternative" || inner["boundary"] == params["boundary"] {
		t.Fatalf("notice is %q within the boundary %q: %v", kind, inner["boundary"], err)
	}
	text, err := multipart.NewReader(notice, inner["boundary"]).NextPart()
	if err != nil {
		t.Fatal(err)
	}
	got, err := emailtest.Decode(text.Header.Get("Content-Transfer-Encoding"), text)
	if err != nil || got != strings.ReplaceAll(m.Text, "\n", "\r\n") {
		t.Errorf("text reads %q, %v", got, err)
	}
	file, err := parts.NextPart()
	if err != nil {
		t.Fatal(err)
	}
	if got := file.Header.Get("Content-Disposition"); got != `attachment; filename="people.csv.age"` {
		t.Errorf("disposition %q", got)
	}
	got, err = emailtest.Decode(file.Header.Get("Content-Transfer-Encoding"), file)
	if err != nil || got != string(content) {
		t.Errorf("%d bytes read back, want %d; %v", len(got), len(content), err)
	}
	if _, err := parts.NextPart(); !errors.Is(err, io.EOF) {
		t.Error("there is a third part")
	}
}

func TestAnAttachmentsNameIsPlain(t *testing.T) {
	for _, bad := range []string{"", ".age", "a\r\nX: y", `a".csv`, "a/b", "名簿.csv", "a b"} {
		m := sample()
		m.Attachment = &Attachment{Name: bad}
		if _, err := m.Bytes(); err == nil {
			t.Errorf("%q: no error", bad)
		}
	}
}
