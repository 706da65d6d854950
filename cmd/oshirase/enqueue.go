package main

import (
	"context"
	"errors"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"oshirase/config/campaign"
	"oshirase/jobs/ledger"
	"oshirase/jobs/plan"
	"oshirase/jobs/seal"
)

func (p *program) whyFlag(c *cobra.Command) {
	c.Flags().StringVar(&p.why, "why", "", "the `REASON`, for the journal")
}

func (p *program) enqueueCommand() *cobra.Command {
	var a acceptance
	c := &cobra.Command{
		Use: "enqueue FOLDER", Short: "Bring a campaign into the ledger and release what is due",
		Long: `Bring a campaign into the ledger, whole and for good, and release what is due; workers (oshirase work)
send it. The same folder again changes nothing and says so; the same revision with other content is an
error.

A further revision (revision: 2 in the manifest) is compared with what each person was told: it makes first
notices, updates, withdrawals, or nothing. What is still open of the revision before is superseded where the
person's facts have changed. While it comes in nothing is sent. Where that was cut off, the same enqueue begins
again; oshirase resume lets the revision in force go on instead.

It asks for the campaign and the number of deliveries that become sendable, or takes them as --confirm;
oshirase plan shows them.`,
		Args: p.one("a campaign folder"),
		RunE: func(c *cobra.Command, args []string) error {
			ctx := c.Context()
			id, err := p.enqueue(ctx, args[0], a)
			if err != nil {
				return interrupted(ctx, err)
			}
			p.hint("send it with: oshirase work; watch it with: oshirase status %s --watch", id)
			return nil
		},
	}
	a.flags(c, p)
	return c
}

// enqueue imports a folder. A campaign that is in the ledger already, unchanged, is no error.
func (p *program) enqueue(ctx context.Context, folder string, a acceptance) (string, error) {
	later := a.confirm != "" && a.list == "" // nobody has to be asked, and no list is written meanwhile
	found, err := p.readPlan(ctx, folder, lists{rejects: a.list}, plan.Options{
		Sending: true, Later: later, Strangers: a.strangers,
	})
	if err != nil {
		return "", err
	}
	p.problems(found.Problems)
	if found.Invalid() {
		return "", quiet(exitInvalid)
	}
	id := found.Folder.Manifest.ID
	if known, err := p.known(ctx, found); err != nil || known {
		return id, err
	}
	if err := p.acceptedRows(folder, found, a); err != nil {
		return "", err
	}
	if found.Humans == 0 {
		return "", nobody(folder)
	}
	if found.Counted() {
		err = p.agreed(ctx, folder, found, a)
	} else if !strings.HasPrefix(a.confirm, id+":") {
		err = usage("--confirm %q is not of campaign %q", a.confirm, id).
			hint("its number of deliveries is shown by: oshirase plan %s", folder)
	}
	if err != nil {
		return "", err
	}
	l, err := ledger.Open(ctx, p.settings.Ledger, true, p.now)
	if err != nil {
		return "", err
	}
	defer l.Close()
	said := len(found.Problems)
	return id, p.importPlan(ctx, l, found, a, func() error {
		p.problems(found.Problems[said:])
		return p.settled(ctx, folder, found, a)
	})
}

// nobody is the error for a first revision without anybody to tell. In the ledger it would stand in the way of
// the mended folder, as the same revision with other content.
func nobody(folder string) error {
	f := failed("nobody is affected: there is nothing to bring into the ledger").
		hint("see what became of the rows with: oshirase plan %s --rejects rejects.csv", folder)
	f.code = exitInvalid
	return f
}

// agreed sees that an operator has accepted the people as they were counted.
func (p *program) agreed(ctx context.Context, folder string, found *plan.Plan, a acceptance) error {
	if err := acceptedJoined(folder, found, a); err != nil {
		return err
	}
	if err := p.acceptedNames(folder, found, a); err != nil {
		return err
	}
	if found.People == 0 && found.Purposes == nil {
		return nobody(folder)
	}
	return p.confirm(ctx, a.confirm, found.Confirm(), found.Deliveries)
}

// settled is agreed for people who were counted while they went into the ledger, where nothing of them can
// be seen yet.
func (p *program) settled(ctx context.Context, folder string, found *plan.Plan, a acceptance) error {
	if found.Invalid() {
		return quiet(exitInvalid)
	}
	return p.agreed(ctx, folder, found, a)
}

