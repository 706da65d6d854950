package main

import (
	"context"
	"encoding/hex"
	"errors"
	"path/filepath"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"oshirase/jobs/encrypt"
	"oshirase/jobs/handover"
	"oshirase/jobs/ledger"
	"oshirase/jobs/paper"
)

// handing is what handover is told on the command line.
type handing struct {
	to, from string
	handover.Options
}

func (p *program) handoverCommand() *cobra.Command {
	var h handing
	c := &cobra.Command{
		Use: "handover ID [--to PLACE]", Short: "Copy print files to the mail house, and note that it has them",
		Long: `Copy every print file that was bound and not handed over yet to the mail house: into a directory, or to a
server by SFTP. Its letters are handed from then on, and their people count as told. Without --to it
lists the print files and where they went.

  oshirase handover ID --to /media/mail-house
  oshirase handover ID --to sftp://user@host:22/incoming --identity ~/.ssh/id_ed25519

A file gets its name at the far end when it is whole there and was checked; until then it has a name that
begins with a dot. After a break, do the same again: it goes on where it broke off, and what is there is
compared and not copied twice. Each print file goes with its cover sheet, its sums and, last, its
manifest; the index is the operator's own and stays here.

A server must be known: its key is looked up in --known-hosts. One that is not is refused, and the message
has its fingerprint, to be compared with what the mail house says on the telephone.

With --age files are encrypted to the mail house's key (age, https://age-encryption.org) and end in .age.
Such a copy begins anew after a break.

With --json: [{"file":"…","letters":29,"sheets":31,"held":false,"to":"sftp://…","at":"…","by":"…",
  "files":[{"name":"….pdf","size":12345,"sha256":"…"}]}]`,
		Args: p.one("a campaign id"),
		RunE: func(c *cobra.Command, args []string) error { return p.handover(c.Context(), args[0], h) },
	}
	f := c.Flags()
	f.StringVar(&h.to, "to", "", "a directory `DIR`, or sftp://user@host:port/path")
	f.StringVar(&h.from, "from", "", "`DIR` of the print files, instead of OSHIRASE_LETTERS")
	f.StringVar(&h.Identity, "identity", "", "log in with the private key in this `FILE`")
	f.StringVar(&h.KnownHosts, "known-hosts", "", "`FILE` of the servers' keys (default ~/.ssh/known_hosts)")
	f.StringArrayVar(&h.Recipients, "age", nil, "encrypt to this `RECIPIENT`, age1…; several with several flags")
	p.jsonFlag(c)
	p.whyFlag(c)
	return c
}

// handoverLease is renewed while bytes go over; a killed process keeps the campaign for so long.
const handoverLease = 5 * time.Minute

func (p *program) handover(ctx context.Context, id string, h handing) error {
	l, err := p.openLedger(ctx)
	if err != nil {
		return err
	}
	defer l.Close()
	if _, err := l.Campaign(ctx, id); err != nil {
		return err
	}
	if h.to != "" {
		if err := p.handAll(ctx, l, id, h); err != nil {
			return err
		}
	}
	files, err := l.Handovers(ctx, id)
	if err != nil {
		return err
	}
	return p.showHandovers(files)
}

// handAll hands over what is to be. One process at a time does so: two copies are two letters.
func (p *program) handAll(ctx context.Context, l *ledger.Ledger, id string, h handing) error {
	lease, holder := "handover/"+id, p.id()
	mine, err := l.Lease(ctx, lease, holder, handoverLease)
	if err != nil {
		return err
	}
	if !mine {
		f := failed("another process hands the print files of campaign %s over", id).
			hint("wait for it, or five minutes after it has died")
		f.code = exitBusy
		return f
	}
	defer func() { _ = l.Unlease(context.WithoutCancel(ctx), lease, holder) }()
	files, err := l.Handovers(ctx, id)
	if err != nil {
		return err
	}
	if p.warnStopped(files); !slices.ContainsFunc(files, due) {
		p.note("no print file is to be handed over")
		return nil
	}
	renewed := time.Now()
	h.Progress = func(name string, n, of int64) {
		p.progress(int(n>>10), int(of>>10), "KiB of "+name)
		if time.Since(renewed) > handoverLease/5 {
			renewed = time.Now()
			_, _ = l.Lease(ctx, lease, holder, handoverLease) // it is looked at before the next file
		}
	}
	return p.handDue(ctx, l, id, h, func() (bool, error) { return l.Lease(ctx, lease, holder, handoverLease) })
}

// due tells the print files that may be handed over now.
func due(f ledger.Handover) bool { return f.At.IsZero() && !f.Stopped }

func (p *program) warnStopped(files []ledger.Handover) {
	for _, f := range files {
		if f.Stopped && f.At.IsZero() {
			p.warning("print file %s has letters that are held or cancelled: it is not handed over", f.Name)
		}
	}
}

// handDue hands over one print file after the other. The ledger is asked before each: somebody may have
// held the next meanwhile.
func (p *program) handDue(ctx context.Context, l *ledger.Ledger, id string, h handing,
	mine func() (bool, error)) error {
	place, err := p.openPlace(ctx, h)
	if err != nil {
		return err
	}
	defer place.Close()
	for {
		if ok, err := mine(); err != nil || !ok {
			return errors.Join(err, errNotMine(ok))
		}
		files, err := l.Handovers(ctx, id)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(files, due)
		if i < 0 {
			return nil
		}
		if err := p.handOne(ctx, l, id, h, place, files[i]); err != nil {
			return err
		}
	}
}

