package templates

import (
	"fmt"
	"slices"
	"strings"
)

// Kinds that only fixed fields have.
const (
	kindElements  Kind = "list of elements"
	kindCertainty Kind = "certainty"
	kindClause    Kind = "clause"
)

// field is something a notice may print.
type field struct {
	name     string
	kind     Kind
	personal bool // differs between two readers of the same campaign and locale
	breaks   bool // its value may have several lines
	needed   bool // to print it, there must be a value
	get      func(*Values) any
}

// fixedFields are the fields of every notice; facts and incident values come from the schema.
var fixedFields = []field{
	{name: ".Person.Name", kind: KindText, personal: true,
		get: func(v *Values) any { return v.Name }},
	{name: ".Person.Reference", kind: KindText, personal: true,
		get: func(v *Values) any { return v.Reference }},
	{name: ".Person.Company", kind: KindText, personal: true,
		get: func(v *Values) any { return v.Company }},
	{name: ".Elements", kind: kindElements, personal: true,
		get: func(v *Values) any { return v.Elements }},
	{name: ".Certainty", kind: kindCertainty, personal: true,
		get: func(v *Values) any { return v.Certainty }},
	{name: ".Date", kind: KindDate, get: func(v *Values) any { return v.Date }},
	{name: ".Revision", kind: KindNumber, get: func(v *Values) any { return v.Revision }},
	{name: ".Controller.Name", kind: KindText,
		get: func(v *Values) any { return v.Controller.Name }},
	{name: ".Controller.Postcode", kind: KindText,
		get: func(v *Values) any { return v.Controller.Postcode }},
	{name: ".Controller.Address", kind: KindText, breaks: true,
		get: func(v *Values) any { return v.Controller.Address }},
	{name: ".Controller.Signer", kind: KindText,
		get: func(v *Values) any { return v.Controller.Signer }},
	{name: ".Contact.Phone", kind: KindText, get: func(v *Values) any { return v.Contact.Phone }},
	{name: ".Contact.Hours", kind: KindText, get: func(v *Values) any { return v.Contact.Hours }},
	{name: ".Contact.URL", kind: KindText, get: func(v *Values) any { return v.Contact.URL }},
	{name: ".Contact.Email", kind: KindText, get: func(v *Values) any { return v.Contact.Email }},
}

// codeField is the field of the code itself.
const codeField = ".Code"

// codeFields are those of a campaign whose people get one-use codes. A sentence about a code without the
// code would mislead: who has none must be left out by a condition.
var codeFields = []field{
	{name: codeField, kind: KindText, personal: true, needed: true,
		get: func(v *Values) any { return v.Code.Code }},
	{name: ".CodeStarts", kind: KindDate, personal: true, needed: true,
		get: func(v *Values) any { return v.Code.Starts }},
	{name: ".CodeExpires", kind: KindDate, personal: true, needed: true,
		get: func(v *Values) any { return v.Code.Expires }},
	{name: ".CodeEnrollBy", kind: KindDate, personal: true, needed: true,
		get: func(v *Values) any { return v.Code.EnrollBy }},
	{name: ".CodeURL", kind: KindText, get: func(v *Values) any { return v.Code.URL }},
}

// reportFields are those of a report to a company.
var reportFields = []field{
	{name: ".Report.People", kind: KindNumber, personal: true,
		get: func(v *Values) any { return v.Report.People }},
	{name: ".Report.Elsewhere", kind: KindNumber, personal: true,
		get: func(v *Values) any { return v.Report.Elsewhere }},
	{name: ".Report.Start", kind: KindDate, personal: true, needed: true,
		get: func(v *Values) any { return v.Report.Start }},
	{name: ".Report.Due", kind: KindBool, personal: true,
		get: func(v *Values) any { return v.Report.Due }},
	{name: ".Report.Listed", kind: KindBool, personal: true,
		get: func(v *Values) any { return v.Report.Listed }},
	{name: ".Report.Acknowledge", kind: KindBool, personal: true,
		get: func(v *Values) any { return v.Report.Acknowledge }},
}

// fieldsOf returns all fields that a notice under the schema may use, by name.
func fieldsOf(schema Schema, lang words) map[string]field {
	clause := clauseOf(schema.Prevailing, lang)
	fields := map[string]field{prevailingClause: {name: prevailingClause, kind: kindClause,
		get: func(*Values) any { return clause }}}
	for _, f := range fixedFields {
		fields[f.name] = f
	}
	if schema.Codes {
		for _, f := range codeFields {
			fields[f.name] = f
		}
	}
	if schema.Report {
		delete(fields, ".Certainty") // which differs between the people
		for _, f := range reportFields {
			fields[f.name] = f
		}
	}
	for name, kind := range schema.Facts {
		fields[".Facts."+name] = field{name: ".Facts." + name, kind: kind, personal: true,
			get: func(v *Values) any { return v.Facts[name] }}
	}
	for name, kind := range schema.Incident {
		fields[".Incident."+name] = field{name: ".Incident." + name, kind: kind,
			get: func(v *Values) any { return v.Incident[name] }}
	}
	return fields
}

