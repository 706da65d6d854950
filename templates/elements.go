package templates

import (
	_ "embed"
	"sync"

	"github.com/goccy/go-yaml"
)

//go:embed elements.yaml
var elementsYAML []byte

// catalogue returns the names of the elements we know, by id and locale.
var catalogue = sync.OnceValue(func() map[string]map[string]string {
	var names map[string]map[string]string
	if err := yaml.Unmarshal(elementsYAML, &names); err != nil {
		panic(err)
	}
	return names
})

// ElementName returns what an element is called in a locale. names (by id and locale, "" being
// every locale) comes before the catalogue; false where neither has a name.
func ElementName(locale, id string, names map[string]map[string]string) (string, bool) {
	tag, err := parseTag(locale)
	if err != nil {
		return "", false
	}
	keys := chain(tag)
	if name, ok := first(names[id], append(keys, "")); ok {
		return name, true
	}
	return first(catalogue()[id], keys)
}

// first returns the first text that is there and not empty.
func first(texts map[string]string, keys []string) (string, bool) {
	for _, key := range keys {
		if text := texts[key]; text != "" {
			return text, true
		}
	}
	return "", false
}
