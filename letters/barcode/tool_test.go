package barcode

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// tool runs a program of a Debian package and returns its output. A missing one skips the test, but not
// under CI.
func tool(t testing.TB, pkg, name string, args ...string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil && os.Getenv("CI") == "true" {
		t.Fatalf("%s (%s) is missing", name, pkg)
	}
	if err != nil {
		t.Skipf("%s (%s) is not installed", name, pkg)
	}
	var stdout, stderr bytes.Buffer
	cmd := exec.Command(path, args...)
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		t.Fatalf("%s %v: %v\n%s", name, args, err, &stderr)
	}
	return stdout.String()
}

// zint returns the rows of a symbol that zint makes, a character a cell.
func zint(t testing.TB, width int, args ...string) []string {
	t.Helper()
	var rows []string
	for line := range strings.Lines(tool(t, "zint", "zint", append(args, "--dump")...)) {
		var row strings.Builder
		for _, c := range strings.ReplaceAll(strings.TrimSpace(line), " ", "") {
			var v int
			if _, err := fmt.Sscanf(string(c), "%X", &v); err != nil {
				t.Fatalf("zint's %q: %v", line, err)
			}
			fmt.Fprintf(&row, "%04b", v)
		}
		rows = append(rows, row.String()[:min(width, row.Len())])
	}
	return rows
}

func rowsOf(m Matrix) []string {
	var rows []string
	for y := range m.Size() {
		row := make([]byte, m.Size())
		for x := range row {
			row[x] = '0'
			if m.Dark(x, y) {
				row[x] = '1'
			}
		}
		rows = append(rows, string(row))
	}
	return rows
}

func rowsOfMask(m Mask) []string {
	var rows []string
	stride := (m.Width + 7) / 8
	for y := range m.Height {
		row := make([]byte, m.Width)
		for x := range row {
			row[x] = '1' - m.Bits[y*stride+x/8]>>(7-x%8)&1
		}
		rows = append(rows, string(row))
	}
	return rows
}

// page writes a PDF of one page with a content stream.
func page(t testing.TB, width, height float64, content []byte) string {
	t.Helper()
	var b bytes.Buffer
	var at []int
	object := func(format string, args ...any) {
		at = append(at, b.Len())
		fmt.Fprintf(&b, "%d 0 obj\n"+format+"\nendobj\n", append([]any{len(at)}, args...)...)
	}
	b.WriteString("%PDF-1.4\n")
	object("<</Type/Catalog/Pages 2 0 R>>")
	object("<</Type/Pages/Kids[3 0 R]/Count 1>>")
	object("<</Type/Page/Parent 2 0 R/MediaBox[0 0 %g %g]/Resources<<>>/Contents 4 0 R>>", width, height)
	object("<</Length %d>>stream\n%s\nendstream", len(content), content)
	xref := b.Len()
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n", len(at)+1)
	for _, offset := range at {
		fmt.Fprintf(&b, "%010d 00000 n \n", offset)
	}
	fmt.Fprintf(&b, "trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n", len(at)+1, xref)
	file := filepath.Join(t.TempDir(), "page.pdf")
	if err := os.WriteFile(file, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// picture renders a page as a printer of that many dots an inch would, in grey, and returns the file.
func picture(t testing.TB, pdf string, dpi int) string {
	t.Helper()
	base := strings.TrimSuffix(pdf, ".pdf")
	tool(t, "poppler-utils", "pdftoppm", "-r", fmt.Sprint(dpi), "-png", "-gray", "-singlefile", pdf, base)
	return base + ".png"
}
