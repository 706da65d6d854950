package plan

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"oshirase/config/campaign"
	"oshirase/config/programmes"
	"oshirase/jobs/recipient"
	"oshirase/letters"
)

func TestThePlanCountsWhatTheSampleHolds(t *testing.T) {
	t.Parallel()
	for _, scale := range []float64{0.001, 0.01} {
		dir, want := sample(t, scale)
		p := read(t, dir)
		if p.Invalid() {
			t.Fatal(p.Problems)
		}
		got := map[string]int{
			"rows": p.Rows, "people": p.People, "deliveries": p.Deliveries,
			"email": p.Channels["email"], "letters": p.Channels["letter"],
			"unreachable": p.Unreachable, "unaffected": p.Unaffected, "rejects": p.Rejects,
			"kept": p.Kept, "joined": sum(p.Joined), "not joined": p.NotJoined,
			"en": p.Locales["en"], "ja": p.Locales["ja"], "link names": p.LinkNames,
		}
		for what, n := range map[string]int{
			"rows": want.Rows.Total(), "people": want.People, "deliveries": want.Email + want.Letters,
			"email": want.Email, "letters": want.Letters, "unreachable": want.Unreachable,
			"unaffected": want.Unaffected.Total(), "joined": want.Duplicates.Total() + want.TwoCompanies,
			"en": want.English, "ja": want.People - want.English,
		} {
			if got[what] != n {
				t.Errorf("scale %v: %d %s, want %d", scale, got[what], what, n)
			}
			delete(got, what)
		}
		if sum(got) != 0 {
			t.Errorf("scale %v: there is something of what there is nothing: %v", scale, got)
		}
		compareSegments(t, p, want)
		compareBatches(t, p, want)
	}
}

func sum(m map[string]int) (n int) {
	for _, v := range m {
		n += v
	}
	return n
}

func compareSegments(t *testing.T, p *Plan, want programmes.Counts) {
	t.Helper()
	segments := []Count{{"ap-a", want.APA}, {"web-b", want.WebB}}
	for i, s := range p.Segments {
		if s.Count != segments[i] {
			t.Errorf("segments %v, want %v", p.Segments, segments)
		}
	}
}

