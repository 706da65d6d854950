package campaign

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// readNotices reads every notices/NAME.LOCALE.md. That there is no notices folder is found by the
// segments, which miss theirs.
func (l *loader) readNotices() {
	names, err := l.source.notices()
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		l.addFile(noticesDir, err)
		return
	}
	taken := map[string]bool{}
	for _, bare := range names {
		file := noticesDir + "/" + strings.Map(printable, bare)
		name, locale, ok := splitNotice(bare)
		if !ok {
			l.problems = append(l.problems, Problem{File: file, Warning: true,
				What: "not a notice: the name is not NAME.LOCALE.md",
				Do:   "rename it or take it out"})
			continue
		}
		if taken[name+"."+locale] {
			l.problems = append(l.problems, Problem{File: file,
				What: "a second file for the same notice and language", Do: "keep one of them"})
			continue
		}
		taken[name+"."+locale] = true
		l.readNotice(Notice{Name: name, Locale: locale, File: file})
	}
	slices.SortStableFunc(l.folder.Notices, func(a, b Notice) int {
		return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.Locale, b.Locale))
	})
}

func (l *loader) readNotice(n Notice) {
	var err error
	if n.Source, err = l.source.read(n.File, maxNotice); err != nil {
		l.addFile(n.File, err) // and keep it, so that it is not called missing as well
	}
	l.folder.Notices = append(l.folder.Notices, n)
}

// printable keeps the name of a stranger's file from driving the terminal it is reported on. A
// notice has none of the characters that it changes.
func printable(r rune) rune {
	if unicode.IsGraphic(r) {
		return r
	}
	return '?'
}

// splitNotice takes NAME.LOCALE.md apart.
func splitNotice(file string) (name, locale string, ok bool) {
	stem, found := strings.CutSuffix(file, ".md")
	name, tag, cut := strings.Cut(stem, ".")
	if !found || !cut || !isID(name) {
		return "", "", false
	}
	locale, ok = canonical(tag)
	return name, locale, ok
}

// addFile reports a file that cannot be read.
func (l *loader) addFile(file string, err error) {
	what, do := readFault(err)
	l.problems = append(l.problems, Problem{File: file, What: what, Do: do})
}

// checkNotices sees that every notice exists in the languages that must not fail: a person whose
// own language has no notice gets the default one.
func (l *loader) checkNotices(m *Manifest) {
	used := map[string]bool{}
	for i, s := range m.Segments {
		if s.Notice == "" || used[s.Notice] {
			continue
		}
		used[s.Notice] = true
		l.checkNotice(index("segments", i)+".notice", s.Notice, m.Locales)
	}
	for at, name := range m.Updates.notices() {
		if !used[name] {
			used[name] = true
			l.checkNotice(at, name, m.Locales)
		}
	}
	if r := m.Batches.Report; r != nil && r.Notice != "" && !used[r.Notice] {
		used[r.Notice] = true
		l.checkNotice("batches.report.notice", r.Notice, m.Locales)
	}
	for _, n := range l.folder.Notices {
		if !used[n.Name] {
			l.problems = append(l.problems, Problem{File: n.File, Warning: true,
				What: "no segment uses this notice", Do: "name it in a segment, or take it out"})
		}
	}
}

func (l *loader) checkNotice(at, name string, m Locales) {
	if !isID(name) {
		l.add(at, fmt.Sprintf("notice %q is not a name of a notice", name), idForm)
		return
	}
	have := l.folder.LocalesOf(name)
	if len(have) == 0 {
		l.add(at, fmt.Sprintf("there is no notice %q", name), l.noticeHint(name, m.Default))
		return
	}
	must := slices.Compact([]string{m.Default, cmp.Or(m.Prevailing, m.Default)})
	for _, locale := range must {
		if _, ok := canonical(locale); ok && !slices.Contains(have, locale) {
			l.add(at, fmt.Sprintf("notice %q is missing in the language %q", name, locale),
				writeNotice(name, locale))
		}
	}
	l.checkTranslations(at, name, l.otherLocales(slices.Concat(must, have)))
}

// checkTranslations warns once of all the languages that a notice lacks.
func (l *loader) checkTranslations(at, name string, missing []string) {
	if len(missing) == 0 {
		return
	}
	word, list := "language", strconv.Quote(missing[0])
	for _, locale := range missing[1:] {
		word, list = "languages", list+", "+strconv.Quote(locale)
	}
	l.warn(at, fmt.Sprintf("notice %q is missing in the %s %s, which others have", name, word, list),
		writeNotice(name, missing[0])+map[bool]string{true: " and the others"}[len(missing) > 1])
}

// otherLocales are those of any notice that are not among the given ones, sorted.
func (l *loader) otherLocales(but []string) []string {
	others := map[string]bool{}
	for _, n := range l.folder.Notices {
		if !slices.Contains(but, n.Locale) {
			others[n.Locale] = true
		}
	}
	return sortedKeys(others)
}

func (l *loader) noticeHint(name, locale string) string {
	var names []string
	for _, n := range l.folder.Notices {
		names = append(names, n.Name)
	}
	if best, ok := nearest(name, names); ok {
		return fmt.Sprintf("did you mean %q?", best)
	}
	return writeNotice(name, cmp.Or(locale, "LOCALE"))
}

func writeNotice(name, locale string) string {
	return "write " + noticesDir + "/" + name + "." + locale + ".md"
}
