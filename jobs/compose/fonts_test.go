package compose

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"oshirase/config/campaign"
	"oshirase/letters"
)

// withFonts is the campaign's folder on disk with files of its own for fonts.
func withFonts(t *testing.T, letter string, fonts map[string][]byte) *campaign.Folder {
	t.Helper()
	dir := t.TempDir()
	f := files()
	replace("  letter: {when: always}\n", "  letter: "+letter+"\n")(f)
	for name, content := range fonts {
		f[name] = content
	}
	for name, content := range f {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	folder, _, err := campaign.Load(dir, time.Date(2013, 9, 2, 0, 0, 0, 0, time.UTC))
	if err != nil {
		t.Fatal(err)
	}
	return folder
}

// house is a font that no program has embedded.
func house(t *testing.T) []byte {
	t.Helper()
	i := slices.IndexFunc(letters.Embedded(), func(f letters.Font) bool { return f.Lang == "zh-Hant" })
	content, err := letters.Embedded()[i].Open()
	if err != nil {
		t.Fatal(err)
	}
	return append(slices.Clone(content), 0)
}

func TestTheCampaignsOwnFontsArePromised(t *testing.T) {
	t.Parallel()
	folder := withFonts(t, "{when: always, fonts: [fonts/house.ttf]}",
		map[string][]byte{"fonts/house.ttf": house(t)})
	b, problems := New(folder, letters.Embedded())
	if b == nil {
		t.Fatal(problems)
	}
	plain, _ := New(withFonts(t, "{when: always}", nil), letters.Embedded())
	packed, fonts, err := b.Snapshot()
	if err != nil {
		t.Fatal(err)
	}
	asked := 0
	after, err := FromSnapshot(packed, func(sum [32]byte) ([]byte, error) { asked++; return fonts[sum], nil })
	if err != nil || after.Digest() != b.Digest() {
		t.Fatalf("another digest, or %v", err)
	}
	_, one, err1 := b.Typeset(taro())
	_, two, err2 := after.Typeset(taro())
	_, three, err3 := plain.Typeset(taro())
	if err := errors.Join(err1, err2, err3); err != nil {
		t.Fatal(err)
	}
	if one != two || asked != 1 {
		t.Errorf("%v and %v, with %d fonts fetched", one, two, asked)
	}
	if one.Digest == three.Digest {
		t.Error("the font makes no difference")
	}
}

func TestFontsThatCannotBeUsedAreProblems(t *testing.T) {
	t.Parallel()
	folder := withFonts(t, "{when: always, fonts: [no.ttf, text.ttf, ../out.ttf]}",
		map[string][]byte{"text.ttf": []byte("this is no font")})
	b, problems := New(folder, letters.Embedded())
	if b != nil || len(problems) != 3 {
		t.Fatalf("%d problems: %v", len(problems), problems)
	}
	for i, file := range []string{"no.ttf", "text.ttf", "../out.ttf"} {
		if problems[i].File != file || problems[i].Do == "" || strings.Contains(problems[i].What, folder.Dir) {
			t.Errorf("%v", problems[i])
		}
	}
}

func TestAVariantIsPrintedInItsBaseFormWhereTheCampaignSaysSo(t *testing.T) {
	t.Parallel()
	c := taro()
	c.Person.Name = "渡\u9089\U000E01EF"
	strict := book(t)
	_, _, err := strict.Typeset(c)
	expect(t, reasonOf(t, err), []string{"U+9089 U+E01EF"}, nil)
	lenient := book(t, replace("{when: always}", "{when: always, variants: base}"))
	if _, set, err := lenient.Typeset(c); err != nil || set.BaseForms != "U+9089 U+E01EF" {
		t.Errorf("%q, %v", set.BaseForms, err)
	}
}

func TestLettersAreSetInTheCampaignsSize(t *testing.T) {
	t.Parallel()
	_, usual, err := book(t).Typeset(taro())
	if err != nil {
		t.Fatal(err)
	}
	for size, same := range map[string]bool{"10.5": true, "14": false} {
		b := book(t, replace("{when: always}", "{when: always, size: "+size+"}"))
		_, set, err := b.Typeset(taro())
		if err != nil {
			t.Fatal(err)
		}
		if (set.Digest == usual.Digest) != same {
			t.Errorf("in %s points the letter is the usual one: %v, want %v", size, !same, same)
		}
	}
}
