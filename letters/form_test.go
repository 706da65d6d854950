package letters

import "testing"

func TestALetterHasTheFormOfItsLanguage(t *testing.T) {
	t.Parallel()
	for locale, want := range map[string]*form{
		"ja": &japanese, "ja-JP": &japanese, "en": &western, "de-CH": &western, "": &western,
		"zh": &simplified, "zh-CN": &simplified, "zh-Hans-SG": &simplified, "zh-TW": &traditional,
		"zh-HK": &traditional, "zh-Hant": &traditional, "ko": &korean, "ko-KR": &korean, "jam": &western,
	} {
		if got := formOf(locale); got != want {
			t.Errorf("%q has form %q, want %q", locale, got.id, want.id)
		}
	}
}

// Layouts are kept by form: two with one id would print one's letter in the other's shape.
func TestFormsAreToldApart(t *testing.T) {
	t.Parallel()
	seen := map[byte]bool{}
	for _, f := range []*form{&japanese, &western, &simplified, &traditional, &korean} {
		if seen[f.id] || f.id == 0 {
			t.Errorf("form %q is there twice", f.id)
		}
		seen[f.id] = true
	}
}
