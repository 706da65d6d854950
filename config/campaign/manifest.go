package campaign

import "time"

// Manifest is campaign.yaml: what the operator promised. Load reads it together with the files it
// names; nothing in it is personal data except the report contacts of batches.
//
// A value of Incident is a time.Time (midnight UTC), Moment, float64, bool, string or Text. Elements
// names the kinds of data that the catalogue of the templates lacks, or gives other words for
// them. Of the Segments that match a person, the first decides which notice they get.
type Manifest struct {
	ID            string            `yaml:"id"`
	Revision      int               `yaml:"revision"`
	AsOf          string            `yaml:"as_of"`    // as a batch's start; fixes "today"
	Timezone      string            `yaml:"timezone"` // IANA name; Asia/Tokyo by default
	Title         Text              `yaml:"title"`
	Controller    Controller        `yaml:"controller"`
	Contact       Contact           `yaml:"contact"`
	Incident      map[string]any    `yaml:"incident"`
	Jurisdictions []string          `yaml:"jurisdictions"`
	Elements      map[string]Text   `yaml:"elements"`
	Recipients    []RecipientFile   `yaml:"recipients"`
	Identity      [][]string        `yaml:"identity"`
	IdentityLimit int               `yaml:"identity_limit"` // people of one value; 20 by default
	Prefer        Prefer            `yaml:"prefer"`
	Segments      []Segment         `yaml:"segments"`
	Batches       Batches           `yaml:"batches"`
	Channels      Channels          `yaml:"channels"`
	Codes         *Codes            `yaml:"codes"` // nil: none are given
	Locales       Locales           `yaml:"locales"`
	Rates         Rates             `yaml:"rates"`
	Providers     map[string]string `yaml:"providers"` // domain: provider, before the shipped table
	Windows       []Window          `yaml:"windows"`   // of e-mail; none: at any time
	Halt          Halt              `yaml:"halt"`
	Expect        Expect            `yaml:"expect"`
	Updates       Updates           `yaml:"updates"` // of a further revision
}

// Controller is the company that is answerable for the data and signs the notice.
type Controller struct {
	Name     Text   `yaml:"name"`
	Postcode string `yaml:"postcode"`
	Address  Text   `yaml:"address"`
	Signer   Text   `yaml:"signer"`  // office and name, as printed
	Country  string `yaml:"country"` // ISO 3166-1 alpha-2, where letters are posted; JP by default
}

// Contact is where a reader can ask.
type Contact struct {
	Phone string `yaml:"phone"`
	Hours Text   `yaml:"hours"`
	URL   string `yaml:"url"`
	Email string `yaml:"email"`
}

// RecipientFile is one table of people: CSV, TSV or an Excel workbook, perhaps compressed with gzip or
// zstd. Columns and facts name the file's header cells. What is left out or auto is found out from the
// file, and said; what cannot be told safely is asked for.
type RecipientFile struct {
	File      string          `yaml:"file"`      // relative to the campaign folder
	Format    string          `yaml:"format"`    // auto (default), csv, tsv, xlsx
	Sheet     string          `yaml:"sheet"`     // of a workbook that has several; its name
	Delimiter string          `yaml:"delimiter"` // auto (default), comma, tab, semicolon, pipe
	Encoding  string          `yaml:"encoding"`  // auto (default), utf-8, utf-8-bom, cp932, euc-jp, utf-16
	Rows      int             `yaml:"rows"`      // control total; 0 means none was given
	Columns   Columns         `yaml:"columns"`
	Facts     map[string]Fact `yaml:"facts"`
}

// Prefer is the order in which the rows of one person are asked for name, contact points and language. Where
// nothing is preferred it is the order of the files.
type Prefer struct {
	Newest string   `yaml:"newest"` // a fact of type date: the newest row first
	Files  []string `yaml:"files"`  // the best first; those not named come after them
}

// Columns maps what Oshirase knows of a person to header cells. Name is required.
type Columns struct {
	ID        string `yaml:"id"` // member or customer number
	Name      string `yaml:"name"`
	Kana      string `yaml:"kana"`
	BirthDate string `yaml:"birth_date"`
	Email     string `yaml:"email"`
	Phone     string `yaml:"phone"`
	Postcode  string `yaml:"postcode"`
	Address   Lines  `yaml:"address"`
	Country   string `yaml:"country"` // ISO 3166-1 alpha-2
	Company   string `yaml:"company"`
	Locale    string `yaml:"locale"` // BCP 47
}

// Lines are header cells of which each gives one line. In YAML one of them may stand alone.
type Lines []string

