package programmes

import (
	"bytes"
	"embed"
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"text/template"

	"oshirase/config/programmes/draw"
)

//go:embed telecomsquare
var telecomSquare embed.FS

// writeTelecomSquare writes the campaign of 2013: see telecomsquare/README.md.
func writeTelecomSquare(dir string, c Counts) error {
	for _, sub := range []string{"recipients", "notices"} {
		if err := os.Mkdir(filepath.Join(dir, sub), 0o755); err != nil {
			return err
		}
	}
	for _, step := range []func(string, Counts) error{
		writeTexts, writeManifest, writeCompanies, writeRecipients,
	} {
		if err := step(dir, c); err != nil {
			return err
		}
	}
	return nil
}

func writeTexts(dir string, _ Counts) error {
	for _, name := range []string{
		"README.md", "notices/ap-a.ja.md", "notices/ap-a.en.md",
		"notices/web-b.ja.md", "notices/web-b.en.md",
	} {
		content, err := telecomSquare.ReadFile("telecomsquare/" + name)
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(dir, name), content, 0o644); err != nil {
			return err
		}
	}
	return nil
}

func writeManifest(dir string, c Counts) error {
	t, err := template.ParseFS(telecomSquare, "telecomsquare/campaign.yaml.tmpl")
	if err != nil {
		return err
	}
	var manifest bytes.Buffer
	if err := t.Execute(&manifest, c.Rows); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, "campaign.yaml"), manifest.Bytes(), 0o644)
}

func writeCompanies(dir string, c Counts) error {
	var file bytes.Buffer
	w := csv.NewWriter(&file)
	records := [][]string{{"company", "start", "contact_name", "contact_email"}}
	for i, company := range c.Companies {
		d := draw.For("report contact", i)
		records = append(records, []string{
			company.Name, company.Start,
			draw.Pick(d, familyNames).kanji + " " + draw.Pick(d, givenNames).kanji,
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
