package campaign

import (
	"cmp"
	"fmt"
	"net"
	"net/url"
	"slices"
	"time"
)

// FeedChannel configures messages for the operator's own members' page. They are for people with a member
// number.
type FeedChannel struct {
	When string `yaml:"when"` // always (default), no-email, never

	// One of these is the way to the page.
	Webhook *Webhook  `yaml:"webhook"`
	File    *FeedFile `yaml:"file"`

	// Tells says that a message on the page is as good as a notice: a person with nothing else counts as
	// told. Without it they do not, for nobody can say whether a member ever logs in.
	Tells bool `yaml:"tells"`
}

// Webhook is where the page's server takes messages. The secret that signs them is a setting of the
// installation and not the campaign's.
type Webhook struct {
	URL    string        `yaml:"url"`     // https; http to the machine itself
	Rate   Rate          `yaml:"rate"`    // messages per second; zero is unlimited
	GiveUp time.Duration `yaml:"give_up"` // 72h by default
}

// FeedFile says that messages go into files, which the page's server fetches. Where they lie, and the key that
// signs them, are settings of the installation.
type FeedFile struct {
	Messages int `yaml:"messages"` // of one file; MostMessages by default, and at the most
}

// MostMessages is how many messages a file has room for: they are sent with one transaction.
const MostMessages = 2000

func fillFeed(f *FeedChannel) {
	if f.File != nil {
		f.File.Messages = cmp.Or(f.File.Messages, MostMessages)
	}
	orDefault(&f.When, "always")
	if f.Webhook != nil && f.Webhook.GiveUp == 0 {
		f.Webhook.GiveUp = 72 * time.Hour
	}
}

func (l *loader) checkFeed(f *FeedChannel) {
	l.oneOf("channels.feed.when", "time for a message on the members' page", f.When, feedWhen)
	switch {
	case f.Webhook == nil && f.File == nil:
		l.add("channels.feed", "a members' page and no way to it",
			"say webhook: {url: https://…}, as the page's server has it, or file: {} for files that it fetches")
	case f.Webhook != nil && f.File != nil:
		l.add("channels.feed", "two ways to the members' page",
			"say webhook or file: with both, every member would have the message twice")
	case f.File != nil:
		if n := f.File.Messages; n < 1 || n > MostMessages {
			l.add("channels.feed.file.messages", fmt.Sprintf("%d messages in a file", n),
				fmt.Sprintf("say a number from 1 to %d", MostMessages))
		}
	default:
		if do := webhookFault(f.Webhook.URL); do != "" {
			l.add("channels.feed.webhook.url", "the address of the members' page cannot be used", do)
		}
	}
	numbered := func(r RecipientFile) bool { return r.Columns.ID != "" }
	if !slices.ContainsFunc(l.folder.Manifest.Recipients, numbered) {
		l.add("channels.feed", "messages for members, and no member numbers",
			"say in the recipients' columns: {id: …} with the header cell of the member number")
	}
}

// webhookFault says what to do about an address. Neither repeats it: it may have a password in it.
func webhookFault(s string) (do string) {
	u, err := url.Parse(s)
	switch {
	case err != nil || u.Hostname() == "" || u.Scheme != "https" && u.Scheme != "http":
		return "write it as https://members.example.com/path"
	case u.Scheme == "http" && !isLoopback(u.Hostname()):
		return "write https: what happened to somebody's data is nobody else's business"
	case u.User != nil:
		return "take the user and password out: messages are signed, and the manifest is no place for secrets"
	case u.Fragment != "":
		return "take out what follows the #"
	}
	return ""
}

func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}
