package campaign

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
)

// Problem is one thing wrong with the folder: where, what and what to do about it.
type Problem struct {
	File    string // relative to the folder
	Line    int    // 1-based; 0 where unknown
	Column  int    // 1-based, in characters; 0 where unknown
	What    string // lower case, no full stop
	Do      string // what to do, the same style
	Warning bool   // a warning does not make the campaign invalid
}

// String gives "file:line:column: what", without the numbers that are unknown. What to do about
// it is left to the caller, who has a way of his own to give hints.
func (p Problem) String() string {
	place := p.File
	for _, n := range []int{p.Line, p.Column} {
		if n == 0 {
			break
		}
		place += ":" + strconv.Itoa(n)
	}
	return place + ": " + p.What
}

// Invalid says whether one of the problems is more than a warning.
func Invalid(problems []Problem) bool {
	return slices.ContainsFunc(problems, func(p Problem) bool { return !p.Warning })
}

// sortProblems puts them in the order in which one reads the files, the manifest first.
func sortProblems(problems []Problem) {
	slices.SortStableFunc(problems, func(a, b Problem) int {
		return cmp.Or(
			-compareBool(a.File == ManifestFile, b.File == ManifestFile),
			cmp.Compare(a.File, b.File),
			cmp.Compare(a.Line, b.Line),
			cmp.Compare(a.Column, b.Column),
		)
	})
}

func compareBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	}
	return -1
}

// clip shortens what quotes a value: a problem is a line, and a stranger's key may be a megabyte.
func clip(what string) string {
	const most = 200
	if len(what) <= most {
		return what
	}
	return strings.ToValidUTF8(what[:most], "") + "…"
}

// position is a place in the manifest. The zero position is unknown.
type position struct{ line, column int }

// findings gathers problems of the manifest under the path of the value at fault, such as
// segments[0].notice.
type findings struct {
	at       map[string]position
	unread   map[position]bool // values left out because their form is wrong
	problems []Problem
}

func newFindings() findings {
	return findings{at: map[string]position{}, unread: map[position]bool{}}
}

// add reports a problem with the value at path. One whose form was reported is not also called
// missing.
func (f *findings) add(path, what, do string) {
	if p, ok := f.at[path]; ok && f.unread[p] {
		return
	}
	f.addAt(f.find(path), what, do)
}

// addValue reports that the form of a value is wrong.
func (f *findings) addValue(p position, what, do string) {
	f.unread[p] = true
	f.addAt(p, what, do)
}

func (f *findings) addAt(p position, what, do string) {
	f.problems = append(f.problems, Problem{
		File: ManifestFile, Line: p.line, Column: p.column, What: clip(what), Do: do,
	})
}

// warn reports something that does not make the campaign invalid.
func (f *findings) warn(path, what, do string) {
	p := f.find(path)
	f.problems = append(f.problems, Problem{
		File: ManifestFile, Line: p.line, Column: p.column,
		What: clip(what), Do: do, Warning: true,
	})
}

// given says whether the manifest has a value at path.
func (f *findings) given(path string) bool {
	_, ok := f.at[path]
	return ok
}

// find gives the place of a value or, where it is missing, of the nearest thing around it.
func (f *findings) find(path string) position {
	for path != "" {
		if p, ok := f.at[path]; ok {
			return p
		}
		path = path[:max(0, lastStep(path))]
	}
	return position{}
}

// lastStep is where the last step of a path begins: its dot or bracket.
func lastStep(path string) int {
	for i := len(path) - 1; i >= 0; i-- {
		if path[i] == '.' || path[i] == '[' {
			return i
		}
	}
	return -1
}
