package campaign

import "time"

// Manifest is campaign.yaml: what the operator promised. Load reads it together with the files it
// names; nothing in it is personal data except the report contacts of batches.
type Manifest struct {
	ID            string          `yaml:"id"`
	Revision      int             `yaml:"revision"`
	AsOf          string          `yaml:"as_of"`    // YYYY-MM-DD or RFC 3339; fixes "today" for check and plan
	Timezone      string          `yaml:"timezone"` // IANA name; Asia/Tokyo by default
	Title         Text            `yaml:"title"`
	Controller    Controller      `yaml:"controller"`
	Contact       Contact         `yaml:"contact"`
	Incident      map[string]any  `yaml:"incident"` // dates (YYYY-MM-DD), numbers, text or Text by locale
	Jurisdictions []string        `yaml:"jurisdictions"`
	Elements      map[string]Text `yaml:"elements"` // names of elements that the catalogue lacks, or other words for them
	Recipients    []RecipientFile `yaml:"recipients"`
	Identity      [][]string      `yaml:"identity"`
	Segments      []Segment       `yaml:"segments"` // in order of precedence: the first that matches decides the notice
	Batches       Batches         `yaml:"batches"`
	Channels      Channels        `yaml:"channels"`
	Locales       Locales         `yaml:"locales"`
	Rates         Rates           `yaml:"rates"`
	Halt          Halt            `yaml:"halt"`
}

// Text is a text by locale (BCP 47). A plain string in YAML is the text of every locale (key "").
type Text map[string]string

// Controller is the company that is answerable for the data and signs the notice.
type Controller struct {
	Name     Text   `yaml:"name"`
	Postcode string `yaml:"postcode"`
	Address  Text   `yaml:"address"`
	Signer   Text   `yaml:"signer"` // office and name, as printed
}

// Contact is where a reader can ask.
type Contact struct {
	Phone string `yaml:"phone"`
	Hours Text   `yaml:"hours"`
	URL   string `yaml:"url"`
	Email string `yaml:"email"`
}

// RecipientFile is one CSV file of people. Columns and facts name the file's header cells.
type RecipientFile struct {
	File     string          `yaml:"file"`     // relative to the campaign folder
	Encoding string          `yaml:"encoding"` // auto (default), utf-8, utf-8-bom, cp932
	Rows     int             `yaml:"rows"`     // control total; 0 means none was given
	Columns  Columns         `yaml:"columns"`
	Facts    map[string]Fact `yaml:"facts"`
}

// Columns maps what Oshirase knows of a person to header cells. Name is required.
type Columns struct {
	ID       string   `yaml:"id"` // member or customer number
	Name     string   `yaml:"name"`
	Email    string   `yaml:"email"`
	Phone    string   `yaml:"phone"`
	Postcode string   `yaml:"postcode"`
	Address  []string `yaml:"address"`
	Country  string   `yaml:"country"` // ISO 3166-1 alpha-2
	Company  string   `yaml:"company"`
	Locale   string   `yaml:"locale"` // BCP 47
}

// Fact is a further column for segment rules and notices. In YAML a plain string is a text column.
type Fact struct {
	Column string `yaml:"column"`
	Type   string `yaml:"type"`   // text (default), date, number, bool
	Layout string `yaml:"layout"` // of a date, in Go's reference form; by default 2006-01-02, 2006/1/2 and 20060102
}

// Segment says who is affected and how.
type Segment struct {
	ID        string   `yaml:"id"`
	When      string   `yaml:"when"` // expr-lang over the facts, company, locale and id; empty matches every row
	Elements  []string `yaml:"elements"`
	Certainty string   `yaml:"certainty"` // suspected, possible, confirmed (default), ruled-out
	Notice    string   `yaml:"notice"`
}

// Batches says how people are released. Load fills List from File.
type Batches struct {
	By          string      `yaml:"by"`       // company (default), segment, locale, none
	File        string      `yaml:"file"`     // CSV: company,start[,contact_name,contact_email]
	Parallel    int         `yaml:"parallel"` // how many are open at once; 1 by default
	Individuals Individuals `yaml:"individuals"`
	List        []Batch     `yaml:"-"` // in order of release, individuals excluded
}

// Individuals is the batch of the people without a company.
type Individuals struct {
	Start string `yaml:"start"` // as in the companies file; empty means after the companies, at once
}

// Batch is one unit of release.
type Batch struct {
	Name         string
	Start        time.Time // zero means as soon as its turn comes
	ContactName  string
	ContactEmail string
	Line         int // in the companies file
}

// Channels are the ways a notice may go. A nil channel is not used.
type Channels struct {
	Email  *EmailChannel  `yaml:"email"`
	Letter *LetterChannel `yaml:"letter"`
}

// EmailChannel configures e-mail.
type EmailChannel struct {
	From    string        `yaml:"from"`     // RFC 5322 mailbox: name <address> or address
	ReplyTo string        `yaml:"reply_to"` // optional
	Bounce  string        `yaml:"bounce"`   // return path: bounce@example.com becomes bounce+TOKEN@example.com
	GiveUp  time.Duration `yaml:"give_up"`  // 72h by default
}

// LetterChannel configures post.
type LetterChannel struct {
	When     string `yaml:"when"`     // no-email (default), always, never
	Envelope string `yaml:"envelope"` // jp-chou3 (default)
}

// Locales are the campaign's languages. The notices' file names say which exist.
type Locales struct {
	Default    string `yaml:"default"`
	Prevailing string `yaml:"prevailing"`
}

// Rates are deliveries per second. Zero means unlimited. Load fills it from forms such as 50/s, 600/m.
type Rates struct {
	Total     Rate            `yaml:"total"`
	Providers map[string]Rate `yaml:"providers"`
}

// Rate is a number of deliveries per second.
type Rate float64

// Halt stops a batch whose refused share passes a limit, once After deliveries were tried.
type Halt struct {
	Refused string `yaml:"refused"` // percentage such as 10%
	After   int    `yaml:"after"`
}
