package jtb

import (
	"bytes"
	"embed"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"text/template"
)

// campaignFiles are the files of the folder that are no recipients: the manifest as a template of its control
// totals, and in each language one notice, in which BRAND and SENDER stand for a brand's name and address.
//
//go:embed campaign
var campaignFiles embed.FS

func writeFolder(dir string, t Truth) error {
	for _, sub := range []string{"recipients", "notices"} {
		if err := os.Mkdir(filepath.Join(dir, sub), 0o755); err != nil {
			return err
		}
	}
	readme, err := fs.ReadFile(campaignFiles, "campaign/README.md")
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(dir, "README.md"), readme, 0o644); err != nil {
		return err
	}
	if err := writeNotices(dir); err != nil {
		return err
	}
	return writeManifest(dir, t)
}

// writeNotices writes the notice of each brand: JAPANiCAN's in every language, the others' in Japanese.
func writeNotices(dir string) error {
	for at := range brands {
		for _, locale := range locales {
			if at != japanican && locale != locales[inJapanese] {
				continue
			}
			if err := writeNotice(dir, at, locale); err != nil {
				return err
			}
		}
	}
	return nil
}

func writeNotice(dir string, at brand, locale string) error {
	notice, err := fs.ReadFile(campaignFiles, "campaign/notices/brand."+locale+".md")
	if err != nil {
		return err
	}
	segment := files[at].segment()
	words := strings.NewReplacer("BRAND", sites[at], "SENDER", segment+"@travel.example.jp")
	name := filepath.Join(dir, "notices", segment+"."+locale+".md")
	return os.WriteFile(name, []byte(words.Replace(string(notice))), 0o644)
}

func writeManifest(dir string, t Truth) error {
	manifest, err := template.ParseFS(campaignFiles, "campaign/campaign.yaml.tmpl")
	if err != nil {
		return err
	}
	said := struct {
		Truth
		Exclusions []exclusion
	}{t, excluded}
	var text bytes.Buffer
	if err := manifest.Execute(&text, said); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, "campaign.yaml"), text.Bytes(), 0o644)
}
