package campaign

import "testing"

func TestASegmentsPeopleAreReachedByItsOwnChannels(t *testing.T) {
	t.Parallel()
	m := Manifest{
		Segments: []Segment{{ID: "all", Channels: []string{"email", "letter", "feed"}}, {ID: "most"},
			{ID: "paper", Channels: []string{"letter"}}, {ID: "page", Channels: []string{"feed"}}},
		Channels: Channels{
			Email: &EmailChannel{}, Letter: &LetterChannel{When: "on-failure"}, Feed: &FeedChannel{When: "never"},
		},
	}
	for _, c := range []struct {
		segments     []string
		email        bool
		letter, feed string // when
	}{
		{[]string{"most"}, true, "on-failure", "never"},
		{nil, true, "on-failure", "never"},
		{[]string{"most", "all"}, true, "always", "always"},
		{[]string{"paper"}, false, "always", ""},
		{[]string{"paper", "page"}, false, "always", "always"},
	} {
		got, letter, feed := m.ChannelsOf(c.segments), "", ""
		if got.Letter != nil {
			letter = got.Letter.When
		}
		if got.Feed != nil {
			feed = got.Feed.When
		}
		if got.Email != nil != c.email || letter != c.letter || feed != c.feed {
			t.Errorf("%v: email %v, letter %q, feed %q; want %+v", c.segments, got.Email != nil, letter, feed, c)
		}
	}
	if m.Channels.Letter.When != "on-failure" || m.Channels.Feed.When != "never" {
		t.Errorf("the campaign's own channels were changed")
	}
	bare := Manifest{Segments: m.Segments}
	if got := bare.ChannelsOf([]string{"all"}); got != (Channels{}) {
		t.Errorf("channels that the campaign lacks: %+v", got)
	}
}
