package workbook

import (
	"archive/zip"
	"encoding/xml"
	"io"
)

// tokens reads a part of any length tag by tag. A tag or text that is too long ends it: encoding/xml
// would take it whole.
type tokens struct {
	xml   *xml.Decoder
	in    *bounded
	close func() error
}

// bounded ends reading where there was no token for too long, or too much of everything.
type bounded struct {
	io.Reader
	token, all int64
}

func (b *bounded) Read(p []byte) (int, error) {
	if b.token <= 0 || b.all <= 0 {
		return 0, &Fault{"workbook has a part that is too large", "save the sheet as CSV"}
	}
	n, err := b.Reader.Read(p)
	b.token, b.all = b.token-int64(n), b.all-int64(n)
	return n, err
}

func openTokens(f *zip.File) (*tokens, error) {
	r, err := f.Open()
	if err != nil {
		return nil, err
	}
	in := &bounded{Reader: r, all: maxSheet}
	return &tokens{xml.NewDecoder(in), in, r.Close}, nil
}

// next returns the next token. It is valid until the one after it. The end of the part comes as an
// error of its own: nothing that is read here ends with it.
func (t *tokens) next() (xml.Token, error) {
	t.in.token = maxToken
	token, err := t.xml.RawToken()
	if err == io.EOF {
		err = io.ErrUnexpectedEOF
	}
	return token, err
}

// drain reads the rest, so that the archive's checksum is looked at.
func (t *tokens) drain() error {
	t.in.token = t.in.all
	_, err := io.Copy(io.Discard, t.in)
	return err
}

// attribute returns the value of an attribute.
func attribute(e xml.StartElement, name string) string {
	for i := range e.Attr {
		if e.Attr[i].Name.Local == name && e.Attr[i].Name.Space == "" {
			return e.Attr[i].Value
		}
	}
	return ""
}
