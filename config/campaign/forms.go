package campaign

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
)

const (
	idForm   = "use a lower-case letter or digit, then these and hyphens, at most 40"
	wordForm = "use a lower-case letter, then these, digits and underscores, at most 40"

	localeForm = "write a BCP 47 tag such as ja or en"
)

var (
	idPattern   = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,39}$`)
	wordPattern = regexp.MustCompile(`^[a-z][a-z0-9_]{0,39}$`)
)

func isID(s string) bool { return idPattern.MatchString(s) }

// checkID sees that an id is safe in file names, addresses and command lines.
func (l *loader) checkID(at, id string) bool {
	name := at[strings.LastIndexByte(at, '.')+1:]
	if id == "" {
		l.add(at, "no "+name, idForm)
		return false
	}
	if !isID(id) {
		l.add(at, fmt.Sprintf("%s %q is not in the form of an id", name, id), idForm)
		return false
	}
	return true
}

// checkWord sees that a name can stand in rules and notices.
func (l *loader) checkWord(at, kind, word string) {
	if !wordPattern.MatchString(word) {
		l.add(at, fmt.Sprintf("%s %q is not in the form of a name", kind, word), wordForm)
	}
}

func (l *loader) oneOf(at, name, value string, allowed []string) {
	if slices.Contains(allowed, value) {
		return
	}
	l.add(at, fmt.Sprintf("unknown %s %q", name, value), suggest(value, allowed))
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
