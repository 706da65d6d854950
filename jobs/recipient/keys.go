package recipient

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"oshirase/jobs/fold"
	"oshirase/jobs/identity"
	"oshirase/jobs/nearest"
	"oshirase/jobs/segment"
	"oshirase/jobs/table"
)

// IdentityFields are what an identity key may be made of, besides facts.
func IdentityFields() []string {
	return []string{"id", "email", "name", "kana", "birth_date", "phone", "postcode", "address"}
}

// contacts are the fields that say how to reach somebody and not who they are.
func contacts() []string { return []string{"email", "phone", "postcode", "address"} }

// namesake are the fields that many people share by themselves.
func namesakes() []string { return []string{"name", "kana", "birth_date"} }

// keys are the identity keys and the fields that they need, the name first.
type keys struct {
	list   []identity.Key
	fields []string
	home   string // see Spec
}

// newKeys checks the keys. No keys are the default ones.
func newKeys(spec Spec) (keys, []Problem) {
	wanted := spec.Identity
	if len(wanted) == 0 {
		wanted = [][]string{{"id"}, {"email", "name"}}
	}
	known := IdentityFields()
	for _, f := range spec.Files {
		known = append(known, slices.Sorted(maps.Keys(f.Facts))...)
	}
	k := keys{fields: []string{"name"}, home: spec.Home}
	var problems []Problem
	for _, parts := range wanted {
		problems = append(problems, checkKey(parts, known)...)
		k.add(parts)
	}
	return k, problems
}

func (k *keys) add(parts []string) {
	key := identity.Key{Name: strings.Join(parts, "+")}
	for _, part := range parts {
		at := slices.Index(k.fields, part)
		if at < 0 {
			at = len(k.fields)
			k.fields = append(k.fields, part)
		}
		key.Parts = append(key.Parts, at)
		if slices.Contains(reach(parts), part) {
			key.Contact = append(key.Contact, at)
		}
	}
	key.Number = numbers(parts)
	k.list = append(k.list, key)
}

// reach is those parts of a key that many people share only where they are a placeholder or an agency's. With a
// member number beside them there is nobody to tell apart, and a postcode without the rest of an address is
// that of a quarter.
func reach(parts []string) (out []string) {
	if numbers(parts) {
		return nil
	}
	for _, part := range parts {
		if slices.Contains(contacts(), part) {
			out = append(out, part)
		}
	}
	if len(parts) > 1 && slices.Equal(out, []string{"postcode"}) {
		return nil
	}
	return out
}

// numbers tells a key that names one person by the number they have: that of a member, or declared facts alone,
// such as that of a passport.
func numbers(parts []string) bool {
	return slices.Contains(parts, "id") ||
		!slices.ContainsFunc(parts, func(part string) bool { return slices.Contains(IdentityFields(), part) })
}

func checkKey(parts, known []string) (problems []Problem) {
	for _, part := range parts {
		if slices.Contains(known, part) {
			continue
		}
		do := "use " + strings.Join(IdentityFields(), ", ") + ", or a fact"
		if near := nearest.To(part, known); near != "" {
			do = fmt.Sprintf("did you mean %q?", near)
		}
		what := fmt.Sprintf("identity: %q is no part of a key", part)
		problems = append(problems, Problem{What: what, Do: do})
	}
	switch {
	case len(parts) == 0:
		problems = append(problems, Problem{What: "identity: a key is empty",
			Do: "name its parts or remove it"})
	case len(parts) == 1 && slices.Contains(namesakes(), parts[0]):
		problems = append(problems, Problem{Warning: true,
			What: fmt.Sprintf("identity: [%s] joins all people of one %s", parts[0], strings.ReplaceAll(parts[0], "_", " ")),
			Do:   fmt.Sprintf("add a second part, such as [%s, phone]", parts[0])})
	}
	return problems
}

// folder makes the folded fields of rows. It is for one goroutine.
type folder struct {
	names  []string
	home   string
	fields [][]byte
	buf    []byte
}

func (k *keys) folder() *folder {
	return &folder{names: k.fields, home: k.home, fields: make([][]byte, len(k.fields))}
}

// fold returns the fields of a row, empty where it has none or what stands for none. They are valid
// until the next row.
func (f *folder) fold(r *row, birth time.Time) [][]byte {
	for i, name := range f.names {
		f.fields[i] = f.field(f.fields[i][:0], name, r, birth)
	}
	return f.fields
}

func (f *folder) field(dst []byte, name string, r *row, birth time.Time) []byte {
	l := r.from.layout
	switch name {
	case "name":
		return f.name(dst, r.known(l.name))
	case "id":
		return fold.AppendID(dst, f.bytes(r.known(l.id)))
	case "email":
		return fold.AppendEmail(dst, f.bytes(r.email.Wire))
	case "kana":
		return fold.AppendKana(dst, f.bytes(r.known(l.kana)))
	case "birth_date":
		return appendDay(dst, birth)
	case "phone":
		return fold.AppendPhone(dst, f.bytes(r.known(l.phone)), cmp.Or(r.text(l.country), f.home))
	case "postcode":
		return fold.AppendPostcode(dst, f.bytes(r.known(l.post)))
	case "address":
		return f.address(dst, r)
	}
	return f.fact(dst, name, r)
}

// bytes is s until the next call.
func (f *folder) bytes(s string) []byte {
	f.buf = append(f.buf[:0], s...)
	return f.buf
}

// name is nothing for what stands where nobody gave a name.
func (f *folder) name(dst []byte, name string) []byte {
	if fold.NoName(name) {
		return dst
	}
	return fold.AppendName(dst, f.bytes(name))
}

// address folds the lines together: where one ends is no part of it, but parts its numbers. Without one that
// a spreadsheet has replaced, the others are the address of a whole street.
func (f *folder) address(dst []byte, r *row) []byte {
	f.buf = f.buf[:0]
	for _, c := range r.from.layout.address {
		line := r.text(c)
		if table.Replaced(line) {
			return dst
		}
		f.buf = append(append(f.buf, line...), '\n')
	}
	return fold.AppendAddress(dst, f.buf)
}

func appendDay(dst []byte, day time.Time) []byte {
	if day.IsZero() {
		return dst
	}
	return day.AppendFormat(dst, time.DateOnly)
}

// fact folds a declared fact as a number of somebody, such as that of a passport.
func (f *folder) fact(dst []byte, name string, r *row) []byte {
	for _, c := range r.from.layout.facts {
		if c.name != name {
			continue
		}
		if v := r.facts[c.at]; v.Kind == segment.Date {
			return appendDay(dst, v.Date)
		}
		return fold.AppendID(dst, f.bytes(r.known(c.cell)))
	}
	return dst
}
