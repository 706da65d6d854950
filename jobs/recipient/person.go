package recipient

import "time"

// Person is one affected human after de-duplication. Every text is as it was registered, without
// the spaces around it: folding is for matching only. Name, e-mail address, phone and locale are
// those of the first row that has one; postcode, address and country are taken together from one
// row.
type Person struct {
	Name      string           `json:"name"`
	IDs       []string         `json:"ids,omitempty"` // member numbers of all rows, in the order met
	Email     Address          `json:"email"`         // zero where there is none that can be used
	Phone     string           `json:"phone,omitempty"`
	Postcode  string           `json:"postcode,omitempty"`
	Address   []string         `json:"address,omitempty"`   // lines of the postal address
	Country   string           `json:"country,omitempty"`   // ISO 3166-1 alpha-2; empty: the sender's
	Locale    string           `json:"locale,omitempty"`    // as in the file; empty where unknown
	Companies []string         `json:"companies,omitempty"` // of the rows that matched a segment
	Segments  []string         `json:"segments"`            // ids, in the order of the spec
	Elements  []string         `json:"elements"`            // of all the segments, in the order named
	Certainty string           `json:"certainty"`           // the strongest of the segments
	Notice    string           `json:"notice"`              // of the first segment that matched
	Facts     map[string]Value `json:"facts,omitempty"`
	Rows      []Row            `json:"rows"` // the rows that were joined, first to last
}

// Address is an e-mail address in the form it was registered and in the form SMTP takes (RFC 5321).
// They differ for the local parts that Japanese carriers issued against RFC 5322, which are quoted
// on the wire: foo..bar@docomo.ne.jp goes as "foo..bar"@docomo.ne.jp.
type Address struct {
	Raw  string `json:"raw,omitempty"`
	Wire string `json:"wire,omitempty"`
}

// Row names one row of a recipients file.
type Row struct {
	File int `json:"f"` // index into Spec.Files
	Row  int `json:"r"` // 1-based record number, the header not counted
}

// Kind is the type of a fact.
type Kind string

// The kinds of facts.
const (
	Text   Kind = "text"
	Date   Kind = "date"
	Number Kind = "number"
	Bool   Kind = "bool"
)

// Value is a fact of one person. An empty cell has no Value. Only the field of its kind is set,
// besides Text.
type Value struct {
	Kind   Kind      `json:"k"`
	Text   string    `json:"t,omitempty"` // as it stood in the file
	Date   time.Time `json:"d,omitzero"`  // midnight UTC
	Number float64   `json:"n,omitempty"`
	Bool   bool      `json:"b,omitempty"`
}
