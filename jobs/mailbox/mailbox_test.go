package mailbox

import (
	_ "embed"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"unicode"
)

//go:embed testdata/mailboxes.txt
var mailboxes string

func TestAddressesBecomeWhatCanBeDeliveredOrAreRefused(t *testing.T) {
	t.Parallel()
	rows := 0
	for line := range strings.Lines(mailboxes) {
		line = strings.TrimSuffix(line, "\n")
		if line == "" || strings.HasPrefix(line, "# ") {
			continue
		}
		rows++
		input, reason, refused := strings.Cut(line, " ✗ ")
		if refused {
			checkRefused(t, written(input), reason)
			continue
		}
		input, rest, ok := strings.Cut(line, " → ")
		if !ok {
			t.Fatalf("%q says nothing", line)
		}
		wire, flags, _ := strings.Cut(rest, " [")
		checkParsed(t, written(input), written(wire), flags)
	}
	if rows < 120 {
		t.Errorf("only %d addresses", rows)
	}
}

func checkRefused(t *testing.T, raw, reason string) {
	t.Helper()
	if got, err := Parse(raw); err == nil || !strings.Contains(err.Error(), reason) || got != (Address{}) {
		t.Errorf("Parse(%q) = %+v, %v; want the reason %q", raw, got, err, reason)
	}
}

func checkParsed(t *testing.T, raw, wire, flags string) {
	t.Helper()
	got, err := Parse(raw)
	if err != nil || got.Wire != wire {
		t.Errorf("Parse(%q) = %q, %v; want %q", raw, got.Wire, err, wire)
		return
	}
	if want := strings.Contains(flags, "utf8"); got.NeedsUTF8() != want {
		t.Errorf("%q needs UTF-8: %t", raw, !want)
	}
	_, like, _ := strings.Cut(strings.TrimSuffix(flags, "]"), "like ")
	if suggested := Suggest(wire[strings.LastIndexByte(wire, '@')+1:]); suggested != like {
		t.Errorf("for %q %q is suggested, want %q", raw, suggested, like)
	}
	checkAgain(t, got)
	checkPlain(t, raw)
	checkPlain(t, wire)
}

// checkAgain reads the wire form, which must be itself again.
func checkAgain(t *testing.T, got Address) {
	t.Helper()
	if again, err := Parse(got.Wire); err != nil || again.Wire != got.Wire {
		t.Errorf("wire form %q parses as %q, %v", got.Wire, again.Wire, err)
	}
}

var repeated = regexp.MustCompile(`\{(.)\*(\d+)\}`)

// written is a field of the table without its signs for what cannot be seen.
func written(s string) string {
	s = repeated.ReplaceAllStringFunc(s, func(m string) string {
		part := repeated.FindStringSubmatch(m)
		n, _ := strconv.Atoi(part[2])
		return strings.Repeat(part[1], n)
	})
	if plain, err := strconv.Unquote(`"` + strings.ReplaceAll(s, `"`, `\x22`) + `"`); err == nil {
		return plain
	}
	return s
}

func TestTheRawFormStaysAsItWasRegistered(t *testing.T) {
	t.Parallel()
	got, err := Parse("　ＡＢＣ＠Example.com ")
	if want := (Address{Raw: "ＡＢＣ＠Example.com", Wire: "ABC@example.com"}); err != nil || got != want {
		t.Errorf("got %+v, %v; want %+v", got, err, want)
	}
	if _, err := Parse("a@exam\xffple.com"); err == nil || !strings.Contains(err.Error(), "UTF-8") {
		t.Errorf("a byte that is no character: %v", err)
	}
}

func TestReasonsDoNotRepeatTheAddress(t *testing.T) {
	t.Parallel()
	for line := range strings.Lines(mailboxes) {
		input, _, refused := strings.Cut(line, " ✗ ")
		if !refused {
			continue
		}
		_, err := Parse(written(input))
		for word := range strings.FieldsFuncSeq(input, func(r rune) bool { return !unicode.IsLetter(r) }) {
			if len(word) > 3 && word != "mailto" && word != "comment" && err != nil && strings.Contains(err.Error(), word) {
				t.Errorf("%q is refused with %q", input, err)
			}
		}
	}
}

// checkPlain holds the short way against the long one.
func checkPlain(t *testing.T, raw string) {
	t.Helper()
	long, err := parse(raw)
	if plain(raw) && (err != nil || long != (Address{Raw: raw, Wire: raw})) {
		t.Errorf("%q is plain at first sight, and in full %+v, %v", raw, long, err)
	}
}

func FuzzParse(f *testing.F) {
	for line := range strings.Lines(mailboxes) {
		input, _, _ := strings.Cut(strings.TrimSuffix(line, "\n"), " ✗ ")
		input, _, _ = strings.Cut(input, " → ")
		f.Add(written(input))
	}
	f.Fuzz(func(t *testing.T, raw string) {
		checkPlain(t, raw)
		got, err := Parse(raw)
		if err != nil {
			if got != (Address{}) {
				t.Fatalf("refused, but got %+v", got)
			}
			return
		}
		at := strings.LastIndexByte(got.Wire, '@')
		local, domain := got.Wire[:at], got.Wire[at+1:]
		if len(got.Wire) > 254 || strings.ContainsFunc(got.Wire, unicode.IsControl) ||
			!strings.HasPrefix(local, `"`) && strings.ContainsAny(local, " <>,;()\\@\"") ||
			strings.ContainsAny(domain, " <>,;()\\\"[]") {
			t.Fatalf("wire form %q", got.Wire)
		}
		checkAgain(t, got)
	})
}
