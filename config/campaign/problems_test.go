package campaign

import (
	"flag"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the golden files anew")

// broken is a folder with something wrong. What is said about it stands in testdata under the
// name.
type broken struct {
	name  string
	files map[string]string
}

// check compares what Load says about each folder with the golden file of the group.
func check(t *testing.T, group string, tests []broken) {
	t.Helper()
	var got strings.Builder
	for _, test := range tests {
		f, problems, err := Load(writeFolder(t, test.files), now)
		if err != nil || f == nil {
			t.Fatalf("%s: folder %v, error %v", test.name, f, err)
		}
		got.WriteString("# " + test.name + "\n")
		for i, p := range problems {
			if i == 5 && len(problems) > 20 {
				got.WriteString("… " + strconv.Itoa(len(problems)-i) + " more\n")
				break
			}
			got.WriteString(show(p) + "\n")
		}
		got.WriteString("\n")
	}
	golden := filepath.Join("testdata", group+".golden")
	if *update {
		if err := os.WriteFile(golden, []byte(got.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	compare(t, got.String(), string(want))
}

// compare names the folder at which two reports part.
func compare(t *testing.T, got, want string) {
	t.Helper()
	g, w := strings.Split(got, "\n"), strings.Split(want, "\n")
	name := ""
	for i := range max(len(g), len(w)) {
		if i < len(g) && i < len(w) && g[i] == w[i] {
			if strings.HasPrefix(g[i], "# ") {
				name = g[i]
			}
			continue
		}
		t.Errorf("%s: got\n%s\nwant\n%s", name, strings.Join(g[i:min(i+3, len(g))], "\n"),
			strings.Join(w[min(i, len(w)):min(i+3, len(w))], "\n"))
		return
	}
}

func show(p Problem) string {
	s := p.String() + " | " + p.Do
	if p.Warning {
		return "warning: " + s
	}
	return s
}

func TestLoadReportsWhatIsNoManifest(t *testing.T) {
	t.Parallel()
	check(t, "manifest", []broken{
		{"no manifest", with(files(t), ManifestFile, "")},
		{"an empty manifest", with(files(t), ManifestFile, "# nothing\n")},
		{"not UTF-8", with(files(t), ManifestFile, "id: a\ntitle: \x8e\x91\n")},
		{"a bracket left open", files(t, "[name, card_number]", "[name, card_number")},
		{"a tab for indentation", with(files(t), ManifestFile, "id: a\ncontact:\n\tphone: 1\n")},
		{"two documents", with(files(t), ManifestFile, good+"---\nid: b\n")},
		{"anchors, aliases and tags", with(files(t), ManifestFile, "id: &x a\ntitle: *x\nhalt: !y\n")},
		{"a list instead of a manifest", with(files(t), ManifestFile, "- a\n")},
		{"nested brackets", with(files(t), ManifestFile, "id: "+strings.Repeat("[", 5_000))},
		{"nested dashes", with(files(t), ManifestFile, strings.Repeat("- ", 5_000))},
		{"a megabyte of keys", with(files(t), ManifestFile, manyKeys())},
		{"a manifest above its limit", with(files(t), ManifestFile, good+strings.Repeat("#\n", 1<<19))},
		{"unknown keys at every depth", files(t, "revision", "revison", "url:", "urll:",
			"type: date", "typ: date", "bounce:", "give_upp: 72h, bounce:")},
		{"a key that is like no other", files(t, "  url:", "  website: x\n  url:")},
		{"a key as long as a file", files(t, "  url:", "  "+strings.Repeat("k", 500_000)+": x\n  url:")},
		{"keys that stand twice", files(t, "  url:", "  phone: 1\n  url:", "halt:", "id: b\nhalt:")},
		{"wrong types", files(t, "revision: 1", "revision: one", "rows: 3", "rows: [3]",
			"elements: [name, card_number]", "elements: name", "  phone: 0120000000", "  phone: true",
			"locales: {default: ja}", "locales: ja", "{ja: 情報流出, en: Data incident}", "[a]")},
		{"wrong values", files(t, "600/m", "fast", "5/s", "0/s", "refused: 10%", "refused: ten",
			"2013-08-01", "2013-02-31", "en: Sample Inc.", "english: Sample Inc.",
			"bounce:", "give_up: 3 days, bounce:")},
		{"an hour without a zone, and in none", files(t, "found: 2013-08-01",
			"told: 2013-08-01 09:00\n  found: 2013-08-01 09:00 Asia/Tokio")},
		{"a control character", files(t, "Data incident", `"a\u0007b"`)},
	})
}

func manyKeys() string {
	var b strings.Builder
	for i := range 50_000 {
		b.WriteString("k" + strconv.Itoa(i) + ": 1\n")
	}
	return b.String()
}

func TestLoadChecksValues(t *testing.T) {
	t.Parallel()
	check(t, "values", []broken{
		{"the head", files(t, "id: ts-2013-09", "id: TS 2013", "revision: 1", "revision: 0",
			"as_of: 2013-09-01", "as_of: tomorrow\ntimezone: Asia/Tokio")},
		{"what is missing", with(files(t), ManifestFile, "title: x\n")},
		{"recipients", files(t, "rows: 3", "rows: -1\n    encoding: shift_jis",
			"name: 氏名, ", "", "server: サーバ", "locale: サーバ\n      Big: {type: dat, layout: x}",
			"segments:", "  - {file: recipients/a.csv, columns: {name: x}}\nsegments:")},
		{"how a table is read", files(t, "rows: 3", "format: excel\n    delimiter: ','\n    rows: 3")},
		{"a sheet of a CSV", files(t, "rows: 3", "format: csv\n    sheet: 名簿\n    rows: 3")},
		{"a TSV with commas", files(t, "rows: 3", "format: tsv\n    delimiter: comma\n    rows: 3")},
		{"the encoding of a workbook", files(t, "rows: 3", "format: xlsx\n    encoding: cp932\n    rows: 3")},
		{"files outside the folder", files(t, "recipients/a.csv", "../a.csv", "file: companies.csv",
			"file: /etc/passwd")},
		{"files that are not there", files(t, "recipients/a.csv", "recipients/b.csv",
			"file: companies.csv", "file: firms.csv")},
		{"identity", files(t, "recipients:", "identity: [[mail], [], [server]]\nidentity_limit: 1\n"+
			"prefer: {newest: server, files: [a.csv]}\nrecipients:")},
		{"no identity", files(t, "recipients:", "identity: []\nrecipients:")},
		{"a segment", files(t, "- id: a", "- id: a", "elements: [name, card_number]",
			"elements: [name, Card-No, name]\n    certainty: sure", "notice: first", "notice: frist")},
		{"exclusions and elements by rules", files(t, "elements: [name, card_number]",
			"unless: {Wallet: x, no-element: y, app: }\n    elements: [name]\n    "+
				"elements_by: {name: x, Passport: y, address: , email: [z]}")},
		{"a segment's own channels", files(t, "elements: [name, card_number]",
			"elements: [name]\n    channels: [email, feed, fax]")},
		{"totals", files(t, "halt:", "expect:\n  people: some\n  rows: -1\n  segments: {a: 1, b: 2}\n"+
			"  elements: {nam: 3, card_number: 1.5}\n  batches: 12\n"+
			"  exclusions: {a: {wallet: 1}, c: {x: 1}}\nhalt:")},
		{"segments with nothing and with the same id", files(t, "batches:",
			"  - {id: a}\n  - {when: x}\nbatches:")},
		{"batches", files(t, "{by: company, file: companies.csv}",
			"{by: town, parallel: 0, individuals: {start: soon}}")},
		{"a companies file without companies", files(t, "by: company", "by: segment")},
		{"channels", files(t, "Sample <n@example.com>", `Sample <n@example.com>\r\nBcc: x`,
			"bounce@example.com}", "B <b@example.com>, reply_to: nobody, uncertain: resent}",
			"  letter:", "  letter: {when: sometimes, envelope: c5}")},
		{"senders of notices", files(t, "bounce@example.com}", "bounce@example.com, senders: {firts: "+
			"{from: B, reply_to: nobody}, first: {from: \"B <b@example.com>\"}}}")},
		{"an envelope of one's own", files(t, "  letter:", "  letter: {window: {left: -1, top: 12, "+
			"width: 90}, slack: {across: 4mm, up: 1e9}, folds: [198, 99, 300, top]}")},
		{"facts for letters", files(t, "  letter:", "  letter: {honorific: title, department: server, "+
			"guardian: server}", "en: Sample Inc.}", "en: Sample Inc.}\n  country: Japan")},
		{"print files", files(t, "  letter:", "  letter: {mark: stars, mark_at: {left: 9}, pieces: 9, sort: name, "+
			"group: weight, customer_barcode: maybe}")},
		{"letters too small to read", files(t, "  letter:", "  letter: {size: 9.5}")},
		{"no channel", files(t, `  email: {from: "Sample <n@example.com>", bounce: bounce@example.com}`+
			"\n  letter:", "  letter: {when: never}")},
		{"a members' page without a way to it", files(t, "  letter:", "  feed: {when: sometimes}")},
		{"a members' page that anybody reads", files(t, "  letter:",
			"  feed: {webhook: {url: \"http://members.example.com/hook\", rate: fast, give_up: 0s}}")},
		{"a members' page with a password", files(t, "  letter:",
			"  feed: {webhook: {url: \"https://user:secret@members.example.com/hook\"}}")},
		{"a members' page without members", files(t, "  letter:",
			"  feed: {webhook: {url: \"http://127.0.0.1:8080/hook\"}}", "id: no, ", "")},
		{"a letterhead of several lines", files(t, "name: {ja: 株式会社サンプル, en: Sample Inc.}",
			"name: {ja: \"株式会社\\nサンプル\", en: Sample Inc.}\n  postcode: \"100\\t0000\"")},
		{"a members' page with two ways to it", files(t, "  letter:",
			"  feed: {webhook: {url: \"http://127.0.0.1:8080/hook\"}, file: {}}")},
		{"files for a members' page that are too large", files(t, "  letter:", "  feed: {file: {messages: 2001}}")},
		{"windows", files(t, "halt:", "windows:\n  - {from: 9, to: \"25:00\", days: [mon-fri, day]}\n"+
			"  - {from: \"20:00\", to: \"08:00\", timezone: Japan/Tokyo, except: [2013-02-30]}\n"+
			"  - {to: \"08:00\", when: never}\nhalt:")},
		{"providers and connections", files(t, "{docomo: 5/s}}", "{docomo: 5/s}, connections: "+
			"{docomo: 0, au: two}}\nproviders: {Example.jp: example, example: e, a@example.jp: e, "+
			"example.co.jp: Big Co}")},
		{"halt", files(t, "refused: 10%", "refused: 110%, after: 0")},
		{"no default language", files(t, "default: ja", "prevailing: ja")},
		{"languages that are none", files(t, "default: ja", "default: ja_JP, prevailing: jp")},
		{"a notice missing in the default language", with(files(t), "notices/first.ja.md", "")},
		{"a notice missing in the prevailing language", files(t, "default: ja",
			"default: ja, prevailing: ko")},
		{"a language that only some notices have", with(files(t, "batches:", "  - {id: b, elements: "+
			"[name], notice: second}\nbatches:"), "notices/second.ja.md", "x")},
		{"no notices at all", with(with(files(t), "notices/first.ja.md", ""),
			"notices/first.en.md", "")},
		{"files that are no notices", with(with(with(with(files(t), "notices/todo.txt", "x"),
			"notices/Big.ja.md", "x"), "notices/first.jp.md", "x"), "notices/other.ja.md", "x")},
		{"two files for one language", with(files(t), "notices/first.JA.md", "x")},
		{"a notice above its limit", with(files(t), "notices/first.ja.md",
			strings.Repeat("x", maxNotice+1))},
	})
}

func TestLoadChecksTheCompaniesFile(t *testing.T) {
	t.Parallel()
	const header = "company,start\n"
	check(t, "companies", []broken{
		{"wrong cells", with(files(t), "companies.csv", goodCompanies+
			"Any Co.,2013-10-01,,\nindividuals,,,\n,2013-10-01,,\nC,soon,,\nD,,x\nE,,,a@@b\n")},
		{"starts that have gone by", with(files(t), "companies.csv",
			header+"A,2013-08-01\nB,2013-08-31T23:59:59+09:00\nC,2013-09-01\nD,\n")},
		{"a header of other names", with(files(t), "companies.csv", "Company,begin,start,start\n")},
		{"an unterminated quote", with(files(t), "companies.csv", header+"A,\n\"B,\n")},
		{"nothing in it", with(files(t), "companies.csv", "\n")},
		{"an encoding that is none", with(files(t), "companies.csv", header+"\x82\n")},
		{"a file of another kind", with(files(t), "companies.csv",
			header+strings.Repeat("a,b,c\n", 200_000))},
	})
}

func TestLinksOutOfTheFolderAreNotFollowed(t *testing.T) {
	t.Parallel()
	outside := writeFolder(t, map[string]string{"a.csv": "x", "first.ja.md": "x"})
	dir := writeFolder(t, with(files(t), "recipients/a.csv", ""))
	if err := os.Mkdir(filepath.Join(dir, "recipients"), 0o755); err != nil {
		t.Fatal(err)
	}
	for from, to := range map[string]string{
		"recipients/a.csv": "a.csv", "notices/first.de.md": "first.ja.md",
	} {
		if err := os.Symlink(filepath.Join(outside, to), filepath.Join(dir, from)); err != nil {
			t.Fatal(err)
		}
	}
	_, problems, err := Load(dir, now)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, p := range problems {
		got = append(got, p.String())
	}
	want := "campaign.yaml:15:11: recipients/a.csv: cannot be read: path escapes from parent\n" +
		"notices/first.de.md: cannot be read: path escapes from parent"
	if s := strings.Join(got, "\n"); s != want {
		t.Errorf("got\n%s\nwant\n%s", s, want)
	}
}
