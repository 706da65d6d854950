package emailtest

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
)

// Part is one part of a message, decoded.
type Part struct {
	Type string // as its header has it, with parameters
	Text string
}

// Read takes a message apart: its header, and the text of each part. One that is not multipart is a single part.
func Read(raw []byte) (mail.Header, []Part, error) {
	m, err := mail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		return nil, nil, err
	}
	_, params, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if err != nil {
		return nil, nil, fmt.Errorf("content type: %w", err)
	}
	if params["boundary"] == "" {
		text, err := Decode(m.Header.Get("Content-Transfer-Encoding"), m.Body)
		return m.Header, []Part{{m.Header.Get("Content-Type"), text}}, err
	}
	var out []Part
	for r := multipart.NewReader(m.Body, params["boundary"]); ; {
		part, err := r.NextRawPart()
		if errors.Is(err, io.EOF) {
			return m.Header, out, nil
		}
		if err != nil {
			return nil, nil, err
		}
		text, err := Decode(part.Header.Get("Content-Transfer-Encoding"), part)
		if err != nil {
			return nil, nil, err
		}
		out = append(out, Part{part.Header.Get("Content-Type"), text})
	}
}

// ReadText is Read with the texts of all parts behind each other.
func ReadText(raw []byte) (mail.Header, string, error) {
	header, parts, err := Read(raw)
	text := ""
	for _, p := range parts {
		text += p.Text
	}
	return header, text, err
}

// Decode reads a body in its transfer encoding (RFC 2045 section 6).
func Decode(encoding string, body io.Reader) (string, error) {
	switch encoding {
	case "base64":
		body = base64.NewDecoder(base64.StdEncoding, body)
	case "quoted-printable":
		body = quotedprintable.NewReader(body)
	}
	text, err := io.ReadAll(body)
	return string(text), err
}