func compareBatches(t *testing.T, p *Plan, want programmes.Counts) {
	t.Helper()
	var got, names []string
	members, deliveries := 0, 0
	for _, b := range p.Batches {
		got = append(got, fmt.Sprintf("%s %s %d", b.Name, b.Start.Format("2006-01-02"), b.People))
		members, deliveries = members+b.Members, deliveries+b.Deliveries
	}
	for _, c := range want.Companies {
		names = append(names, fmt.Sprintf("%s %s %d", c.Name, c.Start, c.People))
	}
	// Individuals start with the third company, and come behind it.
	names = slices.Insert(names, 3, fmt.Sprintf("individuals 2013-09-12 %d", want.WebB))
	if !slices.Equal(got, names) {
		t.Errorf("batches\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(names, "\n"))
	}
	if members != want.TwoCompanies || deliveries != p.Deliveries {
		t.Errorf("%d members, want %d; %d deliveries, want %d", members, want.TwoCompanies,
			deliveries, p.Deliveries)
	}
}

// In the sample two people share an address under two names. Under [email, name] the address is no
// key, so there is nothing to list; under [email] they are listed, and stay two.
func TestAnAddressAloneJoinsNobodyAndIsListedWhereItIsAKey(t *testing.T) {
	t.Parallel()
	dir, want := sample(t, 0.001)
	if p := read(t, dir); p.NotJoined != 0 || p.People != want.People {
		t.Errorf("%d not joined of %d people, want 0 of %d", p.NotJoined, p.People, want.People)
	}
	rewrite(t, dir, "identity: [[id], [email, name]]", "identity: [[id], [email]]")
	if p := read(t, dir); p.NotJoined != want.Family-1 || p.People != want.People {
		t.Errorf("%d not joined of %d people, want %d of %d", p.NotJoined, p.People,
			want.Family-1, want.People)
	}
}

func rewrite(t *testing.T, dir, old, new string) {
	t.Helper()
	path := filepath.Join(dir, campaign.ManifestFile)
	content, err := os.ReadFile(path)
	if err != nil || !strings.Contains(string(content), old) {
		t.Fatalf("no %q in the manifest, or %v", old, err)
	}
	changed := strings.ReplaceAll(string(content), old, new)
	if err := os.WriteFile(path, []byte(changed), 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestAPersonOfTwoCompaniesGoesWithTheOneThatOpensLast(t *testing.T) {
	t.Parallel()
	p := valid(t, files())
	e := entries(t, p)
	for id, want := range map[string]string{
		"C1": "Early []", "C2": "Late [Early]", "N3": "Undated [Late]", "N4": "individuals []",
	} {
		if got := fmt.Sprint(e[id].Batch, " ", e[id].Also); got != want {
			t.Errorf("%s goes with %s, want %s", id, got, want)
		}
	}
	if got, want := listBatches(p), "Early 2+1, Late 1+1, Undated 2+0, individuals 1+0"; got != want {
		t.Errorf("people and members: %s; want %s", got, want)
	}
}

// listBatches gives the batches in order with their people and further members.
func listBatches(p *Plan) string {
	var out []string
	for _, b := range p.Batches {
		out = append(out, fmt.Sprintf("%s %d+%d", b.Name, b.People, b.Members))
	}
	return strings.Join(out, ", ")
}

func TestBatchesAreOfWhatTheManifestSays(t *testing.T) {
	t.Parallel()
	const file = "{by: company, file: companies.csv}"
	const dated = "{by: company, file: companies.csv, individuals: {start: 2013-09-"
	const last = "Early 2+1, Late 1+1, Undated 2+0, individuals 1+0"
	for by, want := range map[string]string{
		"{by: company}": last,
		"{by: company, individuals: {start: 2013-09-02}}": last,
		"{by: segment}": "cards 2+0, names 4+0",
		"{by: locale}":  "ja 5+0, en 1+0",
		"{by: none}":    "all 6+0",
		dated + "10}}":  "Early 2+1, individuals 1+0, Late 1+1, Undated 2+0",
		dated + "01}}":  "individuals 1+0, Early 2+1, Late 1+1, Undated 2+0",
		dated + "30}}":  last,
	} {
		f := files()
		edit(t, f, "campaign.yaml", file, by)
		if got := listBatches(valid(t, f)); got != want {
			t.Errorf("%s: %s; want %s", by, got, want)
		}
	}
}

func TestAPersonOfSeveralFilesIsOfTheOneThatOpensLastAndCountsInEach(t *testing.T) {
	t.Parallel()
	f := files()
	edit(t, f, "campaign.yaml", "{by: company, file: companies.csv}", "{by: file}")
	edit(t, f, "campaign.yaml", "segments:\n", "  - {file: more.csv, columns: {id: id, name: name}}\nsegments:\n")
	f["more.csv"] = "id,name\nN4,見本 四郎\nN4,見本 四郎\nM9,見本 九郎\n"
	if got, want := listBatches(valid(t, f)), "people.csv 5+1, more.csv 2+0"; got != want {
		t.Errorf("batches %s, want %s", got, want)
	}
}

func TestABatchOfIndividualsWithoutAnybodyIsNone(t *testing.T) {
	t.Parallel()
	f := files()
	edit(t, f, "people.csv", "N4,見本 四郎,four@example.jp,,,fr\n", "")
	if got, want := listBatches(valid(t, f)), "Early 2+1, Late 1+1, Undated 2+0"; got != want {
		t.Errorf("batches %s, want %s", got, want)
	}
}

func TestWhoGetsWhichChannel(t *testing.T) {
	t.Parallel()
	const email = "  email: {from: notice@example.com, bounce: bounce@example.com}\n"
	for rule, want := range map[string]string{
		email + "  letter: {when: no-email}": "C1 email, C2 letter, N3 email, N4 email, N5, N6 email",
		email + "  letter: {when: always}": "C1 email letter, C2 letter, N3 email letter, " +
			"N4 email, N5, N6 email",
		email + "  letter: {when: never}": "C1 email, C2, N3 email, N4 email, N5, N6 email",
		email:                             "C1 email, C2, N3 email, N4 email, N5, N6 email",
		"  letter: {when: no-email}":      "C1 letter, C2 letter, N3 letter, N4, N5, N6",
	} {
		f := files()
		edit(t, f, "campaign.yaml", email+"  letter: {when: no-email}", rule)
		p := valid(t, f)
		e := entries(t, p)
		var got []string
		unreachable := 0
		for _, id := range slices.Sorted(maps.Keys(e)) {
			got = append(got, strings.Join(append([]string{id}, e[id].Channels...), " "))
			if len(e[id].Channels) == 0 {
				unreachable++
			}
		}
		if strings.Join(got, ", ") != want {
			t.Errorf("%s: %s; want %s", rule, strings.Join(got, ", "), want)
		}
		if p.Unreachable != unreachable {
			t.Errorf("%s: %d unreachable, want %d", rule, p.Unreachable, unreachable)
		}
	}
}

func TestTheRestOfThePlanIsCounted(t *testing.T) {
	t.Parallel()
	p := valid(t, files())
	if p.Rows != 9 || p.People != 6 || p.Deliveries != 5 || p.Unreachable != 1 || p.Kept != 1 ||
		p.Unaffected != 1 || p.LinkNames != 1 || sum(p.Joined) != 2 || p.Confirm() != "leak:5" {
		t.Errorf("%+v", p)
	}
	if fmt.Sprint(p.Segments) != "[{{cards 2} []} {{names 6} []}]" {
		t.Errorf("segments %v", p.Segments)
	}
	if !maps.Equal(p.Locales, map[string]int{"ja": 5, "en": 1}) {
		t.Errorf("locales %v", p.Locales)
	}
}

func TestASegmentThatMatchesNobodyIsAWarning(t *testing.T) {
	t.Parallel()
	f := files()
	edit(t, f, "campaign.yaml", `id startsWith "C"`, `id startsWith "Z"`)
	p := valid(t, f)
	if !slices.ContainsFunc(p.Problems, func(x campaign.Problem) bool {
		return x.Warning && x.What == `segment "cards" matches nobody`
	}) {
		t.Errorf("problems %v", p.Problems)
	}
}

func TestARateOfAProviderThatThereIsNotIsAProblem(t *testing.T) {
	t.Parallel()
	f := files()
	f["campaign.yaml"] += "rates: {providers: {docmo: 5/s, mine: 1/s}, connections: {docmo: 2, au: 1}}\n" +
		"providers: {example.jp: mine}\n"
	got := faults(read(t, write(t, f)))
	if len(got) != 1 || !strings.HasPrefix(got[0], `campaign.yaml: rates: there is no provider "docmo"`) {
		t.Errorf("problems %q", got)
	}
}

func TestCompaniesWithoutALineAreOneProblemWithTheirCounts(t *testing.T) {
	t.Parallel()
	f := files()
	edit(t, f, "companies.csv", "Undated,\n", "")
	for i := range 8 {
		f["people.csv"] += fmt.Sprintf("S%d,見本 見本,s%d@example.jp,,Stray%d,ja\n", i, i, i)
	}
	want := "companies.csv: companies without a line: Undated (2 people), Stray0 (1 person), " +
		"Stray1 (1 person), Stray2 (1 person), Stray3 (1 person) and 4 more"
	if got := faults(read(t, write(t, f))); len(got) != 1 || got[0] != want {
		t.Errorf("problems %q, want %q", got, want)
	}
}

func TestStrayCompaniesDoNotFillTheMemory(t *testing.T) {
	t.Parallel()
	var s strays
	for i := range 30_000 {
		s.add([]string{fmt.Sprintf("Stray %d", i)})
	}
	s.add([]string{"Stray 7"})
	if len(s.people) != 10_000 || !strings.HasPrefix(s.String(), "Stray 7 (2 people), ") ||
		!strings.HasSuffix(s.String(), " and more than 9995 more") {
		t.Errorf("%d names kept: %s", len(s.people), s.String())
	}
}

// faults are the problems that are not warnings.
func faults(p *Plan) []string {
	var out []string
	for _, x := range p.Problems {
		if !x.Warning {
			out = append(out, x.String())
		}
	}
	return out
}

// What is wrong in five places is said in one run.
func TestAllProblemsComeAtOnce(t *testing.T) {
	t.Parallel()
	f := files()
	edit(t, f, "campaign.yaml", "revision: 1", "revision: 0")
	edit(t, f, "campaign.yaml", `id startsWith "C"`, `idd startsWith "C"`)
	edit(t, f, "campaign.yaml", "lang}", "language}")
	edit(t, f, "companies.csv", "2013-09-20", "soon")
	edit(t, f, "notices/first.en.md", ".Person.Name", ".Person.Nmae")
	got := faults(read(t, write(t, f)))
	all := strings.Join(got, "\n")
	for _, want := range []string{
		"campaign.yaml:2:11: revision", "companies.csv:2: start", "notices/first.en.md:6:4:",
		`campaign.yaml: segment "cards": `, "people.csv:1: ",
	} {
		if strings.Count(all, want) != 1 {
			t.Errorf("want one %q in\n%s", want, all)
		}
	}
	if len(got) != 5 {
		t.Errorf("want five problems:\n%s", all)
	}
}

func TestWhatTheManifestsCheckSaidIsNotSaidAgain(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(f map[string]string){
		"no such file": func(f map[string]string) { delete(f, "people.csv") },
		"an unknown encoding": func(f map[string]string) {
			edit(t, f, "campaign.yaml", "file: people.csv", "file: people.csv\n    encoding: klingon")
		},
		"no column for the name": func(f map[string]string) {
			edit(t, f, "campaign.yaml", "name: name, ", "")
		},
		"a fact without a column": func(f map[string]string) {
			edit(t, f, "campaign.yaml", "segments:", "    facts: {x: {type: date}}\nsegments:")
		},
		"an identity of nothing": func(f map[string]string) {
			f["campaign.yaml"] += "identity: [[]]\n"
		},
		"no manifest": func(f map[string]string) { delete(f, "campaign.yaml") },
		"no YAML":     func(f map[string]string) { f["campaign.yaml"] = "}{" },
	} {
		f := files()
		change(f)
		p := read(t, write(t, f))
		if len(faults(p)) != 1 || !p.Invalid() || p.Book != nil {
			t.Errorf("%s: %v", name, p.Problems)
		}
	}
}

func TestFactsOfTwoTypesDoNotHideWhatIsWrongWithTheFiles(t *testing.T) {
	t.Parallel()
	f := files()
	edit(t, f, "campaign.yaml", "segments:", `    facts: {used: {column: lang, type: date}}
  - file: more.csv
    rows: 7
    columns: {id: id, name: name}
    facts: {used: {column: id, type: text}}
segments:`)
	f["more.csv"] = "id,name\nN9,見本 九子\n"
	all := strings.Join(faults(read(t, write(t, f))), "\n")
	for _, want := range []string{`fact "used"`, "has 1 rows, the manifest says 7"} {
		if strings.Count(all, want) != 1 {
			t.Errorf("want one %q in\n%s", want, all)
		}
	}
}

func TestAFolderThatIsNoneIsAnError(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "nowhere")
	if p, err := Read(context.Background(), dir, Options{Now: now}); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("plan %v, error %v", p != nil, err)
	}
}

func TestRejectsAndNotesGoToTheirSink(t *testing.T) {
	t.Parallel()
	f := files()
	f["people.csv"] += "short,row\n"
	var rejects, notes []int
	keep := func(to *[]int) func(recipient.Reject) error {
		return func(r recipient.Reject) error { *to = append(*to, r.Row); return nil }
	}
	p, err := Read(context.Background(), write(t, f), Options{
		Now: now, Fonts: letters.Embedded(), Reject: keep(&rejects), Note: keep(&notes),
	})
	want := slices.Equal(rejects, []int{10}) && slices.Equal(notes, []int{7})
	if err != nil || p.Rejects != 1 || !want {
		t.Errorf("rejects %v, notes %v, %v", rejects, notes, err)
	}
	full := errors.New("disk full")
	_, err = Read(context.Background(), write(t, f), Options{
		Now: now, Reject: func(recipient.Reject) error { return full },
	})
	if !errors.Is(err, full) {
		t.Errorf("error %v, want that of the sink", err)
	}
}

func TestAnInterruptedReadIsAnError(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	dir := write(t, files())
	if _, err := Read(ctx, dir, Options{Now: now}); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
}

func TestTheDigestIsOfAllThatIsPromised(t *testing.T) {
	t.Parallel()
	seen := map[string]string{}
	for _, changed := range []string{
		"", "people.csv", "notices/first.ja.md", "campaign.yaml", "companies.csv",
	} {
		f := files()
		if changed != "" {
			f[changed] += "\n"
		}
		p := valid(t, f)
		if had, ok := seen[p.Fingerprint()]; ok {
			t.Errorf("with a change in %q and in %q the digest is the same", had, changed)
		}
		seen[p.Fingerprint()] = changed
	}
}

func TestALetterThatCannotBePrintedIsSaidBeforeItIsSent(t *testing.T) {
	t.Parallel()
	f := files()
	edit(t, f, "people.csv", "C2,見本 二郎,,例町2", "C2,😀野 二郎,,例町2")
	edit(t, f, "people.csv", "C2,見本 二郎,,,", "C2,😀野 二郎,,,")
	p := valid(t, f)
	want := "1 letter cannot be printed and will be blocked; row 2: "
	if !slices.ContainsFunc(p.Problems, func(x campaign.Problem) bool {
		return x.Warning && x.File == "people.csv" && strings.HasPrefix(x.What, want) &&
			strings.Contains(x.What, "U+1F600") && !strings.Contains(x.What, "二郎")
	}) {
		t.Errorf("problems %v", p.Problems)
	}
}

func TestLettersThatComeOutOtherwiseThanSomebodyMayExpectAreSaidBeforeTheyAreSent(t *testing.T) {
	t.Parallel()
	f := files()
	edit(t, f, "people.csv", "C2,見本 二郎,,例町2", "C2,\u9089\U000E01EF野 二郎,,例町2")
	edit(t, f, "people.csv", "C2,見本 二郎,,,", "C2,\u9089\U000E01EF野 二郎,,,")
	edit(t, f, "campaign.yaml", "letter: {when: no-email}",
		"letter: {when: no-email, variants: base, customer_barcode: true}")
	p := valid(t, f)
	for _, want := range []string{
		"1 letter will show a variant in its base form; row 2: U+9089 U+E01EF",
		"will bear no customer barcode; row ",
	} {
		if !slices.ContainsFunc(p.Problems, func(x campaign.Problem) bool {
			return x.Warning && x.File == "people.csv" && strings.Contains(x.What, want)
		}) {
			t.Errorf("nothing says %q: %v", want, p.Problems)
		}
	}
}
