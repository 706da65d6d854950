package table

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
)

// sheet is one of a workbook for tests, in Excel's XML.
type sheet struct{ name, state, rows string }

func book(t testing.TB, sheets ...sheet) string {
	t.Helper()
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	put := func(name, text string) {
		f, err := w.Create(name)
		if err == nil {
			_, err = io.WriteString(f, text)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	list, relations := "", ""
	for i, s := range sheets {
		list += fmt.Sprintf(`<sheet name=%q state=%q sheetId="%d" r:id="r%d"/>`, s.name, s.state, i+7, i)
		relations += fmt.Sprintf(`<Relationship Id="r%d" Type="x/worksheet" Target="sheet%d.xml"/>`, i, i)
		put(fmt.Sprintf("xl/sheet%d.xml", i), "<worksheet><sheetData>"+s.rows+"</sheetData></worksheet>")
	}
	put("_rels/.rels", `<R><Relationship Id="r" Type="x/officeDocument" Target="xl/workbook.xml"/></R>`)
	put("xl/_rels/workbook.xml.rels", "<R>"+relations+"</R>")
	put("xl/workbook.xml", `<workbook xmlns:r="x"><sheets>`+list+"</sheets></workbook>")
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// row is one of texts, in Excel's XML; = begins a formula's value.
func row(cells ...string) string {
	text := ""
	for _, c := range cells {
		formula := ""
		if value, ok := strings.CutPrefix(c, "="); ok {
			formula, c = "<f>A1</f>", value
		}
		text += `<c t="str">` + formula + "<v>" + c + "</v></c>"
	}
	return "<row>" + text + "</row>"
}

// seekable is a file in memory that can be read at any place, as one on a disk can.
func seekable(text string) File {
	f := memory(text)
	f.Open = func() (io.ReadCloser, error) { return &seekableFile{strings.NewReader(text)}, nil }
	return f
}

type seekableFile struct{ *strings.Reader }

func (s *seekableFile) Close() error { return nil }

func TestAWorkbookIsReadLikeAnyOtherTable(t *testing.T) {
	t.Parallel()
	text := book(t, sheet{"空", "", ""}, sheet{"秘", "hidden", row("no")}, sheet{"名簿", "",
		"<row/>" + row("会員番号", " 氏名 ", "計") + row("1", "髙橋") + row("", "", "") + row("2", "x", "=3", "4")})
	for name, f := range map[string]File{"on disk": seekable(text), "in memory": memory(text)} {
		table := open(t, f)
		rows, p := rowsOf(t, table)
		if want := []string{"3|1|髙橋|", "5|2|x|3|4"}; !slices.Equal(rows, want) || p.Records != 2 || p.Blanks != 2 {
			t.Errorf("%s: %q, %+v", name, rows, p)
		}
		if p.Formulas != (Sighting{1, 5, 2}) || p.Digest>>32 != uint64(len(text)) {
			t.Errorf("%s: %+v", name, p)
		}
		if !slices.Equal(table.Header, []string{"会員番号", "氏名", "計"}) || table.HeaderLine != 2 ||
			table.Found.String() != `XLSX, sheet "名簿"` {
			t.Errorf("%s: %+v", name, table)
		}
	}
}

func TestASheetIsNamedWhereThereAreSeveral(t *testing.T) {
	t.Parallel()
	f := seekable(book(t, sheet{"a", "", row("x")}, sheet{"b", "", row("y")}, sheet{"c", "hidden", row("z")}))
	if p := problem(t, f); p.What != "workbook has 2 sheets" || p.Do != `set sheet: to one of "a", "b", "c"` {
		t.Errorf("%+v", p)
	}
	for _, f.Sheet = range []string{"b", "c"} {
		if got := open(t, f).Found.Sheet; got != f.Sheet {
			t.Errorf("got %q", got)
		}
	}
	f.Sheet = "d"
	if p := problem(t, f); p.What != `workbook has no sheet "d"` {
		t.Errorf("%+v", p)
	}
}

func TestAWorkbookThatIsNotWhatWasSaidIsRefused(t *testing.T) {
	t.Parallel()
	good := book(t, sheet{"a", "", row("x")})
	for name, c := range map[string]struct{ text, format, want string }{
		"compressed again": {gzipped(t, good), "", "workbook is compressed twice"},
		"declared CSV":     {good, CSV, "file is a ZIP archive or an Excel workbook"},
		"CSV after all":    {"a,b\n", XLSX, "file is no .xlsx workbook"},
		"truncated":        {good[:len(good)-30], "", "workbook is damaged"},
		"nothing in it":    {book(t, sheet{"a", "", "<row/>"}), "", "workbook has no visible sheet with anything in it"},
		"another archive":  {strings.ReplaceAll(good, "_rels/.rels", "_rels/.self"), "", "file is a ZIP archive and no Excel workbook"},
	} {
		t.Run(name, func(t *testing.T) {
			f := seekable(c.text)
			f.Format = c.format
			if p := problem(t, f); p.What != c.want {
				t.Errorf("%+v", p)
			}
		})
	}
}

func TestListsAreReadFromWorkbooksToo(t *testing.T) {
	t.Parallel()
	var lines []string
	err := ReadTable(strings.NewReader(book(t, sheet{"a", "", row("7", " x ") + row("8")})), "", func(l Line) error {
		lines = append(lines, fmt.Sprintf("%d|%s|%s", l.Number, strings.Join(l.Cells, "|"), l.Fault))
		return nil
	})
	if want := []string{"1|7|x|", "2|8|"}; err != nil || len(lines) != 2 || lines[0] != want[0] || lines[1] != "2|8|" {
		t.Errorf("%q, %v", lines, err)
	}
}

func TestFormulasAndHiddenRowsAreNoted(t *testing.T) {
	t.Parallel()
	table := open(t, seekable(book(t, sheet{"a", "", row("x") + row("=1") +
		strings.Replace(row("=2"), "<row>", `<row hidden="1">`, 1)})))
	_, p := rowsOf(t, table)
	notes := table.Notes(p)
	if len(notes) != 2 || notes[0].What != "cells that are formulas: 2, the first in cell 1" || notes[0].Line != 2 ||
		notes[1].What != "hidden rows, read like the others: 1" || notes[1].Line != 3 || !notes[0].Warning {
		t.Errorf("%+v", notes)
	}
}
