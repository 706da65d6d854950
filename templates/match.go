package templates

import (
	"slices"
	"strings"

	"golang.org/x/text/language"
)

// Match returns the one of have (BCP 47) that a reader of want reads without effort, and def where
// there is none: an answer that is merely related (simplified for traditional Chinese) is not
// given. want may be in the form of an operating system (ja_JP.UTF-8) or junk. It costs some
// microseconds unless want is in have; a caller with millions of rows keeps the answers by want.
func Match(want string, have []string, def string) string {
	if slices.Contains(have, want) {
		return want
	}
	tag, err := parseTag(want)
	if err != nil || tag.IsRoot() || len(have) == 0 {
		return def
	}
	tags := make([]language.Tag, len(have))
	for i, name := range have {
		tags[i] = language.Make(name)
	}
	_, i, sure := language.NewMatcher(tags).Match(tag)
	if sure < language.High {
		return def
	}
	return have[i]
}

// parseTag reads a language tag in the form of BCP 47 or of POSIX locales.
func parseTag(name string) (language.Tag, error) {
	name, _, _ = strings.Cut(strings.TrimSpace(name), ".")
	name, _, _ = strings.Cut(name, "@")
	return language.Parse(strings.ReplaceAll(name, "_", "-"))
}

// chain lists the names under which words for a tag may be kept, the nearest first: zh-TW, zh-Hant.
// It never falls from one script to another.
func chain(tag language.Tag) []string {
	var names []string
	for t := tag; !t.IsRoot(); t = t.Parent() {
		names = append(names, t.String())
	}
	base, _ := tag.Base()
	script, _ := tag.Script()
	names = append(names, base.String()+"-"+script.String())
	if usual, _ := language.Make(base.String()).Script(); usual == script {
		names = append(names, base.String())
	}
	return names
}
