package report

import (
	"bytes"
	"fmt"
	"html/template"
	"regexp"
	"strings"
	"testing"
	"time"

	"oshirase/jobs/ledger"
	"oshirase/jobs/ledger/ledgertest"
)

func render(t *testing.T, f *ledgertest.Fixture) string {
	t.Helper()
	var out bytes.Buffer
	at := f.Clock.T.In(time.FixedZone("JST", 9*60*60))
	if err := Page(t.Context(), f.Ledger, "test", "流出 <1>", at, &out); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestThePageHasTheNumbersAndWhatBecameOfTheRest(t *testing.T) {
	t.Parallel()
	page := render(t, mixed(t))
	for _, want := range []string{
		"流出 &lt;1&gt;", "as of 2013-09-12 10:00 JST", "<dt>people affected</dt><dd>8</dd>",
		"<dt>told</dt><dd>1</dd>", "かえで商事", "550 5.1.1", "no reply after the final dot",
		"tester", "enqueue", `aria-label="1 sent; `,
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the page has no %q", want)
		}
	}
}

func TestThePageTakesNothingFromOutside(t *testing.T) {
	t.Parallel()
	page := render(t, mixed(t))
	for _, bad := range []string{
		"http:", "https:", "src=", "href=", "url(", "@import", "<script", "<link",
	} {
		if strings.Contains(page, bad) {
			t.Errorf("the page has %q", bad)
		}
	}
}

func TestThePageHasNoPersonalData(t *testing.T) {
	t.Parallel()
	page := render(t, mixed(t))
	for _, bad := range []string{"試験", "person1", "example.com", "REF-"} {
		if strings.Contains(page, bad) {
			t.Errorf("the page has %q", bad)
		}
	}
}

func TestAHostileNameStaysText(t *testing.T) {
	t.Parallel()
	page := render(t, mixed(t))
	escaped := template.HTMLEscapeString(hostile)
	if !strings.Contains(page, escaped) || strings.Contains(page, "alert(\"1\")<") {
		t.Error("the batch's name is not escaped")
	}
}

func TestABarIsFull(t *testing.T) {
	t.Parallel()
	bars := regexp.MustCompile(`<div role="img".*?</div>`).FindAllString(render(t, mixed(t)), -1)
	if len(bars) != 5 {
		t.Fatalf("%d bars", len(bars))
	}
	for i, bar := range bars {
		want := 10_000
		if i == 4 { // nobody can be reached: there is nothing to show
			want = 0
		}
		if got := widths(t, bar); got != want {
			t.Errorf("widths of %s add up to %d hundredths", bar, got)
		}
	}
}

func widths(t *testing.T, bar string) (sum int) {
	t.Helper()
	for _, w := range regexp.MustCompile(`width:([0-9.]+)%`).FindAllStringSubmatch(bar, -1) {
		var whole, hundredths int
		if _, err := fmt.Sscanf(w[1], "%d.%d", &whole, &hundredths); err != nil {
			t.Fatal(err)
		}
		sum += 100*whole + hundredths
	}
	return sum
}

func TestWidthsAddUpWhateverTheShares(t *testing.T) {
	t.Parallel()
	for n := range 300 {
		bar := barOf(map[string]map[ledger.State]int{
			ledger.Email: {ledger.Sent: n*n + 1, ledger.Refused: n % 7, ledger.Uncertain: n % 3,
				ledger.Waiting: n % 5},
			ledger.Letter: {ledger.Bound: n, ledger.Cancelled: n % 2, ledger.Returned: 1},
		})
		total, css := 0, ""
		for _, p := range bar.Parts {
			total, css = total+p.N, css+string(p.Width)+";"
		}
		if widths(t, css) != 10_000 || total != bar.Deliveries {
			t.Fatalf("%s, %d of %d deliveries", css, total, bar.Deliveries)
		}
	}
}

// A state that no kind names would be missing in the picture.
func TestEveryStateHasItsPlaceInThePicture(t *testing.T) {
	t.Parallel()
	all := []ledger.State{
		ledger.Handed, ledger.Mailed, ledger.Returned, ledger.Bounced, ledger.Superseded,
	}
	for _, m := range ledger.Moves() {
		all = append(append(all, m.From...), m.To)
	}
	for _, s := range all {
		bar := barOf(map[string]map[ledger.State]int{"email": {s: 1}})
		if len(bar.Parts) != 1 {
			t.Errorf("state %q is in %d kinds", s, len(bar.Parts))
		}
	}
}

func TestThereIsNoPageOfNoCampaign(t *testing.T) {
	t.Parallel()
	f := ledgertest.New(t)
	if err := Page(t.Context(), f.Ledger, "test", "", f.Clock.T, new(bytes.Buffer)); err == nil {
		t.Error("no error")
	}
}