// known tells whether the ledger has just this campaign; one with other content is an error. A ledger is
// not made for the question.
func (p *program) known(ctx context.Context, found *plan.Plan) (bool, error) {
	m := found.Folder.Manifest
	l, err := ledger.Open(ctx, p.settings.Ledger, false, p.now)
	if errors.Is(err, fs.ErrNotExist) {
		return false, isFirst(m)
	}
	if err != nil {
		return false, err
	}
	defer l.Close()
	if err := l.Here(ctx); err != nil {
		return false, err
	}
	c, err := l.Campaign(ctx, m.ID)
	if errors.Is(err, ledger.ErrNoCampaign) {
		return false, isFirst(m)
	}
	if err == nil {
		err = c.Readable()
	}
	if err != nil {
		return false, err
	}
	if c.Revision < m.Revision {
		return false, nil
	}
	if c.Revision != m.Revision || c.Digest != found.Digest {
		return false, &ledger.ConflictError{Campaign: m.ID, Have: c.Revision, Want: m.Revision}
	}
	p.note("campaign %s revision %d is in the ledger already; nothing was changed", m.ID, m.Revision)
	return true, nil
}

// isFirst refuses a campaign that begins in the middle.
func isFirst(m campaign.Manifest) error {
	if m.Revision == 1 {
		return nil
	}
	f := failed("campaign %q is not in the ledger, and its folder is revision %d", m.ID, m.Revision).
		hint("a campaign begins with revision 1; OSHIRASE_LEDGER names another ledger")
	f.code = exitInvalid
	return f
}

// importPlan brings the people in. settle is asked where they were not counted before.
func (p *program) importPlan(ctx context.Context, l *ledger.Ledger, found *plan.Plan, a acceptance,
	settle func() error) error {
	key, err := p.campaignKey(ctx, l, found.Folder.Manifest.ID)
	if err != nil {
		return err
	}
	people := found.People
	if !found.Counted() {
		people = found.Humans // some of them may not be affected
	}
	err = found.Import(ctx, l, plan.Enlist{
		Key: key, Holder: p.id(), NamesOK: a.names > 0, Joined: a.joined, By: p.operator(), Settle: settle,
		Progress: func(n int) { p.progress(n, people, "people imported") },
		Undoing:  p.undoing(),
	})
	if err != nil {
		return err
	}
	if err := keepList(ctx, l, found.Folder.Manifest.ID, a.list); err != nil {
		return err
	}
	p.note("campaign %s: %s, %s in the ledger", found.Folder.Manifest.ID,
		plural(found.People, "person", "people"), plural(found.Deliveries, "delivery", "deliveries"))
	return nil
}

// undoing says that an import is undone, and how far that has come: who has pressed Ctrl-C is to know why the program
// is still there.
func (p *program) undoing() func(done, of int) {
	said := false
	return func(done, of int) {
		if !said {
			p.note("undoing the import: nothing of it stays in the ledger")
			said = true
		}
		p.progress(done, of, "rows undone")
	}
}

// keepList notes the file of the rejects for purge, now that the campaign is there.
func keepList(ctx context.Context, l *ledger.Ledger, id, path string) error {
	if path == "" {
		return nil
	}
	whole, err := filepath.Abs(path)
	if err != nil {
		return err
	}
	return l.KeepFiles(ctx, id, whole)
}

// campaignKey makes the keyring for an empty ledger, and a key in it for a new campaign. A ledger that has
// campaigns must be met with the keyring they were made with: a new one beside it would be a mistake.
func (p *program) campaignKey(ctx context.Context, l *ledger.Ledger, id string) (*seal.Key, error) {
	ring := p.keys()
	if !ring.HasMaster() {
		empty, err := l.Empty(ctx)
		if err != nil {
			return nil, err
		}
		if !empty {
			return nil, &seal.NoKeyError{Dir: ring.Path()}
		}
		if err := ring.MakeMaster(); err != nil {
			return nil, err
		}
		p.note("keys were made in %s: keep a copy apart from the ledger; without them nobody can be read",
			strings.Join(p.keyPlaces(), " and "))
		return ring.MakeCampaign(id)
	}
	if err := p.ownKeys(ctx, l); err != nil {
		return nil, err
	}
	return ring.MakeCampaign(id)
}

// keyPlaces are where the keys are.
func (p *program) keyPlaces() []string {
	if p.settings.MasterFile == "" {
		return []string{p.settings.Keys}
	}
	return []string{p.settings.Keys, p.settings.MasterFile}
}

// ownKeys makes sure that the keyring is the one of the campaigns that the ledger has.
func (p *program) ownKeys(ctx context.Context, l *ledger.Ledger) error {
	ids, err := l.Campaigns(ctx)
	if err != nil || len(ids) == 0 {
		return err
	}
	for _, id := range slices.Backward(ids) {
		c, err := l.Campaign(ctx, id)
		if err != nil {
			return err
		}
		if c.Readable() == nil { // a purged one has no key
			return p.checkKey(c)
		}
	}
	return nil
}
