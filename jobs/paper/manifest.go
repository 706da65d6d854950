package paper

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strconv"
)

// manifest tells the mail house what is in the file: a row a letter, then the totals with the file's
// SHA-256. It has no names.
func (j *binding) manifest(w io.Writer) error {
	out := newTable(w)
	err := out.Write([]string{"sequence", "piece", "page_from", "page_to", "sheets", "postcode", "country",
		"mark", "customer_barcode", "no_barcode_because", "sha256"})
	for i, p := range j.pieces {
		r := j.rows[i]
		err = errors.Join(err, out.Write([]string{
			strconv.Itoa(i + 1), p.Number, strconv.Itoa(p.PageFrom), strconv.Itoa(p.PageFrom + p.Pages - 1),
			strconv.Itoa(p.Sheets), r.postcode, r.country, r.mark, r.customer, r.noCustomer, "",
		}))
	}
	err = errors.Join(err, out.Write([]string{
		"total", strconv.Itoa(j.file.Pieces), "1", strconv.Itoa(j.file.Pages), strconv.Itoa(j.file.Sheets),
		"", "", "", "", "", fmt.Sprintf("%x", j.file.SHA256),
	}))
	out.Flush()
	return errors.Join(err, out.Error())
}

// index tells the operator whose letter is where, and which variants it shows in their base form. It has
// references, which the ledger opens, and no names.
func (j *binding) index(w io.Writer) error {
	out := newTable(w)
	err := out.Write([]string{"sequence", "piece", "page_from", "reference", "batch", "notice", "locale",
		"base_forms"})
	for i, p := range j.pieces {
		err = errors.Join(err, out.Write([]string{strconv.Itoa(i + 1), p.Number, strconv.Itoa(p.PageFrom),
			p.Ref, p.Claim.Batch, p.Notice, p.Locale, j.rows[i].baseForms}))
	}
	out.Flush()
	return errors.Join(err, out.Error())
}

func newTable(w io.Writer) *csv.Writer {
	out := csv.NewWriter(w)
	out.UseCRLF = true
	return out
}
