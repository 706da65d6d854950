package workbook_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"testing"

	"oshirase/jobs/table/workbook"
)

// parts are a workbook as Excel writes it: paths and XML.
type parts map[string]string

const (
	declaration = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\r\n"
	office      = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
	main        = `xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="` + office + `"`
)

// excel makes the parts of a workbook with one sheet.
func excel(rows, styles, texts string) parts {
	return parts{
		"_rels/.rels": declaration + `<Relationships><Relationship Id="rId1" Type="` + office +
			`/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
		"xl/workbook.xml": declaration + `<workbook ` + main + `><workbookPr/><sheets>` +
			`<sheet name="顧客" sheetId="3" r:id="rId1"/></sheets></workbook>`,
		"xl/_rels/workbook.xml.rels": declaration + `<Relationships>` +
			`<Relationship Id="rId1" Type="` + office + `/worksheet" Target="worksheets/sheet1.xml"/>` +
			`<Relationship Id="rId2" Type="` + office + `/styles" Target="/xl/styles.xml"/>` +
			`<Relationship Id="rId3" Type="` + office + `/sharedStrings" Target="sharedStrings.xml"/></Relationships>`,
		"xl/worksheets/sheet1.xml": declaration + `<worksheet ` + main + `><cols><col min="1"/></cols><sheetData>` +
			rows + `</sheetData><pageMargins left="0.7"/></worksheet>`,
		"xl/styles.xml":        declaration + `<styleSheet ` + main + `>` + styles + `</styleSheet>`,
		"xl/sharedStrings.xml": declaration + `<sst ` + main + `>` + texts + `</sst>`,
	}
}

func (p parts) bytes(t testing.TB) []byte {
	t.Helper()
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for name, text := range p {
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
	return out.Bytes()
}

// rows returns the rows of the first sheet: 3h[A=text B==12 C!], where = is a formula's value and ! one
// that was lost.
func rows(file []byte) (list []string, err error) {
	book, err := workbook.Open(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		return nil, err
	}
	if len(book.Sheets) == 0 {
		return nil, nil
	}
	in, err := book.Rows(book.Sheets[0])
	if err != nil {
		return nil, err
	}
	defer in.Close()
	for {
		row, err := in.Next()
		if err == io.EOF {
			return list, nil
		}
		if err != nil {
			return list, err
		}
		list = append(list, show(row))
	}
}

func show(row *workbook.Row) string {
	line := fmt.Sprint(row.Number)
	if row.Hidden {
		line += "h"
	}
	var cells []string
	for _, c := range row.Cells {
		text := string(rune('A'+c.Column)) + "="
		if c.Formula {
			text += "="
		}
		if text += string(row.Text(c)); c.Lost {
			text += "!"
		}
		cells = append(cells, text)
	}
	return line + "[" + strings.Join(cells, " ") + "]"
}

func TestCellsYieldWhatAReaderOfDataSees(t *testing.T) {
	t.Parallel()
	styles := `<numFmts><numFmt numFmtId="176" formatCode="000\-0000"/>` +
		`<numFmt numFmtId="177" formatCode="[&lt;=999]000;[&lt;=9999]000\-00;000\-0000"/>` +
		`<numFmt numFmtId="178" formatCode="[$-411]ggge&quot;年&quot;m&quot;月&quot;d&quot;日&quot;;@"/>` +
		`<numFmt numFmtId="179" formatCode="&quot;M&quot;00000"/><numFmt numFmtId="180" formatCode="[h]:mm"/>` +
		`<numFmt numFmtId="181" formatCode="General&quot;円&quot;"/>` +
		`<numFmt numFmtId="182" formatCode="[&lt;=99999999]####\-####;\(00\)\ ####\-####"/></numFmts>` +
		`<cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs><xf numFmtId="0"/><xf numFmtId="176"/>` +
		`<xf numFmtId="177"/><xf numFmtId="178"/><xf numFmtId="14"/><xf numFmtId="22"/><xf numFmtId="179"/>` +
		`<xf numFmtId="180"/><xf numFmtId="181"/><xf numFmtId="182"/><xf numFmtId="4"/><xf numFmtId="20"/></cellXfs>`
	texts := `<si><t>山田</t><rPh sb="0" eb="2"><t>ヤマダ</t></rPh><phoneticPr fontId="1"/></si>` +
		`<si><r><t>髙</t></r><r><rPr><b/></rPr><t xml:space="preserve">橋 </t></r></si><si><t>a_x000D_&amp;b</t></si><si><t/></si>`
	for cell, want := range map[string]string{
		`<c r="A1" t="s"><v>0</v></c>`:                          "A=山田",
		`<c r="A1" t="s"><v>1</v></c>`:                          "A=髙橋 ",
		`<c r="A1" t="s"><v>2</v></c>`:                          "A=a\r&b",
		`<c r="B1" t="s"><v>3</v></c>`:                          "",
		`<c r="B1" s="1"/>`:                                     "",
		`<c t="inlineStr"><is><t>x</t></is></c><c><v>2</v></c>`: "A=x B=2",
		`<c r="C1" t="str"><f>A1&amp;B1</f><v>xy</v></c>`:       "C==xy",
		`<c r="C1"><f>A1*2</f><v>4</v></c>`:                     "C==4",
		`<c r="C1"><f>A1*2</f></c>`:                             "C==!",
		`<c r="A1" t="e"><v>#N/A</v></c>`:                       "A=#N/A",
		`<c r="A1" t="b"><v>1</v></c>`:                          "A=TRUE",
		`<c r="A1" t="d"><v>2013-04-30T00:00:00</v></c>`:        "A=2013-04-30",
		`<c r="A1" t="d"><v>2013-04-30T12:34:56.7Z</v></c>`:     "A=2013-04-30 12:34:56",
		`<c r="A1"><v>1.23456789012E+11</v></c>`:                "A=123456789012",
		`<c r="A1"><v>1.234567890123456E+15</v></c>`:            "A=1.234567890123456E+15",
		`<c r="A1"><v>0.30000000000000004</v></c>`:              "A=0.3",
		`<c r="A1"><v>-7</v></c>`:                               "A=-7",
		`<c r="A1" s="1"><v>600001</v></c>`:                     "A=060-0001",
		`<c r="A1" s="2"><v>600001</v></c>`:                     "A=060-0001",
		`<c r="A1" s="2"><v>12</v></c>`:                         "A=012",
		`<c r="A1" s="6"><v>123</v></c>`:                        "A=M00123",
		`<c r="A1" s="6"><v>1234567</v></c>`:                    "A=M1234567",
		`<c r="A1" s="6"><v>1.5</v></c>`:                        "A=1.5",
		`<c r="A1" s="9"><v>312345678</v></c>`:                  "A=(03) 1234-5678",
		`<c r="A1" s="9"><v>12345678</v></c>`:                   "A=1234-5678",
		`<c r="A1" s="10"><v>1234567.5</v></c>`:                 "A=1234567.5",
		`<c r="A1" s="8"><v>500</v></c>`:                        "A=500",
		`<c r="A1" s="7"><v>1.5</v></c>`:                        "A=1.5",
		`<c r="A1" s="3"><v>41394</v></c>`:                      "A=2013-04-30",
		`<c r="A1" s="4"><v>59</v></c>`:                         "A=1900-02-28",
		`<c r="A1" s="4"><v>60</v></c>`:                         "A=1900-02-29",
		`<c r="A1" s="4"><v>61</v></c>`:                         "A=1900-03-01",
		`<c r="A1" s="4"><v>2958465</v></c>`:                    "A=9999-12-31",
		`<c r="A1" s="4"><v>2958466</v></c>`:                    "A=2958466",
		`<c r="A1" s="5"><v>41394.524259259</v></c>`:            "A=2013-04-30 12:34:56",
		`<c r="A1" s="11"><v>0.5</v></c>`:                       "A=12:00:00",
	} {
		got, err := rows(excel(`<row r="1">`+cell+`</row>`, styles, texts).bytes(t))
		if err != nil || !slices.Equal(got, []string{"1[" + want + "]"}) {
			t.Errorf("%s: %q, %v, want %s", cell, got, err, want)
		}
	}
}

