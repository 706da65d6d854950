package programmes

import (
	"bytes"
	"embed"
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"oshirase/config/programmes/draw"
	"oshirase/config/programmes/folder"
	"oshirase/config/programmes/names"
)

//go:embed telecomsquare
var telecomSquare embed.FS

// writeTelecomSquare writes the campaign of 2013: see telecomsquare/README.md.
func writeTelecomSquare(dir string, c Counts) error {
	if err := folder.Write(dir, telecomSquare, "telecomsquare", c.Rows); err != nil {
		return err
	}
	if err := os.Mkdir(filepath.Join(dir, "recipients"), 0o755); err != nil {
		return err
	}
	if err := writeCompanies(dir, c); err != nil {
		return err
	}
	return writeRecipients(dir, c)
}

func writeCompanies(dir string, c Counts) error {
	var file bytes.Buffer
	w := csv.NewWriter(&file)
	records := [][]string{{"company", "start", "contact_name", "contact_email"}}
	for i, company := range c.Companies {
		d := draw.For("report contact", i)
		records = append(records, []string{
			company.Name, company.Start,
			draw.Pick(d, names.Families).Kanji + " " + draw.Pick(d, names.Given).Kanji,
			"privacy@" + company.Domain,
		})
	}
	if err := w.WriteAll(records); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, "companies.csv"), file.Bytes(), 0o644)
}

// writeRecipients writes the three files, each from its own source of rows.
func writeRecipients(dir string, c Counts) error {
	k := newCast(c)
	withCompany := slices.Concat(columnsOfAll, columnsOfCompanies)
	for _, f := range []recipientsFile{
		{name: "ap-a.csv", columns: withCompany, rows: k.rowsAPA()},
		{name: "web-b.csv", columns: columnsOfAll, rows: k.rowsWebB(), bom: true},
		{name: "web-b-counter.csv", columns: columnsOfAll, rows: k.rowsCounter(), cp932: true},
	} {
		if err := f.write(filepath.Join(dir, "recipients", f.name)); err != nil {
			return fmt.Errorf("write recipients: %w", err)
		}
	}
	return nil
}
