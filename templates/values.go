package templates

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// values is one rendering: a person's values and what they read as, made when first needed. The
// first value that cannot be printed is kept in bad; the rendering then runs to its end and is
// thrown away.
type values struct {
	n     *Notice
	v     *Values
	texts []string
	ready []bool
	item  string // the element that a list is at
	bad   error  // a *ValueError
}

func (n *Notice) values(v *Values) *values {
	slots := len(n.slots)
	return &values{n: n, v: v, texts: make([]string, slots), ready: make([]bool, slots)}
}

// itemSlot stands for the element that a list is at.
const itemSlot = -1

// text returns what a slot reads as.
func (r *values) text(slot int) string {
	if slot == itemSlot {
		return r.item
	}
	if !r.ready[slot] {
		r.texts[slot] = r.format(r.n.slots[slot])
		r.ready[slot] = true
	}
	return r.texts[slot]
}

func (r *values) fail(field, format string, args ...any) string {
	if r.bad == nil {
		r.bad = &ValueError{field, fmt.Sprintf(format, args...)}
	}
	return ""
}

func (r *values) format(s slot) string {
	value := s.get(r.v)
	switch s.kind {
	case kindElements:
		return r.n.lang.enumerate(r.elements())
	case kindCertainty:
		return r.certainty()
	}
	if s.needed && empty(value) {
		return r.fail(s.name, "has no value for this person")
	}
	if value == nil {
		return ""
	}
	switch s.kind {
	case KindDate, KindTime:
		return r.date(s, value)
	case KindNumber:
		return r.number(s, value)
	}
	text, ok := value.(string)
	if !ok {
		return r.fail(s.name, "is not a text")
	}
	return r.checked(s, text)
}

// checked refuses what a person's mail client or eye would not see as it is.
func (r *values) checked(s slot, text string) string {
	if s.breaks {
		text = strings.Trim(text, "\n")
	}
	if at, what := strange(text, s.breaks); at >= 0 {
		if what == notUTF8 {
			return r.fail(s.name, "%s", what)
		}
		c, _ := utf8.DecodeRuneInString(text[at:])
		return r.fail(s.name, "has the %s %U", what, c)
	}
	return text
}

func (r *values) date(s slot, value any) string {
	day, ok := value.(time.Time)
	if !ok {
		return r.fail(s.name, "is not a %s", s.kind)
	}
	if day.IsZero() {
		return ""
	}
	if s.kind == KindTime {
		return r.n.lang.moment(day, r.n.calendar == calendarJapanese)
	}
	return r.n.lang.date(day, r.n.calendar == calendarJapanese)
}

func (r *values) number(s slot, value any) string {
	var number float64
	switch value := value.(type) {
	case float64:
		number = value
	case int:
		number = float64(value)
	case int64:
		number = float64(value)
	default:
		return r.fail(s.name, "is not a number")
	}
	if s.grouped {
		return r.n.lang.number(number)
	}
	return strconv.FormatFloat(number, 'f', -1, 64)
}

// elements returns the names of the person's elements, in their order.
func (r *values) elements() []string {
	names := make([]string, 0, len(r.v.Elements))
	for _, id := range r.v.Elements {
		name := r.n.elements[id]
		if name == "" {
			r.fail(".Elements", "element %q is not in the campaign", id)
		}
		names = append(names, name)
	}
	return names
}

func (r *values) certainty() string {
	if r.v.Certainty == "" {
		return ""
	}
	i := slices.Index(certainties, r.v.Certainty)
	if i < 0 {
		return r.fail(".Certainty", "is none of %s", strings.Join(certainties, ", "))
	}
	return r.n.lang.certainty[i]
}

// empty reports whether a value counts as absent in a condition.
func empty(value any) bool {
	switch value := value.(type) {
	case nil:
		return true
	case string:
		return value == ""
	case bool:
		return !value
	case float64:
		return value == 0
	case int:
		return value == 0
	case int64:
		return value == 0
	case time.Time:
		return value.IsZero()
	case []string:
		return len(value) == 0
	}
	return false
}
