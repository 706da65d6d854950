package recipient

import (
	"oshirase/jobs/mailbox"
	"oshirase/jobs/segment"
)

// Person is one affected human after de-duplication. Every text is as it was registered, without
// the spaces around it: folding is for matching only. Name, kana, birth date, e-mail address, phone
// and locale are those of the first row that has one, in the order of Spec.Prefer; postcode, address
// and country are taken together from one row.
type Person struct {
	// Number is that of the person's first row, counted from 1 over all files. It is known before the
	// people are counted, and no two people have the same.
	Number int

	Name      string
	Kana      string
	BirthDate string
	IDs       []string        // member numbers of all rows, in the order met, as far as they are whole
	Email     mailbox.Address // zero where there is none that can be used
	Phone     string
	Postcode  string
	Address   []string // lines of the postal address
	Country   string   // ISO 3166-1 alpha-2; empty: the sender's
	Locale    string   // as in the file; empty where unknown
	Companies []string // of the rows that matched a segment
	Further   Further  // what else they may know themselves by

	// How the person is affected. These may be shared by many people: they must not be changed.
	Segments  []string // ids, in the order of the spec
	Elements  []string // of all the segments, in one order for everybody
	Certainty string   // the strongest of the segments
	Notice    string   // of the first segment that matched

	Facts map[string]segment.Value
	Rows  []Row // the rows that were joined, first to last

	// Others are those of Rows that bear another name than the first. The ledger does not keep them.
	Others []Row
}

// Row names one row of a recipients file.
type Row struct {
	File int // index into Spec.Files
	Row  int // 1-based record number, the header not counted
}
