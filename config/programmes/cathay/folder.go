package cathay

import (
	"bytes"
	"embed"
	"io/fs"
	"os"
	"path/filepath"
	"text/template"
)

// campaignFiles are the files of the folder that are no recipients: the manifest as a template of its control
// totals, the README, and the notice in each language.
//
//go:embed campaign
var campaignFiles embed.FS

func writeFolder(dir string, t Truth) error {
	for _, sub := range []string{"recipients", "notices"} {
		if err := os.Mkdir(filepath.Join(dir, sub), 0o755); err != nil {
			return err
		}
	}
	names := []string{"README.md"}
	for _, l := range languages {
		names = append(names, "notices/passenger."+l.locale+".md")
	}
	for _, name := range names {
		content, err := fs.ReadFile(campaignFiles, "campaign/"+name)
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(dir, name), content, 0o644); err != nil {
			return err
		}
	}
	return writeManifest(dir, t)
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