// Fact is a further column for segment rules and notices. In YAML a plain string is a text
// column.
type Fact struct {
	Column string `yaml:"column"`
	Type   string `yaml:"type"`   // text (default), date, number, bool
	Layout string `yaml:"layout"` // of a date: in Go's form, 02.01.2006, or excel for numbers of days
}

// Segment says who is affected and how. Its rules know the facts, company, locale and id of a row. A row
// that only has elements by rules, and none of them, is not affected.
type Segment struct {
	ID         string   `yaml:"id"`
	Title      Text     `yaml:"title"`  // as it is published; none: the id
	When       string   `yaml:"when"`   // empty takes in every row; == and in compare folded texts
	Unless     Clauses  `yaml:"unless"` // exclusions, each with a name by which its rows are counted
	Elements   []string `yaml:"elements"`
	ElementsBy Clauses  `yaml:"elements_by"` // elements of those rows for which the rule holds
	Certainty  string   `yaml:"certainty"`   // suspected, possible, confirmed (default), ruled-out
	Notice     string   `yaml:"notice"`
	Channels   []string `yaml:"channels"` // to be written to by all of these; none: as Manifest.Channels say
}

// Batches says how people are released. Load fills List from File.
type Batches struct {
	By          string      `yaml:"by"`       // company (default), segment, locale, file, none
	File        string      `yaml:"file"`     // CSV: company,start and the report contact's columns
	Parallel    int         `yaml:"parallel"` // how many are open at once; 1 by default
	Individuals Individuals `yaml:"individuals"`
	Report      *Report     `yaml:"report"` // nil: companies are not reported to
	List        []Batch     `yaml:"-"`      // in order of release, individuals excluded
}

// IndividualsBatch is the name of the batch of the people without a company. No company may have
// it.
const IndividualsBatch = "individuals"

// Individuals is the batch of the people without a company. Without a start they come after the
// companies.
type Individuals struct {
	Start string    `yaml:"start"` // as in the companies file
	At    time.Time `yaml:"-"`     // Start in the campaign's zone; zero where it is empty
}

// Batch is one unit of release.
type Batch struct {
	Name    string
	Start   time.Time // zero means as soon as its turn comes
	Contact ReportContact
	Line    int // in the companies file
}

// Channels are the ways a notice may go. A nil channel is not used.
type Channels struct {
	Email  *EmailChannel  `yaml:"email"`
	Letter *LetterChannel `yaml:"letter"`
	Feed   *FeedChannel   `yaml:"feed"`
}

// EmailChannel configures e-mail. Of Bounce bounce@example.com a delivery's return path is
// bounce+TOKEN@example.com.
type EmailChannel struct {
	From    string        `yaml:"from"`     // RFC 5322 mailbox: name <address> or address
	ReplyTo string        `yaml:"reply_to"` // optional
	Bounce  string        `yaml:"bounce"`   // return path, a token is put in
	GiveUp  time.Duration `yaml:"give_up"`  // 72h by default

	// Uncertain says what becomes of a delivery of which nobody knows whether it arrived: hold
	// (default) until somebody finds out, or resend once after a while, which may tell a person twice.
	Uncertain string `yaml:"uncertain"`

	// Senders are the brands that some notices speak for, by the name of the notice. What a person is
	// told decides who tells them: a brand that asked its customers to expect mail from one address
	// must not write to those of another.
	Senders map[string]Sender `yaml:"senders"`
}

// Sender is who a notice comes from, in place of the channel's From and ReplyTo. Without a ReplyTo,
// answers go to From.
type Sender struct {
	From    string `yaml:"from"`
	ReplyTo string `yaml:"reply_to"`
}

// SenderOf is who a notice comes from.
func (e *EmailChannel) SenderOf(notice string) Sender {
	if s, ok := e.Senders[notice]; ok {
		return s
	}
	return Sender{From: e.From, ReplyTo: e.ReplyTo}
}

// Locales are the campaign's languages. The notices' file names say which exist.
type Locales struct {
	Default    string `yaml:"default"`    // of the people whose language has no notice
	Prevailing string `yaml:"prevailing"` // its notice decides where they differ; empty: none was named
}

// Rates are deliveries per second. Zero means unlimited. Load fills it from forms such as 50/s,
// 600/m.
type Rates struct {
	Total       Rate            `yaml:"total"`
	Providers   map[string]Rate `yaml:"providers"`
	Connections map[string]int  `yaml:"connections"` // of a provider, under way at once
}

// Halt stops a batch whose refused share passes a limit, once After deliveries were tried.
type Halt struct {
	Refused string `yaml:"refused"` // percentage such as 10%; empty means never
	After   int    `yaml:"after"`   // 100 by default
}
