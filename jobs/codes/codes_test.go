package codes

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"oshirase/jobs/table"
)

func read(t *testing.T, text string, o Options) Pool {
	t.Helper()
	p, err := Read(strings.NewReader(text), o)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestAPoolIsReadInItsOrderAndExactly(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"one column": "code\nb-2\nB-2\n 1a \n", "others beside it": "no,Code,note\n1,b-2,x\n2,B-2,\n3,1a,\"y\"\n",
		"a mark and CRLF": "\ufeffcode\r\nb-2\r\nB-2\r\n1a\r\n", "Japanese": "登録コード\nb-2\nB-2\n1a\n",
	} {
		p := read(t, text, Options{})
		if !slices.Equal(p.Codes, []string{"b-2", "B-2", "1a"}) || !slices.Equal(p.Lines, []int{2, 3, 4}) ||
			len(p.Faults) != 0 {
			t.Errorf("%s: %+v", name, p)
		}
	}
	if p := read(t, "id,pin\nx,1\n", Options{Code: "PIN"}); !slices.Equal(p.Codes, []string{"1"}) {
		t.Errorf("%+v", p)
	}
}

func TestAFaultNamesTheRowAndNeverTheCode(t *testing.T) {
	t.Parallel()
	p := read(t, "code,x\nSECRET1,\nSECRET1,\n,x\nSECRET2\nwww.secret.com,\n"+strings.Repeat("SECRET", 20)+",\n"+
		"\"SEC\nRET\",\nSECRET3,\n", Options{})
	want := []int{3, 4, 5, 6, 7, 8}
	var got []int
	for _, f := range p.Faults {
		got = append(got, f.Line)
		if strings.Contains(strings.ToLower(f.Why), "secret") {
			t.Errorf("the fault repeats the code: %q", f.Why)
		}
	}
	if !slices.Equal(got, want) || len(p.Codes) != 2 {
		t.Errorf("faults on lines %v, want %v; %d codes", got, want, len(p.Codes))
	}
	if p.Faults[0].Why != "the code stands on line 2 already" {
		t.Errorf("%q", p.Faults[0].Why)
	}
}

func TestAFileThatIsNoPoolIsRefused(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		text string
		o    Options
		want error
	}{
		"nothing":        {"", Options{}, table.ErrTable},
		"a heading only": {"code\n", Options{}, table.ErrTable},
		"no heading":     {"A-1\nA-2\n", Options{}, ErrColumn},
		"another column": {"code\nA-1\n", Options{Code: "pin"}, ErrColumn},
	} {
		p, err := Read(strings.NewReader(c.text), c.o)
		if !errors.Is(err, c.want) {
			t.Errorf("%s: %+v, %v", name, p, err)
		}
		if err != nil && strings.Contains(err.Error(), "A-1") {
			t.Errorf("%s: the error repeats a code: %v", name, err)
		}
	}
}

func TestUsageIsReadWithItsDays(t *testing.T) {
	t.Parallel()
	u, err := ReadUsage(strings.NewReader("code,used_on\nA,2018-04-09\nB,\nC,令和元年5月10日\nD,soon\n,2018-04-09\n"),
		Options{})
	if err != nil {
		t.Fatal(err)
	}
	if fmt.Sprint(u.Uses) != "[{2 A 2018-04-09} {4 C 2019-05-10}]" || u.Unused != 1 {
		t.Errorf("%v, %d not used", u.Uses, u.Unused)
	}
	if len(u.Faults) != 2 || u.Faults[0].Line != 5 || u.Faults[1].Line != 6 {
		t.Errorf("%v", u.Faults)
	}
	_, err = ReadUsage(strings.NewReader("code\nA\n"), Options{})
	if !errors.Is(err, ErrColumn) {
		t.Errorf("without a column of days: %v", err)
	}
}

func FuzzRead(f *testing.F) {
	for _, s := range []string{
		"code\nA\n", "", "code,used_on\nA,2018-04-07\nA,x\n", "\xff\xfe", "code\n\"A", "コード\nあ\n", "code,,\n,,,\n",
		"code\nhttps://example.com\n", "\x1f\x8b", "PK\x03\x04", "code\nA\x00B\n",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		p, err := Read(strings.NewReader(text), Options{})
		if err == nil && len(p.Codes)+len(p.Faults) == 0 {
			t.Fatal("a pool of nothing was taken")
		}
		seen := map[string]bool{}
		for _, c := range p.Codes {
			if seen[c] || faultOf(c) != "" {
				t.Fatalf("code %q was taken", c)
			}
			seen[c] = true
		}
		usage, _ := ReadUsage(strings.NewReader(text), Options{})
		for _, u := range usage.Uses {
			if u.On == "" || u.Code == "" {
				t.Fatalf("use %+v was taken", u)
			}
		}
	})
}

func TestCodesThatDifferByCapitalsAloneAreTakenAndTold(t *testing.T) {
	t.Parallel()
	p, err := Read(strings.NewReader("code\nSC-W9\nsc-w9\nB\nsc-w9\nwww.example.com\nWWW.EXAMPLE.COM\nSc-w9\n"), Options{})
	if err != nil || !slices.Equal(p.Codes, []string{"SC-W9", "sc-w9", "B", "Sc-w9"}) {
		t.Fatalf("%q, %v", p.Codes, err)
	}
	if len(p.Alike) != 2 || p.Alike[0] != (Fault{3, "the code is that of line 2 but for small and capital letters"}) ||
		p.Alike[1].Line != 8 {
		t.Errorf("alike: %v", p.Alike)
	}
	if len(p.Faults) != 3 || p.Faults[0] != (Fault{5, "the code stands on line 3 already"}) {
		t.Errorf("faults: %v", p.Faults)
	}
}
