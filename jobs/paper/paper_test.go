package paper_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/csv"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"oshirase/jobs/ledger"
	"oshirase/jobs/paper"
	"oshirase/letters/reading"
)

// manifest reads the rows of letters of a manifest, and its totals.
func (s *shop) manifest(f ledger.PrintFile) (rows [][]string, total []string) {
	s.t.Helper()
	all, err := csv.NewReader(bytes.NewReader(s.read(f, ".csv"))).ReadAll()
	s.must(err)
	return all[1 : len(all)-1], all[len(all)-1]
}

func (s *shop) verify(f ledger.PrintFile) []paper.Finding {
	s.t.Helper()
	v, err := paper.Verify(context.Background(), s.l, s.path(f, ".pdf"))
	s.must(err)
	return v.Findings
}

// counted checks that every letter is in exactly one file, by what the manifests say and by what stands on
// the pages.
func (s *shop) counted(n int) {
	s.t.Helper()
	files, err := s.l.PrintFiles(context.Background(), campaign)
	s.must(err)
	told, printed := map[string]int{}, map[string]int{}
	for _, f := range files {
		if found := s.verify(f); len(found) > 0 {
			s.t.Errorf("%s: %v", f.Name, found)
		}
		rows, _ := s.manifest(f)
		for _, r := range rows {
			told[r[1]]++
		}
		pages, err := reading.Pages(s.read(f, ".pdf"))
		s.must(err)
		last := ""
		for _, p := range pages {
			if p.Pieces[0] != last {
				last = p.Pieces[0]
				printed[last]++
			}
		}
	}
	if len(told) != n || len(printed) != n {
		s.t.Errorf("%d letters in manifests, %d on pages, want %d", len(told), len(printed), n)
	}
	for piece, times := range printed {
		if times != 1 || told[piece] != 1 {
			s.t.Errorf("piece %s is printed %d times and told %d times", piece, times, told[piece])
		}
	}
}

func TestEightWorkersBindEveryLetterOnce(t *testing.T) {
	t.Parallel()
	s := newShop(t, 330, ", mark: datamatrix, pieces: 30")
	files := s.bind(8)
	if len(files) != 11 || files[0].Name != "bench-001-01" {
		t.Fatalf("%d files, the first %q", len(files), files[0].Name)
	}
	s.counted(330)
	if again := s.bind(8); len(again) != 0 {
		t.Errorf("%d files of nothing", len(again))
	}
	for _, f := range files {
		for _, part := range paper.Parts(f.Name) {
			info, err := os.Stat(filepath.Join(s.dir, "print", part))
			s.must(err)
			if info.Mode().Perm() != 0o600 {
				t.Errorf("%s can be read by others: %v", part, info.Mode())
			}
		}
	}
	kept, err := s.l.PersonalFiles(context.Background(), campaign)
	s.must(err)
	if len(kept) != len(files)*len(paper.Parts("")) || !filepath.IsAbs(kept[0].Path) {
		t.Errorf("%d files are noted for purge: %q", len(kept), kept)
	}
}

func TestTheManifestSaysWhatIsInTheFile(t *testing.T) {
	t.Parallel()
	s := newShop(t, 12, ", mark: datamatrix, customer_barcode: true")
	f := s.bind(1)[0]
	rows, total := s.manifest(f)
	page := 1
	for i, r := range rows {
		if r[0] != strconv.Itoa(i+1) || r[2] != strconv.Itoa(page) || r[9] == "" && r[8] == "" {
			t.Errorf("row %d: %q", i+1, r)
		}
		if want := fmt.Sprintf("2%06d%05d01%02s%s", f.Number(), i+1, r[4], "000"); !strings.HasPrefix(r[7], want) {
			t.Errorf("row %d: mark %q, want %q…", i+1, r[7], want)
		}
		to, err := strconv.Atoi(r[3])
		s.must(err)
		page = to + 1
	}
	sum := fmt.Sprintf("%x", sha256.Sum256(s.read(f, ".pdf")))
	want := []string{"total", "12", "1", strconv.Itoa(page - 1), strconv.Itoa(page - 1), "", "", "", "", "", sum}
	if !slices.Equal(total, want) {
		t.Errorf("totals %q, want %q", total, want)
	}
	sums := string(s.read(f, ".sha256"))
	if !strings.HasPrefix(sums, sum+"  "+f.Name+".pdf\n") || strings.Count(sums, "\n") != 4 {
		t.Errorf("sums:\n%s", sums)
	}
	index, err := csv.NewReader(bytes.NewReader(s.read(f, ".index.csv"))).ReadAll()
	s.must(err)
	if len(index) != 13 || index[1][1] != rows[0][1] || index[1][3] == "" {
		t.Errorf("index %q", index[:2])
	}
	for _, part := range []string{".csv", ".index.csv", ".sha256"} {
		if strings.Contains(string(s.read(f, part)), "花子") {
			t.Errorf("a name is in %s", part)
		}
	}
}

