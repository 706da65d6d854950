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
// totals, and in each language one notice for all brands.
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
	for _, locale := range locales {
		if err := writeNotices(dir, locale); err != nil {
			return err
		}
	}
	return writeManifest(dir, t)
}

// writeNotices writes the notice of each brand in one language.
func writeNotices(dir, locale string) error {
	notice, err := fs.ReadFile(campaignFiles, "campaign/notices/brand."+locale+".md")
	if err != nil {
		return err
	}
	for at, site := range sites {
		name := strings.TrimSuffix(files[at].name, "csv") + locale + ".md"
		content := strings.ReplaceAll(string(notice), "BRAND", site)
		if err := os.WriteFile(filepath.Join(dir, "notices", name), []byte(content), 0o644); err != nil {
			return err
		}
	}
	return nil
}

func writeManifest(dir string, t Truth) error {
	manifest, err := template.ParseFS(campaignFiles, "campaign/campaign.yaml.tmpl")
	if err != nil {
		return err
	}
	var text bytes.Buffer
	if err := manifest.Execute(&text, t); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, "campaign.yaml"), text.Bytes(), 0o644)
}
