package compose

import (
	"slices"
	"time"

	"oshirase/config/campaign"
	"oshirase/templates"
)

// schemaOf tells what the notices of a manifest may speak of.
func schemaOf(m campaign.Manifest) templates.Schema {
	s := templates.Schema{
		Facts: map[string]templates.Kind{}, Incident: map[string]templates.Kind{}, Codes: m.Codes != nil,
		Prevailing: m.Locales.Prevailing,
	}
	for _, f := range m.Recipients {
		for name, fact := range f.Facts {
			s.Facts[name] = templates.Kind(fact.Type)
		}
	}
	for name, value := range m.IncidentIn(m.Locales.Default) {
		s.Incident[name] = kindOf(value)
	}
	for _, g := range m.Segments {
		s.Segments = append(s.Segments, g.ID)
		for _, e := range g.AllElements() {
			if !slices.Contains(s.Elements, e) {
				s.Elements = append(s.Elements, e)
			}
		}
	}
	return s
}

// elementNames is what the manifest calls the elements, by element and locale.
func elementNames(m campaign.Manifest) map[string]map[string]string {
	names := make(map[string]map[string]string, len(m.Elements))
	for id, text := range m.Elements {
		names[id] = text
	}
	return names
}

// incidentIn is the incident as a notice in the first of the locales takes it.
func incidentIn(m campaign.Manifest, locales ...string) map[string]any {
	in := m.IncidentIn(locales...)
	for name, value := range in {
		if at, ok := value.(campaign.Moment); ok {
			in[name] = time.Time(at)
		}
	}
	return in
}

// kindOf is the type of an incident's value as the manifest gives it.
func kindOf(value any) templates.Kind {
	switch value.(type) {
	case time.Time:
		return templates.KindDate
	case campaign.Moment:
		return templates.KindTime
	case float64:
		return templates.KindNumber
	case bool:
		return templates.KindBool
	}
	return templates.KindText
}