func TestRowsKeepTheirNumbersAndSayWhatIsHidden(t *testing.T) {
	t.Parallel()
	text := `<row r="2"><c r="B2"><v>1</v></c></row><row r="4" hidden="1"><c><v>2</v></c></row><row/><row r="9"/>`
	got, err := rows(excel(text, "", "").bytes(t))
	if want := []string{"2[B=1]", "4h[A=2]", "5[]", "9[]"}; err != nil || !slices.Equal(got, want) {
		t.Errorf("%q, %v", got, err)
	}
}

func TestDatesMayCountFrom1904(t *testing.T) {
	t.Parallel()
	p := excel(`<row><c s="1"><v>0</v></c></row>`, `<cellXfs><xf/><xf numFmtId="14"/></cellXfs>`, "")
	p["xl/workbook.xml"] = strings.Replace(p["xl/workbook.xml"], "<workbookPr/>", `<workbookPr date1904="1"/>`, 1)
	if got, err := rows(p.bytes(t)); err != nil || got[0] != "1[A=1904-01-01]" {
		t.Errorf("%q, %v", got, err)
	}
}

func TestOtherProgramsWorkbooksAreRead(t *testing.T) {
	t.Parallel()
	for name, want := range map[string][]string{
		"openpyxl.xlsx": {"2[A=0000001 B=髙橋　太郎 C=060-0001 D=(03) 1234-5678 E=2013-04-30 F=2013-04-30 12:34:56 " +
			"G==! H=1234.5 I=123456789012 J=TRUE]",
			"3h[A=A-2 B=山﨑\n次郎 C=060-0001 D=090-1234-5678 E=2013/4/30 F=01:02:03 H=0.3 " +
				"I=4.111111111111111E+15 J=FALSE]"},
		"exceljs.xlsx": {"2[A=000-0007 B=山田太郎 C=2010-01-02 03:04:05 D==14 E=#N/A]", "4[A=8 B=x]"},
		"sheetjs.xlsx": {"2[A=0012 B=齋藤 C=2020-02-29]", "3[A=12 B=x C=TRUE]"},
	} {
		file, err := os.ReadFile("testdata/" + name)
		if err != nil {
			t.Fatal(err)
		}
		got, err := rows(file)
		if err != nil || len(got) == 0 || !slices.Equal(got[1:], want) {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
}

func TestAWorkbookThatIsNoneOrDamagedIsSaidToBe(t *testing.T) {
	t.Parallel()
	good := excel(`<row><c t="s"><v>0</v></c></row>`, "", "<si><t>x</t></si>")
	change := func(part, text string) []byte {
		p := parts{}
		for k, v := range good {
			p[k] = v
		}
		p[part] = text
		return p.bytes(t)
	}
	whole := good.bytes(t)
	for name, c := range map[string]struct {
		file []byte
		want string
	}{
		"another archive":        {parts{"a.txt": "x"}.bytes(t), workbook.ErrNoWorkbook.Error()},
		"cut":                    {whole[:len(whole)/2], "workbook is damaged"},
		"a string that is none":  {change("xl/sharedStrings.xml", "<sst/>"), "workbook is damaged"},
		"no end":                 {change("xl/worksheets/sheet1.xml", "<worksheet><sheetData>"), "workbook is damaged"},
		"cells out of order":     {change("xl/worksheets/sheet1.xml", `<sheetData><row><c r="B1"/><c r="C1"><v>1</v></c><c r="A1"/>`), "workbook is damaged"},
		"a column beyond Excel":  {change("xl/worksheets/sheet1.xml", `<sheetData><row><c r="ZZZZZZ1"/>`), "workbook is damaged"},
		"a row beyond Excel":     {change("xl/worksheets/sheet1.xml", `<sheetData><row r="99999999"/>`), "workbook is damaged"},
		"rows out of order":      {change("xl/worksheets/sheet1.xml", `<sheetData><row r="2"/><row r="1"/>`), "workbook is damaged"},
		"binary":                 {change("_rels/.rels", strings.Replace(good["_rels/.rels"], "workbook.xml", "workbook.bin", 1)), workbook.ErrNoWorkbook.Error()},
		"a text without end":     {change("xl/worksheets/sheet1.xml", `<sheetData><row><c t="str"><v>`+strings.Repeat("a", 3<<20)), "workbook has a part that is too large"},
		"a large list of styles": {change("xl/styles.xml", "<styleSheet>"+strings.Repeat(" ", 65<<20)), "workbook has a part that is too large"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := rows(c.file)
			var fault *workbook.Fault
			if err == nil || err.Error() != c.want || !errors.As(err, &fault) && !errors.Is(err,
				workbook.ErrNoWorkbook) {
				t.Errorf("%v", err)
			}
		})
	}
}

func TestARowOfOneLongTextManyTimesIsCutOff(t *testing.T) {
	t.Parallel()
	cells := strings.Repeat(`<c t="s"><v>0</v></c>`, 5000)
	got, err := rows(excel("<row>"+cells+"</row>", "", "<si><t>"+strings.Repeat("a", 500_000)+"</t></si>").bytes(t))
	if err != nil || len(got[0]) > 3<<20 {
		t.Errorf("%d bytes, %v", len(got[0]), err)
	}
}

// failing is a disk that fails after some bytes.
type failing struct {
	io.ReaderAt
	from int64
}

var errDisk = errors.New("disk")

func (f *failing) ReadAt(p []byte, off int64) (int, error) {
	if off < f.from {
		return 0, errDisk
	}
	return f.ReaderAt.ReadAt(p, off)
}

func TestAnErrorOfReadingIsNotTheWorkbooksFault(t *testing.T) {
	t.Parallel()
	file := excel("<row/>", "", "").bytes(t)
	_, err := workbook.Open(&failing{bytes.NewReader(file), int64(len(file)) / 2}, int64(len(file)))
	if !errors.Is(err, errDisk) {
		t.Error(err)
	}
}

// FuzzSheet asks that no sheet, styles or strings make it panic, or a row out of order.
func FuzzSheet(f *testing.F) {
	f.Add(`<row r="1"><c r="A1" t="s"><v>0</v></c></row>`, `<cellXfs><xf numFmtId="14"/></cellXfs>`, "<si><t>x</t></si>")
	f.Add(`<row><c t="inlineStr"><is><t>a_x0041_</t></is></c><c s="0"><v>-1e300</v></c></row>`,
		`<numFmts><numFmt numFmtId="1" formatCode="[&lt;=9]0\&quot;;"/></numFmts><cellXfs><xf numFmtId="1"/></cellXfs>`, "")
	f.Fuzz(func(t *testing.T, text, styles, texts string) {
		_, err := rows(excel(text, styles, texts).bytes(t))
		var fault *workbook.Fault
		if err != nil && !errors.As(err, &fault) && !errors.Is(err, workbook.ErrNoWorkbook) {
			t.Fatal(err)
		}
	})
}