func errNotMine(ok bool) error {
	if ok {
		return nil
	}
	return failed("another process has taken the handover over").hint("see what it did, then do the same again")
}

// handOne copies a print file and notes it when all of it is there. A crash between the two costs a
// comparison the next time.
func (p *program) handOne(ctx context.Context, l *ledger.Ledger, id string, h handing, place *handover.Place,
	f ledger.Handover) error {
	from := h.from
	if from == "" {
		from = p.settings.Letters
	}
	paths, err := paper.Outgoing(from, f.PrintFile)
	if errors.Is(err, paper.ErrAltered) {
		return failed("").because(err).hint("nobody may print it; go back to a copy of the one that was bound")
	}
	if err != nil {
		return err
	}
	f.Place, f.Files = place.Name(), nil
	if err := h.keep(ctx, l, id, place, paths); err != nil {
		return err
	}
	for _, path := range paths {
		c, err := place.Put(ctx, path)
		if err != nil {
			return interrupted(ctx, putFault(err))
		}
		f.Files = append(f.Files, ledger.HandedFile{
			Name: c.Name, Size: c.Size, SHA256: hex.EncodeToString(c.SHA256[:]),
		})
	}
	n, err := l.Hand(ctx, id, f, p.operator())
	if err == nil {
		p.note("%s is at %s: %s", f.Name, f.Place, plural(n, "letter", "letters"))
	}
	return err
}

// keep notes for purge what comes to lie in a directory of this machine.
func (h handing) keep(ctx context.Context, l *ledger.Ledger, id string, place *handover.Place,
	paths []string) error {
	if handover.IsServer(h.to) {
		return nil
	}
	var there []string
	for _, path := range paths {
		name := filepath.Base(path)
		if len(h.Recipients) > 0 {
			name += handover.Encrypted
		}
		there = append(there, filepath.Join(place.Name(), name))
	}
	return l.KeepFiles(ctx, id, there...)
}

func putFault(err error) error {
	if errors.Is(err, handover.ErrTaken) {
		return failed("").because(err).hint("nothing is replaced there: see what it is, then do the same again")
	}
	return failed("").because(err).hint("do the same again: it goes on where it broke off")
}

func (p *program) openPlace(ctx context.Context, h handing) (*handover.Place, error) {
	if h.KnownHosts == "" {
		h.KnownHosts = filepath.Join(p.getenv("HOME"), ".ssh", "known_hosts")
	}
	h.Passphrase = func() (string, error) { return p.readSecret(ctx, "Passphrase of "+h.Identity+": ") }
	place, err := handover.Open(ctx, h.to, h.Options)
	if err == nil {
		return place, nil
	}
	var host *handover.HostKeyError
	switch {
	case errors.As(err, &host) && host.Changed:
		return nil, failed("").because(host).
			hint("somebody may be posing as the mail house: ask it on the telephone before you change %s", h.KnownHosts)
	case errors.As(err, &host):
		return nil, failed("").because(host).
			hint("if the mail house says the same fingerprint, add this line to %s: %s", h.KnownHosts, host.Line)
	case errors.Is(err, handover.ErrURL):
		return nil, usage("--to: %v", err).hint("or name a directory")
	case errors.Is(err, encrypt.ErrKey):
		return nil, usage("--age: %v", err).hint("the mail house makes it with age-keygen and says the public part")
	case errors.Is(err, handover.ErrNoLogin):
		return nil, usage("--to: %v", err).hint("give a private key with --identity FILE")
	case handover.IsServer(h.to):
		return nil, interrupted(ctx, failed("nothing was handed over").because(err).
			hint("see that the server answers, that it knows the user and the key, and that the directory is there"))
	}
	return nil, err
}

// handed is a print file as handover shows it.
type handed struct {
	File    string              `json:"file"`
	Batch   string              `json:"batch"`
	Letters int                 `json:"letters"`
	Sheets  int                 `json:"sheets"`
	Held    bool                `json:"held"`
	To      string              `json:"to,omitempty"`
	At      time.Time           `json:"at,omitzero"`
	By      string              `json:"by,omitempty"`
	Files   []ledger.HandedFile `json:"files"`
}

func (p *program) showHandovers(files []ledger.Handover) error {
	out := []handed{}
	rows := [][]string{{"PRINT FILE", "LETTERS", "SHEETS", "HANDED OVER", "BY", "TO"}}
	for _, f := range files {
		x := handed{
			File: f.Name, Batch: f.Batch, Letters: f.Pieces, Sheets: f.Sheets, Held: f.Stopped && f.At.IsZero(),
			To: f.Place, At: f.At, By: f.Who, Files: f.Files,
		}
		out = append(out, x)
		rows = append(rows, []string{
			x.File, thousands(x.Letters), thousands(x.Sheets), x.when(), orDash(x.By), orDash(x.To),
		})
	}
	return p.list(out, rows, "there are no print files")
}

func (h handed) when() string {
	switch {
	case h.Held:
		return "no: held"
	case h.At.IsZero():
		return "no"
	}
	return h.At.Local().Format("2006-01-02 15:04 MST")
}
