package table

import (
	"bytes"
	"fmt"
)

// foreign are the first bytes of what people send for a table, each with what to do about it. A mark
// that is text is compared without case, behind spaces.
var foreign = []struct{ mark, what, do string }{
	{"%PDF-", "file is a PDF", "ask for the table that it was printed from"},
	{"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "file is an old or password-protected Excel workbook",
		"save it as .xlsx without a password, or as CSV"},
	{archive, "file is a ZIP archive or an Excel workbook", "set format: auto, or unpack it"},
	{"PK\x05\x06", "file is an empty ZIP archive", "get the table itself"},
	{"\x1f\x8b", "file is compressed twice", "unpack it once"},
	{"\x28\xb5\x2f\xfd", "file is compressed twice", "unpack it once"},
	{"BZh", "file is compressed with bzip2", "unpack it, or compress it with gzip or zstd"},
	{"\xfd7zXZ\x00", "file is compressed with xz", "unpack it, or compress it with gzip or zstd"},
	{"7z\xbc\xaf\x27\x1c", "file is a 7-Zip archive", "unpack it and name the table in it"},
	{"Rar!\x1a\x07", "file is a RAR archive", "unpack it and name the table in it"},
	{"SQLite format 3\x00", "file is a database", "export the table from it as CSV"},
	{"\x89PNG", "file is a picture", "get the table itself"},
	{"\xff\xd8\xff", "file is a picture", "get the table itself"},
	{"<!doctype html", "file is a web page", "download the table itself: this may be an error page or a login"},
	{"<html", "file is a web page", "download the table itself: this may be an error page or a login"},
	{"<table", "file is a web page", "open it in Excel and save it as .xlsx"},
	{"<?xml", "file is XML", "save it as .xlsx or as CSV"},
	{"<", "file is a web page or XML", "download the table itself: this may be an error page or a login"},
	{"{\\rtf", "file is a text document", "save the table as CSV"},
	{"{\"", "file is JSON", "save the table as CSV"},
	{"[{", "file is JSON", "save the table as CSV"},
	{"-----BEGIN ", "file is encrypted", "decrypt it first"},
}

// refuse looks at the first bytes of a text. whole says that there are no more.
func (t *Table) refuse(head []byte, whole bool) error {
	text := bytes.TrimLeft(bytes.TrimPrefix(head, mark()), " \t\r\n")
	text = bytes.ToLower(text[:min(len(text), 32)])
	for _, f := range foreign {
		if bytes.HasPrefix(head, []byte(f.mark)) || bytes.HasPrefix(text, []byte(f.mark)) {
			return t.broken(0, f.what, f.do)
		}
	}
	switch {
	case !whole && !bytes.ContainsAny(head, "\r\n"):
		return t.broken(1, fmt.Sprintf("first line is longer than %s bytes", thousands(headSize)),
			"check that the file is a table")
	case jis(head):
		return t.broken(0, "file is in ISO-2022-JP", "save it as UTF-8")
	case utf16Order(head) == "" && notText(head):
		return t.broken(0, "file holds NUL bytes: it is no text", "save the table as .xlsx or as CSV in UTF-8")
	}
	return nil
}

// jis tells ISO-2022-JP, which has nothing but ASCII and says by an escape sequence that kanji follow.
func jis(head []byte) bool {
	return skipASCII(head, 0) == len(head) &&
		(bytes.Contains(head, []byte("\x1b$B")) || bytes.Contains(head, []byte("\x1b$@")))
}

// notText tells what is no text: NUL bytes in the first line, or many. A single one later is its row's.
func notText(head []byte) bool {
	nul := bytes.IndexByte(head, 0)
	return nul >= 0 && (bytes.IndexByte(head[:nul], '\n') < 0 || bytes.Count(head, []byte{0}) > len(head)/100)
}

// utf16Order tells UTF-16 and its byte order by its mark or, without one, by the side on which the NUL
// of every delimiter and line end stands. It is empty for another encoding.
func utf16Order(head []byte) string {
	switch {
	case bytes.HasPrefix(head, []byte("\xff\xfe")):
		return UTF16LE
	case bytes.HasPrefix(head, []byte("\xfe\xff")):
		return UTF16BE
	}
	var little, big int
	head = head[:min(len(head), sampleSize)]
	for i := 0; i+1 < len(head); i += 2 {
		if head[i+1] == 0 && bytes.IndexByte([]byte("\r\n\t,;|"), head[i]) >= 0 {
			little++
		}
		if head[i] == 0 && bytes.IndexByte([]byte("\r\n\t,;|"), head[i+1]) >= 0 {
			big++
		}
	}
	switch {
	case little > 1 && little > 10*big:
		return UTF16LE
	case big > 1 && big > 10*little:
		return UTF16BE
	}
	return ""
}
