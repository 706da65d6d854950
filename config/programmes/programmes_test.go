package programmes_test

import (
	"errors"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"oshirase/config/campaign"
	"oshirase/config/programmes"
)

const sample = "telecomsquare"

// write writes all of the sample in one revision.
func write(t *testing.T, scale float64) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "new", "sample")
	if err := programmes.WriteWhole(t.Context(), dir, scale, false); err != nil {
		t.Fatal(err)
	}
	return dir
}

// contents gives every file of a folder by its name.
func contents(t *testing.T, dir string) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := os.ReadFile(path)
		name, _ := filepath.Rel(dir, path)
		files[name] = string(content)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func TestTheSampleHasTheSizeOfTheRealProgramme(t *testing.T) {
	t.Parallel()
	c, err := programmes.TelecomSquare(1)
	if err != nil {
		t.Fatal(err)
	}
	if c.People != 97_438 || c.APA != 6_441 || c.WebB != 90_997 || len(c.Companies) != 12 {
		t.Errorf("got %+v", c)
	}
}

func TestTheSampleIsCheckCleanAtEveryScale(t *testing.T) {
	t.Parallel()
	for _, scale := range []float64{1e-9, 0.001, 0.0123, 0.1} {
		f, problems, err := campaign.Load(write(t, scale), time.Now())
		if err != nil {
			t.Fatal(err)
		}
		// The companies of 10 and 11 September come before the day of the programme, as they did.
		if len(problems) != 1 || !problems[0].Warning ||
			!strings.HasPrefix(problems[0].What, "2 of 12 batches have a start before") {
			t.Errorf("scale %v: got %v", scale, problems)
		}
		if n, b := len(f.Notices), len(f.Manifest.Batches.List); n != 4 || b != 12 {
			t.Errorf("scale %v: %d notices, %d batches", scale, n, b)
		}
	}
}

func TestTheSameNameAndScaleGiveTheSameBytes(t *testing.T) {
	t.Parallel()
	for _, name := range []string{sample, "jal"} {
		var samples [2]map[string]string
		for i := range samples {
			dir := t.TempDir()
			if err := programmes.Write(t.Context(), name, dir, 0.01); err != nil {
				t.Fatal(err)
			}
			samples[i] = contents(t, dir)
		}
		if !reflect.DeepEqual(samples[0], samples[1]) {
			t.Errorf("two samples of %s of one scale differ", name)
		}
	}
}

func TestNothingIsWrittenWhereSomethingIs(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "mine"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := programmes.Write(t.Context(), sample, dir, 0.001); !errors.Is(err, programmes.ErrNotEmpty) {
		t.Errorf("got %v", err)
	}
	if err := programmes.Write(t.Context(), sample, filepath.Join(dir, "mine"), 0.001); err == nil {
		t.Error("wrote over a file")
	}
	if got := contents(t, dir); len(got) != 1 {
		t.Errorf("the folder holds %d files", len(got))
	}
}

func TestAnEmptyFolderIsFilledAndStaysTheSameFolder(t *testing.T) {
	t.Parallel()
	parent := t.TempDir()
	dir := filepath.Join(parent, "empty")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	before, err := os.Stat(dir)
	if err != nil {
		t.Fatal(err)
	}
	if err := programmes.Write(t.Context(), sample, dir, 0.001); err != nil {
		t.Fatal(err)
	}
	if after, err := os.Stat(dir); err != nil || !os.SameFile(before, after) {
		t.Errorf("another folder took its place, %v", err)
	}
	if got := contents(t, dir); len(got) != 26 {
		t.Errorf("the folder holds %d files", len(got))
	}
	if left, err := os.ReadDir(parent); err != nil || len(left) != 1 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

func TestWhatCannotBeWrittenLeavesNothing(t *testing.T) {
	t.Parallel()
	for name, scale := range map[string]float64{sample: 0, "nothing": 1} {
		dir := filepath.Join(t.TempDir(), "sample")
		if err := programmes.Write(t.Context(), name, dir, scale); err == nil {
			t.Errorf("wrote %s at scale %v", name, scale)
		}
		if _, err := os.Stat(dir); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s is there: %v", dir, err)
		}
	}
}

func TestAnUnknownSampleIsAnsweredWithTheNames(t *testing.T) {
	t.Parallel()
	err := programmes.Write(t.Context(), "telecom", t.TempDir(), 1)
	if err == nil || err.Error() != `unknown sample "telecom": there is telecomsquare, jtb, cathay, delta, jal` {
		t.Errorf("got %v", err)
	}
	for _, name := range programmes.Names() {
		for _, scale := range []float64{0, -1, math.NaN(), math.Inf(1), 2 * programmes.MaxScale(name)} {
			if err := programmes.Write(t.Context(), name, t.TempDir(), scale); err == nil {
				t.Errorf("%s: scale %v is taken", name, scale)
			}
		}
	}
}
