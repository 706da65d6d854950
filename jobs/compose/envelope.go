package compose

import (
	"oshirase/config/campaign"
	"oshirase/letters"
)

// envelopeOf is the envelope that a campaign names, with the mail house's own figures where the
// manifest has them.
func envelopeOf(l *campaign.LetterChannel) (letters.Envelope, error) {
	e, err := letters.EnvelopeNamed(l.Envelope)
	if err != nil {
		return e, err
	}
	if l.Window != nil {
		e.Window = letters.Rect(*l.Window)
	}
	if l.Slack != nil {
		e.Slack = &letters.Slack{Across: l.Slack.Across, Up: l.Slack.Up}
	}
	if len(l.Folds) > 0 {
		e.Folds = l.Folds
	}
	return e, e.Check()
}

// envelope reports figures that are right one by one and make no envelope together.
func (b *Book) envelope() []campaign.Problem {
	l := b.Folder.Manifest.Channels.Letter
	if l == nil || l.Window == nil && l.Slack == nil && len(l.Folds) == 0 {
		return nil // one of the table, or a name that the folder's check reports
	}
	if _, err := envelopeOf(l); err != nil {
		return []campaign.Problem{{File: campaign.ManifestFile, What: err.Error(),
			Do: "give channels.letter.window, slack and folds as the mail house has them"}}
	}
	return nil
}