func TestPrintFilesAreSortedByPostcodeAndSheets(t *testing.T) {
	t.Parallel()
	s := newShop(t, 40, ", sort: postcode, group: sheets, pieces: 15")
	files := s.bind(2)
	if len(files) != 3 || files[0].Name != "bench-all-01" || !files[0].Mixed {
		t.Fatalf("%d files, the first %+v", len(files), files[0])
	}
	last := ""
	for _, f := range files {
		rows, _ := s.manifest(f)
		for _, r := range rows {
			if at := r[4] + " " + r[5]; at < last {
				t.Errorf("%s stands after %s", at, last)
			} else {
				last = at
			}
		}
	}
	s.counted(40)
}

// tampered is a print file that somebody has changed, and what is found.
func TestAChangedPrintFileIsNamedPageByPage(t *testing.T) {
	t.Parallel()
	s := newShop(t, 12, ", mark: datamatrix")
	f := s.bind(1)[0]
	if found := s.verify(f); len(found) > 0 {
		t.Fatal(found)
	}
	whole := s.read(f, ".pdf")
	rows, _ := s.manifest(f)
	page := func(i int) string { return fmt.Sprintf("page %s, piece %s: ", rows[i][2], rows[i][1]) }
	object := func(i int) string { return fmt.Sprintf("/Contents %d 0 R", 4+2*i) }
	swapped := strings.NewReplacer(object(0)+">>", object(1)+">>", object(1)+">>", object(0)+">>")
	second := string(utf16Of(rows[1][1]))
	for name, c := range map[string]struct {
		pdf  []byte
		want []string
	}{
		"another number": {bytes.Replace(whole, []byte(second), utf16Of("0000000019-0"), 1),
			[]string{page(1) + "the page bears another number or none"}},
		"swapped": {[]byte(swapped.Replace(string(whole))), []string{"the page in its place was page"}},
		"cut off": {whole[:len(whole)/60], []string{"the file is cut off", "is missing"}},
		"shared text": {bytes.Replace(whole, []byte("/BBox [0.00"), []byte("/BBox [9.00"), 1),
			[]string{"every page's own drawing is as it was"}},
		"no print file": {[]byte("%PDF-1.7\n"), []string{"not a print file"}},
		"nothing":       {nil, []string{"not a print file"}},
	} {
		s.must(os.WriteFile(s.path(f, ".pdf"), c.pdf, 0o600))
		found := s.verify(f)
		if !strings.Contains(fmt.Sprint(found), "SHA-256") {
			t.Errorf("%s: the file is taken for the one that was bound: %v", name, found)
		}
		for _, want := range c.want {
			if !strings.Contains(fmt.Sprint(found), want) {
				t.Errorf("%s: %v does not say %q", name, found, want)
			}
		}
	}
	s.must(os.WriteFile(s.path(f, ".pdf"), whole, 0o600))
	manifest := s.read(f, ".csv")
	s.must(os.WriteFile(s.path(f, ".csv"), bytes.Replace(manifest, []byte(rows[2][1]), []byte(rows[3][1]), 1), 0o600))
	if found := s.verify(f); len(found) != 1 || found[0].Piece != rows[2][1] {
		t.Errorf("a changed manifest: %v", found)
	}
}

// utf16Of is text as a page has it.
func utf16Of(text string) []byte {
	var b []byte
	for _, c := range []byte(text) {
		b = append(b, 0, c)
	}
	return b
}

func TestALetterIsPrintedAgainOrNotAtAll(t *testing.T) {
	t.Parallel()
	s := newShop(t, 4, ", mark: qr")
	ctx := context.Background()
	if _, err := paper.Again(ctx, s.l, s.offices, campaign, 1, io.Discard); err != paper.ErrNotBound {
		t.Errorf("a letter that is not there: %v", err)
	}
	f := s.bind(1)[0]
	pieces, err := s.l.Pieces(ctx, f.ID)
	s.must(err)
	whole, err := reading.Pages(s.read(f, ".pdf"))
	s.must(err)
	var again bytes.Buffer
	_, err = paper.Again(ctx, s.l, s.offices, campaign, pieces[2].Delivery, &again)
	s.must(err)
	pages, err := reading.Pages(again.Bytes())
	s.must(err)
	if len(pages) != pieces[2].Pages {
		t.Fatalf("%d pages, want %d", len(pages), pieces[2].Pages)
	}
	for i, p := range pages {
		was := whole[pieces[2].PageFrom-1+i]
		if !slices.Equal(p.Pieces, was.Pieces) || !bytes.Equal(p.Symbols[0].Bits, was.Symbols[0].Bits) {
			t.Errorf("sheet %d is %q, was %q", i+1, p.Pieces, was.Pieces)
		}
	}
}