// slot is a field in the form in which a notice prints it. Each is evaluated at most once per
// person, however often and in however many outputs it stands.
type slot struct {
	field
	grouped bool // a number with separators
}

// Facts are the names of the facts that a notice prints.
func (n *Notice) Facts() (names []string) {
	for _, s := range n.slots {
		if name, ok := strings.CutPrefix(s.name, ".Facts."); ok {
			names = append(names, name)
		}
	}
	return names
}

// slot returns the number of a field's slot.
func (c *compiler) slot(f field, grouped bool) int {
	n := c.notice
	i := slices.IndexFunc(n.slots, func(s slot) bool {
		return s.name == f.name && s.grouped == grouped
	})
	if i < 0 {
		n.slots = append(n.slots, slot{f, grouped})
		i = len(n.slots) - 1
	}
	return i
}

// functions are what may stand before a field, and the kind of field it takes.
var functions = map[string]Kind{"date": KindDate, "time": KindTime, "number": KindNumber}

// field compiles the inside of {{ … }} to a slot; false where there is a problem.
func (c *compiler) field(expr string, at place) (int, bool) {
	tokens := scan(expr)
	function := token{}
	if len(tokens) > 0 && tokens[0].kind == word {
		function, tokens = tokens[0], tokens[1:]
	}
	switch {
	case function.text != "" && !c.isFunction(function, at.plus(expr[:function.at])):
		return 0, false
	case len(tokens) == 0:
		c.problem(at, "there is no field in the braces", `write one such as {{ .Person.Name }}`)
		return 0, false
	case len(tokens) > 1 || tokens[0].kind != path:
		c.problem(at.plus(expr[:tokens[min(1, len(tokens)-1)].at]),
			fmt.Sprintf("%q is more than a field", expr),
			`write {{ .Person.Name }} or {{ date .Date }}`)
		return 0, false
	}
	f, ok := c.known(tokens[0], at.plus(expr[:tokens[0].at]))
	if !ok || !c.printable(f, function.text, at.plus(expr[:tokens[0].at])) {
		return 0, false
	}
	return c.slot(f, function.text == "number"), true
}

// isFunction reports whether the word can stand before a field.
func (c *compiler) isFunction(t token, at place) bool {
	if _, ok := functions[t.text]; ok {
		return true
	}
	if slices.Contains(controlWords, t.text) {
		c.problem(at, fmt.Sprintf("{{ %s }} stands in the middle of a line", t.text),
			"put it on a line of its own")
		return false
	}
	c.problem(at, fmt.Sprintf("there is no function %q", t.text),
		suggest(t.text, []string{"date", "time", "number"}))
	return false
}

// known looks a field up by its name.
func (c *compiler) known(t token, at place) (field, bool) {
	f, ok := c.fields[t.text]
	if !ok && slices.ContainsFunc(codeFields, func(f field) bool { return f.name == t.text }) {
		c.problem(at, fmt.Sprintf("%s is of a campaign with codes, and this one has none", t.text),
			"say codes: {file: …} in the manifest, or take it out")
	} else if !ok && slices.ContainsFunc(reportFields, func(f field) bool { return f.name == t.text }) {
		c.problem(at, fmt.Sprintf("%s is of the report to a company, and this notice is none", t.text),
			"name the notice under batches.report in the manifest, or take it out")
	} else if !ok {
		names := make([]string, 0, len(c.fields))
		for name := range c.fields {
			names = append(names, name)
		}
		slices.Sort(names)
		c.problem(at, fmt.Sprintf("there is no field %q", t.text), suggest(t.text, names))
	}
	return f, ok
}

// printable reports whether a field can be printed in this form, in this language.
func (c *compiler) printable(f field, function string, at place) bool {
	want := functions[function]
	switch {
	case function != "" && f.kind != want:
		c.problem(at, fmt.Sprintf("%s is a %s, not a %s", f.name, f.kind, want),
			fmt.Sprintf("write {{ %s }}", f.name))
	case f.kind == KindBool:
		c.problem(at, fmt.Sprintf("%s is true or false and has no words", f.name),
			fmt.Sprintf("use it as a condition: {{ if %s }}", f.name))
	case f.kind == kindCertainty && c.notice.lang.certainty == nil:
		c.problem(at, fmt.Sprintf("certainty has no words in %q", c.notice.lang.name),
			`write them under conditions: {{ if certainty "confirmed" }}`)
	case f.kind == kindElements:
		return c.elementsNamed(at)
	case f.kind == kindClause:
		return c.clausePrintable(at)
	default:
		return true
	}
	return false
}

// elementsNamed reports whether all elements have names, and says so once.
func (c *compiler) elementsNamed(at place) bool {
	if c.notice.listed {
		return true
	}
	c.notice.listed = true
	for _, id := range c.schema.Elements {
		if c.notice.elements[id] == "" {
			c.problem(at, fmt.Sprintf("element %q has no name in %q", id, c.notice.lang.name),
				"give it one in the campaign's elements")
		}
	}
	return true
}
