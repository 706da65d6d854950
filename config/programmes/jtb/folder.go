package jtb

import (
	"embed"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"oshirase/config/programmes/folder"
)

// The files of the folder that are no recipients, and in each language one notice, in which BRAND and SENDER
// stand for a brand's name and address.
var (
	//go:embed campaign
	campaignFiles embed.FS
	//go:embed notices
	notices embed.FS
)

func writeFolder(dir string, t Truth) error {
	said := struct {
		Truth
		Exclusions []exclusion
	}{t, excluded}
	if err := folder.Write(dir, campaignFiles, "campaign", said); err != nil {
		return err
	}
	for _, sub := range []string{"recipients", "notices"} {
		if err := os.Mkdir(filepath.Join(dir, sub), 0o755); err != nil {
			return err
		}
	}
	return writeNotices(dir)
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
	notice, err := fs.ReadFile(notices, "notices/brand."+locale+".md")
	if err != nil {
		return err
	}
	segment := files[at].segment()
	words := strings.NewReplacer("BRAND", sites[at], "SENDER", segment+"@travel.example.jp")
	name := filepath.Join(dir, "notices", segment+"."+locale+".md")
	return os.WriteFile(name, []byte(words.Replace(string(notice))), 0o644)
}
