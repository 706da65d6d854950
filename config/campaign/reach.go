package campaign

import (
	"fmt"
	"slices"
)

// ChannelsOf are the ways to the people of these segments: the campaign's, unless one of the segments has its own.
// Who is of several that do is written to by all of them.
func (m *Manifest) ChannelsOf(segments []string) Channels {
	var own []string
	for i := range m.Segments {
		if s := &m.Segments[i]; len(s.Channels) > 0 && slices.Contains(segments, s.ID) {
			own = append(own, s.Channels...)
		}
	}
	if own == nil {
		return m.Channels
	}
	return m.Channels.always(own)
}

// always are the channels named, each of them whatever becomes of the others, and no other.
func (c Channels) always(names []string) (out Channels) {
	if slices.Contains(names, "email") {
		out.Email = c.Email
	}
	if c.Letter != nil && slices.Contains(names, "letter") {
		letter := *c.Letter
		letter.When, out.Letter = "always", &letter
	}
	if c.Feed != nil && slices.Contains(names, "feed") {
		feed := *c.Feed
		feed.When, out.Feed = "always", &feed
	}
	return out
}

// checkReach sees that the campaign says how a segment's own channels are used.
func (l *loader) checkReach(at string, s Segment) {
	c := l.folder.Manifest.Channels
	said := map[string]bool{"email": c.Email != nil, "letter": c.Letter != nil, "feed": c.Feed != nil}
	for i, name := range s.Channels {
		is, known := said[name]
		switch {
		case !known:
			l.add(index(at+".channels", i), fmt.Sprintf("unknown channel %q", name), "use email, letter or feed")
		case !is:
			l.add(index(at+".channels", i), fmt.Sprintf("channel %q is none of the campaign's", name),
				"say under channels how it is used; when: never, if it is for this segment alone")
		}
	}
}
