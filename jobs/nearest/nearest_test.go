package nearest

import (
	"strings"
	"testing"
)

func TestToFindsWhatWasMeant(t *testing.T) {
	t.Parallel()
	for want, best := range map[string]string{
		"serber": "server", "SERVER": "server", "ｓｅｒｖｅｒ": "server", "氏": "氏名", "used": "used_at",
		"wholly_other": "", "": "",
	} {
		if got := To(want, []string{"server", "used_at", "氏名"}); got != best {
			t.Errorf("%q: got %q, want %q", want, got, best)
		}
	}
	if got := To("x", nil); got != "" {
		t.Errorf("of nothing: got %q", got)
	}
}

func FuzzTo(f *testing.F) {
	f.Add("serber", "server\nused_at")
	f.Add("", "")
	f.Add("\xff", "\xfe\n氏名")
	f.Fuzz(func(t *testing.T, want, names string) {
		known := strings.Split(names, "\n")
		if got := To(want, known); got != "" && !strings.Contains(names, got) {
			t.Fatalf("%q is none of the names", got)
		}
	})
}
