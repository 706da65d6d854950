// Package config holds the settings of one installation: where the ledger, the keys, Redis and the
// relay are. They come from the environment over oshirase.yaml; flags go over both and are the
// program's business.
package config

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"time"

	"github.com/goccy/go-yaml"
)

// Settings are the settings of one installation.
type Settings struct {
	Ledger     string `yaml:"ledger"`      // path of the SQLite file
	Keys       string `yaml:"keys"`        // directory of the keys
	MasterFile string `yaml:"master_file"` // file of the master key; empty: in the directory of the keys
	Redis      string `yaml:"redis"`       // redis://, rediss:// or redis-sentinel://; empty: inside the process
	SMTP       List   `yaml:"smtp"`        // smtp://user:password@host:587, of one relay or several
	Letters    string `yaml:"letters"`     // directory for print files
	Users      string `yaml:"users"`       // file of the users of serve

	// Flight is the directory of this machine's flight logs, which its next worker must find again. Empty: beside
	// the ledger where that is a file, otherwise in the working directory.
	Flight string `yaml:"flight"`

	// MasterKey is the master key itself. It comes from the environment only: a file with it has its own name.
	MasterKey string `yaml:"-"`

	// ShutdownTimeout is how long a stopping worker waits for what is at the relay.
	ShutdownTimeout time.Duration `yaml:"shutdown_timeout"`
	Deadlines       Deadlines     `yaml:"deadlines"`

	Webhook Webhook `yaml:"webhook"`
	Feed    Feed    `yaml:"feed"`

	DKIM     DKIMs  `yaml:"dkim"`
	SMIME    SMIME  `yaml:"smime"`
	Resolver string `yaml:"resolver"` // host:port of the DNS server that check --relay asks; empty: none
}

// Webhook are the settings of messages to members' pages.
type Webhook struct {
	Secret  List          `yaml:"secret"`  // whsec_…; the older ones behind it while a page changes over
	CA      string        `yaml:"ca"`      // PEM file that the page's certificate leads to; empty: the system's
	Timeout time.Duration `yaml:"timeout"` // of an answer; zero: thirty seconds
}

// Feed are the settings of files for members' pages.
type Feed struct {
	Dir string `yaml:"dir"` // where they go: one directory for all workers
	Key string `yaml:"key"` // PEM file of the Ed25519 key that signs them
}

// DKIMs are the settings of DKIM signatures, a key each; where there is none, messages get none.
type DKIMs []DKIM

// UnmarshalYAML takes one mapping or a list of them.
func (d *DKIMs) UnmarshalYAML(decode func(any) error) error {
	var shape any
	if err := decode(&shape); err != nil || shape == nil {
		return err
	}
	if _, several := shape.([]any); several {
		return decode((*[]DKIM)(d))
	}
	*d = make(DKIMs, 1)
	return decode(&(*d)[0])
}

// useKey puts the key's file of the environment in the place of the one that is set.
func (d *DKIMs) useKey(file string) error {
	switch len(*d) {
	case 0:
		*d = DKIMs{{Key: file}} // what it lacks is said by whoever reads the key
	case 1:
		(*d)[0].Key = file
	default:
		return fmt.Errorf("OSHIRASE_DKIM_KEY names one key's file, and dkim has %d keys, each with its own", len(*d))
	}
	return nil
}

// DKIM is one key that signs what comes from its domain and from those below.
type DKIM struct {
	Domain   string `yaml:"domain"`
	Selector string `yaml:"selector"`
	Key      string `yaml:"key"` // PEM file
}

// SMIME are the settings of S/MIME signatures; where all are empty, messages get none.
type SMIME struct {
	Certificate string `yaml:"certificate"` // PEM file, an intermediate behind it
	Key         string `yaml:"key"`         // PEM file
	Except      List   `yaml:"except"`      // domains whose recipients get no signature
}

// List is words with spaces between. In the file it may be a list as well.
type List string

// UnmarshalYAML takes a string or a list of strings.
func (l *List) UnmarshalYAML(text []byte) error {
	var words []string
	if err := yaml.Unmarshal(text, &words); err == nil {
		*l = List(strings.Join(words, " "))
		return nil
	}
	return yaml.Unmarshal(text, (*string)(l))
}

// Words are the list's.
func (l List) Words() []string { return strings.Fields(string(l)) }

// Deadlines are how long the stages of an SMTP conversation may take. Zero is the value of RFC 5321
// section 4.5.3.2.
type Deadlines struct {
	Dial, Greeting, Command, Body, Dot time.Duration
}

// File is the name of the settings file, in the working directory.
const File = "oshirase.yaml"

// Defaults are the settings of an installation that has none.
func Defaults() Settings {
	return Settings{
		Ledger: "oshirase.db", Keys: "oshirase-keys", Letters: "oshirase-letters",
		Users: "oshirase-users", ShutdownTimeout: 30 * time.Second,
		Feed: Feed{Dir: "oshirase-feed"},
	}
}

// Load reads the file, if there is one, and the environment over it.
func Load(file string, getenv func(string) string) (Settings, error) {
	s := Defaults()
	text, err := os.ReadFile(file)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return s, fmt.Errorf("read settings: %w", err)
	}
	if len(bytes.TrimSpace(text)) > 0 {
		if err := yaml.UnmarshalWithOptions(text, &s, yaml.Strict()); err != nil {
			return s, fmt.Errorf("settings %q: %s", file, yaml.FormatError(err, false, false))
		}
	}
	for name, field := range map[string]*string{
		"OSHIRASE_LEDGER": &s.Ledger, "OSHIRASE_KEYS": &s.Keys, "OSHIRASE_REDIS": &s.Redis,
		"OSHIRASE_SMTP": (*string)(&s.SMTP), "OSHIRASE_LETTERS": &s.Letters, "OSHIRASE_USERS": &s.Users,
		"OSHIRASE_FLIGHT":   &s.Flight,
		"OSHIRASE_RESOLVER": &s.Resolver, "OSHIRASE_MASTER_FILE": &s.MasterFile,
		"OSHIRASE_MASTER_KEY": &s.MasterKey, "OSHIRASE_SMIME_KEY": &s.SMIME.Key,
		"OSHIRASE_WEBHOOK_SECRET": (*string)(&s.Webhook.Secret), "OSHIRASE_WEBHOOK_CA": &s.Webhook.CA,
		"OSHIRASE_FEED": &s.Feed.Dir, "OSHIRASE_FEED_KEY": &s.Feed.Key,
	} {
		if v := getenv(name); v != "" {
			*field = v
		}
	}
	if file := getenv("OSHIRASE_DKIM_KEY"); file != "" {
		return s, s.DKIM.useKey(file)
	}
	return s, nil
}
