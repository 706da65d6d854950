package programmes

import (
	"bytes"
	"context"
	"embed"
	"encoding/csv"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"oshirase/config/programmes/draw"
	"oshirase/config/programmes/folder"
	"oshirase/config/programmes/names"
)

//go:embed telecomsquare
var telecomSquare embed.FS

// edition is one folder of telecomsquare: a revision of the sample, or the whole of it as a campaign of its own.
type edition struct {
	Stage
	Reports bool // companies are reported to
	postal  bool // one of them by letter
}

// writeTelecomSquare writes the campaign of 2013, a folder for each revision: see telecomsquare/campaign.
func writeTelecomSquare(dir string, scale float64) error {
	k := newCast(scale)
	stages := k.stages()
	if err := folder.Write(dir, telecomSquare, "telecomsquare/campaign", stages); err != nil {
		return err
	}
	for _, s := range stages {
		e := edition{Stage: s, Reports: true, postal: true}
		if err := e.write(filepath.Join(dir, fmt.Sprintf("revision-%d", s.Number)), k); err != nil {
			return err
		}
	}
	return nil
}

// WriteWhole makes the folder dir with the last state of telecomsquare, as a campaign of one revision: for who wants
// one campaign with everybody in it. Where companies are reported to, it is by e-mail.
func WriteWhole(ctx context.Context, dir string, scale float64, reports bool) error {
	p, err := find("telecomsquare", scale)
	if err != nil {
		return err
	}
	p.write = func(_ context.Context, dir string, scale float64) error {
		k := newCast(scale)
		e := edition{Stage: k.stages()[everybody], Reports: reports}
		e.Number = 1
		return e.fill(dir, k)
	}
	return p.into(ctx, dir, scale)
}

func (e edition) write(dir string, k *cast) error {
	if err := os.Mkdir(dir, 0o755); err != nil {
		return err
	}
	return e.fill(dir, k)
}

// fill writes the files of a campaign folder, which exists and is empty.
func (e edition) fill(dir string, k *cast) error {
	notices := filepath.Join(dir, "notices")
	err := errors.Join(os.Mkdir(filepath.Join(dir, "recipients"), 0o755), os.Mkdir(notices, 0o755))
	if err != nil {
		return err
	}
	if err := folder.Write(dir, telecomSquare, "telecomsquare/revision", e); err != nil {
		return err
	}
	texts := map[string]bool{"ap-a": true, "web-b": e.Public, "company": e.Reports}
	for from, wanted := range texts {
		if !wanted {
			continue
		}
		if err := folder.Write(notices, telecomSquare, "telecomsquare/"+from, nil); err != nil {
			return err
		}
	}
	return errors.Join(e.writeCompanies(dir), e.writeRecipients(dir, k))
}

// writeCompanies writes all twelve: who is not in the recipients files has no batch.
func (e edition) writeCompanies(dir string) error {
	var file bytes.Buffer
	w := csv.NewWriter(&file)
	records := [][]string{{"company", "start", "contact_name", "contact_email", "contact_postcode", "contact_address",
		"contact_locale"}}
	for i, company := range companies {
		records = append(records, append([]string{company.Name, company.Start}, e.contact(i, company)...))
	}
	for i := range records {
		if !e.Reports {
			records[i] = records[i][:2]
		}
	}
	if err := w.WriteAll(records); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, "companies.csv"), file.Bytes(), 0o644)
}

// contact is who of a company gets the report. The last of them has no e-mail address for it.
func (e edition) contact(i int, company Company) []string {
	d := draw.For("report contact", i)
	english := company.English
	name, _ := names.Of(d, english)
	locale := "ja"
	if english {
		locale = "en"
	}
	if e.postal && i == len(companies)-1 {
		home := names.HomeOf(d, english)
		address := strings.TrimSpace(home.Street + "\n" + home.Building)
		return []string{name, "", home.Postcode, address, locale}
	}
	return []string{name, "compliance@" + company.Domain, "", "", locale}
}

// writeRecipients writes the files, each from its own source of rows.
func (e edition) writeRecipients(dir string, k *cast) error {
	files := []recipientsFile{
		{name: "ap-a.csv", columns: slices.Concat(columnsOfAll, columnsOfCompanies), rows: k.rowsAPA(e.Stage)},
	}
	if e.Public {
		files = append(files,
			recipientsFile{name: "web-b.csv", columns: columnsOfAll, rows: k.rowsWebB(), bom: true},
			recipientsFile{name: "web-b-counter.csv", columns: columnsOfAll, rows: k.rowsCounter(), cp932: true})
	}
	for _, f := range files {
		if err := f.write(filepath.Join(dir, "recipients", f.name)); err != nil {
			return fmt.Errorf("write recipients: %w", err)
		}
	}
	return nil
}
