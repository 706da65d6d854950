package letters

import (
	"crypto/sha256"
	_ "embed" // the fonts
	"encoding/hex"
	"fmt"
	"os"
	"slices"
	"sync"
)

// Use is what a font of a set is for.
type Use uint8

const (
	Serif Use = iota // body: mincho, song, Latin serif
	Sans             // headings and emphasis: gothic, hei, Latin sans
	Own              // named by the campaign: asked before all others
	Spare            // found on this machine: asked after all others
)

// Font is a TrueType font of a set. Open is called when a character first needs the font, from
// whatever goroutine lays it out, and again for the next one where it failed. The bytes are shared
// and are never changed.
type Font struct {
	Name   string // unique in its set, such as NotoSerifJP-Regular
	Lang   string // whose forms it draws: ja, ko, zh-Hans or zh-Hant; empty: the Latin script's
	Use    Use
	SHA256 [sha256.Size]byte
	Open   func() ([]byte, error)
}

// Fonts is a set of fonts. The order of Own fonts is that in which they are asked; of the others,
// see NewPress.
type Fonts []Font

// The fonts stay in the program's file until a page of them is needed: an embedded file system would
// copy them.
var (
	//go:embed fonts/NotoSerifJP-Regular.ttf
	notoSerifJP []byte
	//go:embed fonts/NotoSansJP-Regular.ttf
	notoSansJP []byte
	//go:embed fonts/NotoSerif-Regular.ttf
	notoSerif []byte
	//go:embed fonts/NotoSans-Regular.ttf
	notoSans []byte
	//go:embed fonts/NotoSerifTC-Regular.ttf
	notoSerifTC []byte
	//go:embed fonts/NotoSansTC-Regular.ttf
	notoSansTC []byte
	//go:embed fonts/NotoSerifSC-Regular.ttf
	notoSerifSC []byte
	//go:embed fonts/NotoSansSC-Regular.ttf
	notoSansSC []byte
	//go:embed fonts/NotoSansKR-Regular.ttf
	notoSansKR []byte
	//go:embed fonts/NotoSansMath-Regular.ttf
	notoSansMath []byte
)

// shipped are the fonts that come with the program, all under the SIL Open Font License 1.1. The
// README beside them says where they are from.
var shipped = []struct {
	name, lang string
	use        Use
	data       []byte
	sum        string
}{
	{"NotoSerifJP-Regular", "ja", Serif, notoSerifJP,
		"5a04846a0e23acefae825f2f459205036a166f5a63462019ce3492d07bd20e92"},
	{"NotoSansJP-Regular", "ja", Sans, notoSansJP,
		"d930d5d52d15231c283089760f84584272ad5e37e14607ba0d19c798e7a9caec"},
	{"NotoSerif-Regular", "", Serif, notoSerif,
		"a7e8ea1ab7e7d368b001c892d6148325fffc849a46e030e55e1bdc597bbe939d"},
	{"NotoSans-Regular", "", Sans, notoSans,
		"fe8c022f48d8dd29f17b744d16f9346f4357e16f7d4f7be58b000ae7c291b614"},
	{"NotoSerifTC-Regular", "zh-Hant", Serif, notoSerifTC,
		"b0acf9799d5dc656cdeff077d36b2ee9032b762e05b3f8a7b76c81dee4eec08c"},
	{"NotoSansTC-Regular", "zh-Hant", Sans, notoSansTC,
		"add35d53f70727657b4509531677c4e3712b67df3d54661efdee5d3a0c16d954"},
	{"NotoSerifSC-Regular", "zh-Hans", Serif, notoSerifSC,
		"c358a69de3df5f423a8946a7b03e3126fb6ba116f1130a463455b4e39e1f0742"},
	{"NotoSansSC-Regular", "zh-Hans", Sans, notoSansSC,
		"d45f67f0a7c0ca3f256950777ce6a61cc7ce5f9696d02900cbbaac25f8aa7d16"},
	{"NotoSansKR-Regular", "ko", Sans, notoSansKR, // Korean business letters are set in it throughout
		"8cbc9b353bb9ce848fd69bb6a507319dfacc659cf5fd643db5d88f3c4970e1dd"},
	{"NotoSansMath-Regular", "symbols", Sans, notoSansMath, // ≒, ∼ and ◈, which the others lack
		"b4a1dfdbfa13b4755e5eac20cb25c1d17ed5a745ceb89639595e8cf45a2b1e07"},
}

// Embedded returns the fonts that come with the program.
func Embedded() Fonts {
	fonts := make(Fonts, len(shipped))
	for i, x := range shipped {
		fonts[i] = Font{Name: x.name, Lang: x.lang, Use: x.use, Open: func() ([]byte, error) {
			return x.data, nil
		}}
		if n, err := hex.Decode(fonts[i].SHA256[:], []byte(x.sum)); n != sha256.Size || err != nil {
			panic("letters: the table of fonts has a bad sum")
		}
	}
	return fonts
}

// For returns the fonts that letters in some languages are made of: theirs, those of the Latin
// script and the campaign's own. The others of the set stand in for names of other languages.
func (f Fonts) For(locales ...string) Fonts {
	want := map[string]bool{"": true}
	for _, l := range locales {
		want[styleOf(l)] = true
	}
	var out Fonts
	for _, x := range f {
		if x.Use == Own || x.Use != Spare && want[x.Lang] {
			out = append(out, x)
		}
	}
	return out
}

// Find returns the font of a set with a SHA-256.
func (f Fonts) Find(sum [sha256.Size]byte) (Font, bool) {
	i := slices.IndexFunc(f, func(x Font) bool { return x.SHA256 == sum })
	if i < 0 {
		return Font{}, false
	}
	return f[i], true
}

// OwnFont makes a font that a campaign brings along. It must have TrueType outlines (not CFF), stand
// alone (no collection) and be allowed to be embedded.
func OwnFont(name string, data []byte) (Font, error) {
	if _, err := parseFace(name, data); err != nil {
		return Font{}, fmt.Errorf("read font %q: %w", name, err)
	}
	return Font{Name: name, Use: Own, SHA256: sha256.Sum256(data),
		Open: func() ([]byte, error) { return data, nil }}, nil
}

// systemFonts are where distributions put IPAmj Mincho, which has the variants of the Japanese
// registers of persons. Its licence lets nobody ship it changed, and it is large: we look for it.
var systemFonts = []string{
	"/usr/share/fonts/truetype/ipamj/ipamjm.ttf", // Debian and its kin
	"/usr/share/fonts/ipa-mj/ipamjm.ttf",
	"/usr/local/share/fonts/ipamjm.ttf",
	"/Library/Fonts/ipamjm.ttf",
	`C:\Windows\Fonts\ipamjm.ttf`,
}

// System returns the fonts for rare names that are installed on this machine: IPAmj Mincho where one
// of the usual places, or of those given, has it.
func System(paths ...string) Fonts {
	for _, path := range append(paths, systemFonts...) {
		if info, err := os.Stat(path); err == nil && info.Mode().IsRegular() {
			return Fonts{{Name: "IPAmjMincho", Lang: "ja", Use: Spare,
				Open: sync.OnceValues(func() ([]byte, error) { return os.ReadFile(path) })}}
		}
	}
	return nil
}
