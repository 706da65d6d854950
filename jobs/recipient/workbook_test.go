package recipient

import (
	"archive/zip"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"oshirase/jobs/segment"
	"oshirase/jobs/table"
)

// workbook writes a workbook of one sheet, and is the file of it.
func workbook(t *testing.T, rows string) File {
	t.Helper()
	path := filepath.Join(t.TempDir(), "people.xlsx")
	file, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	w := zip.NewWriter(file)
	for name, text := range map[string]string{
		"_rels/.rels":                `<R><Relationship Id="r" Type="x/officeDocument" Target="xl/workbook.xml"/></R>`,
		"xl/_rels/workbook.xml.rels": `<R><Relationship Id="r0" Type="x/worksheet" Target="sheet.xml"/></R>`,
		"xl/workbook.xml":            `<workbook xmlns:r="x"><sheets><sheet name="1" sheetId="7" r:id="r0"/></sheets></workbook>`,
		"xl/sheet.xml":               "<worksheet><sheetData>" + rows + "</sheetData></worksheet>",
	} {
		f, err := w.Create(name)
		if err == nil {
			_, err = io.WriteString(f, text)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if err := file.Close(); err != nil {
		t.Fatal(err)
	}
	return File{
		File:    table.File{Name: "people.xlsx", Open: func() (io.ReadCloser, error) { return os.Open(path) }},
		Columns: Columns{Name: "name", ID: "id"},
	}
}

func TestFormulasOfAWorkbookAreNamed(t *testing.T) {
	t.Parallel()
	cell := func(s string) string { return `<c t="inlineStr"><is><t>` + s + `</t></is></c>` }
	file := workbook(t, "<row>"+cell("id")+cell("name")+"</row>"+
		"<row>"+cell("1")+`<c t="str"><f>A1&amp;"x"</f><v>Ann</v></c></row>`)
	var f found
	_, problems, err := read(t, Spec{Files: []File{file}, Segments: everybody()}, &f)
	if err != nil || len(problems) != 1 || !problems[0].Warning ||
		!strings.Contains(problems[0].What, "formulas: 1") || strings.Join(f.names(), " ") != "Ann" {
		t.Errorf("people %v, problems %v, %v", f.names(), problems, err)
	}
}

func TestADateOfAWorkbookMayBeANumber(t *testing.T) {
	t.Parallel()
	cell := func(s string) string { return `<c t="inlineStr"><is><t>` + s + `</t></is></c>` }
	file := workbook(t, "<row>"+cell("id")+cell("name")+cell("day")+"</row>"+
		"<row>"+cell("1")+cell("Ann")+"<c><v>41394</v></c></row><row>"+cell("2")+cell("Bob")+cell("平成25年5月1日")+"</row>")
	file.Facts = map[string]FactColumn{"day": {Column: "day", Kind: segment.Date}}
	rule := func(day string) []segment.Segment {
		return []segment.Segment{{ID: "all", Notice: "n", Elements: []string{"name"}, When: "day == date(\"" + day + "\")"}}
	}
	for day, want := range map[string]string{"2013-04-30": "Ann", "2013-05-01": "Bob"} {
		f, _, _ := mustRead(t, Spec{Files: []File{file}, Segments: rule(day)})
		if got := strings.Join(f.names(), " "); got != want {
			t.Errorf("%s: %s", day, got)
		}
	}
}
