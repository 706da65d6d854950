package letters

import (
	"slices"
	"strings"
)

// courtesy is how a tradition addresses people and bodies of people. A person's form of address is
// never joined with a body's: 様 beside 御中 is the best known mistake on a Japanese envelope.
type courtesy struct {
	person   string   // after a name
	body     string   // after a company or department to which a letter goes as such
	guardian string   // a line of its own for the legal representative
	above    bool     // that line stands above the name and says whose
	known    []string // forms that may stand in person's place
	arrives  string   // follows any form of address
}

// courtesies by style. A legal representative is 法定代理人 in the civil codes of Japan and Taiwan and
// 법정대리인 in Korea's; in China a child's is called the guardian.
var courtesies = map[string]courtesy{
	"ja":      {person: "様", body: "御中", guardian: "法定代理人", known: []string{"様", "殿", "先生"}},
	"ko":      {person: "귀하", body: "귀중", guardian: "법정대리인", known: []string{"귀하", "님", "선생님"}},
	"zh-Hans": {guardian: "法定监护人", known: []string{"先生", "女士", "小姐"}, arrives: "收"},
	"zh-Hant": {guardian: "法定代理人", known: []string{"先生", "女士", "小姐", "君"}, arrives: "收"},
	"en":      {guardian: "Parent or guardian of", above: true},
}

// titles stand before a name, in the Latin-script form. A file may write them without the full stop
// and in any case.
var titles = []string{"Mr.", "Mrs.", "Ms.", "Miss", "Mx.", "Dr.", "Prof.", "Herr", "Frau", "M.", "Mme"}

// noHonorific is the word for printing a name alone.
const noHonorific = "none"

// title finds a word among the titles.
func title(word string) (string, bool) {
	i := slices.IndexFunc(titles, func(t string) bool {
		return strings.EqualFold(strings.TrimSuffix(t, "."), strings.TrimSuffix(word, "."))
	})
	if i < 0 {
		return "", false
	}
	return titles[i], true
}

// formOfAddress gives what stands before and after a name for the word in a file. A word of another
// tradition gives this one's own: of a file that says Mr. for everybody, a Japanese address gets 様.
func (c courtesy) formOfAddress(word string) (before, after string, err error) {
	word = strings.TrimSpace(word)
	switch t, known := title(word); {
	case word == "":
		return "", c.person, nil
	case word == noHonorific:
		return "", "", nil
	case slices.Contains(c.known, word):
		return "", word, nil
	case known && c.above:
		return t, "", nil
	case known || knownElsewhere(word):
		return "", c.person, nil
	}
	return "", "", &AddressError{"form of address", "is none that a letter knows"}
}

func knownElsewhere(word string) bool {
	for _, c := range courtesies {
		if slices.Contains(c.known, word) || word == c.body {
			return true
		}
	}
	return false
}

// greet joins a name with its form of address. A name that was registered with one keeps it.
func (c courtesy) greet(name, word string) (string, error) {
	before, after, err := c.formOfAddress(word)
	if err != nil {
		return "", err
	}
	if c.bears(name) {
		before, after = "", ""
	}
	return joined(before, name, after, c.arrives), nil
}

// bears reports a name that was registered with a form of address. 様 ends no name of its own; the
// others may, and count only behind a space.
func (c courtesy) bears(name string) bool {
	if c.above {
		first, _, found := strings.Cut(name, " ")
		_, known := title(first)
		return found && known
	}
	if c.person == "様" && strings.HasSuffix(name, "様") {
		return true
	}
	i := strings.LastIndexAny(name, " \u3000")
	return i >= 0 && slices.Contains(c.known, strings.TrimLeft(name[i:], " \u3000"))
}

// whole is a company or department to which a letter goes as such.
func (c courtesy) whole(name string) string {
	if c.body != "" && strings.HasSuffix(name, c.body) {
		return name
	}
	return joined(name, c.body, c.arrives)
}

// joined joins what there is of words with spaces.
func joined(words ...string) string {
	return strings.Join(slices.DeleteFunc(words, func(w string) bool { return w == "" }), " ")
}
