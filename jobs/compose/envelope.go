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

// markingOf is what a campaign wants its sheets to say to machines.
func markingOf(l *campaign.LetterChannel) letters.Marking {
	m := letters.Marking{Kind: letters.MarkKind(l.Mark), Customer: l.CustomerBarcode}
	if l.MarkAt != nil {
		m.Left, m.Top = l.MarkAt.Left, l.MarkAt.Top
	}
	return m
}

// marking reports a mark that has no room where it is wanted.
func (b *Book) marking() []campaign.Problem {
	l := b.Folder.Manifest.Channels.Letter
	if l == nil {
		return nil
	}
	e, err := envelopeOf(l)
	if err != nil {
		return nil // reported already
	}
	if err := markingOf(l).Check(e); err != nil {
		return []campaign.Problem{{File: campaign.ManifestFile, What: err.Error(),
			Do: "move channels.letter.mark_at to the lower left corner, or leave it out"}}
	}
	return nil
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
