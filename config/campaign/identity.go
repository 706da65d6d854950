package campaign

import (
	"fmt"
	"path"
	"slices"
)

// checkIdentity sees that keys are made of what rows have.
func (l *loader) checkIdentity(m *Manifest) {
	if len(m.Identity) == 0 {
		l.add("identity", "identity has no key", "leave it out, or write [[id], [email, name]]")
	}
	if m.IdentityLimit < 2 {
		l.add("identity_limit", "identity_limit must be 2 or more", "leave it out for 20 people")
	}
	known := slices.Concat(identityFields, factsOf(m.Recipients, ""))
	for i, key := range m.Identity {
		at := index("identity", i)
		if len(key) == 0 {
			l.add(at, "an identity key of nothing", "name one field or more")
		}
		for j, field := range key {
			l.oneOf(index(at, j), "identity field", field, known)
		}
	}
	l.checkPrefer(m)
}

func (l *loader) checkPrefer(m *Manifest) {
	if fact := m.Prefer.Newest; fact != "" && !slices.Contains(factsOf(m.Recipients, "date"), fact) {
		l.add("prefer.newest", fmt.Sprintf("%q is no fact of type date", fact),
			"declare it under facts: of the recipients, with type: date")
	}
	var files []string
	for _, r := range m.Recipients {
		files = append(files, r.File)
	}
	for i, name := range m.Prefer.Files {
		m.Prefer.Files[i] = path.Clean(name)
		l.oneOf(index("prefer.files", i), "recipients file", m.Prefer.Files[i], files)
	}
}

// factsOf are the names of the facts of a type, or of any for the empty type.
func factsOf(files []RecipientFile, kind string) (names []string) {
	for _, r := range files {
		for _, name := range sortedKeys(r.Facts) {
			if kind == "" || r.Facts[name].Type == kind {
				names = append(names, name)
			}
		}
	}
	return names
}
