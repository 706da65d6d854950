package main

import (
	"context"

	"github.com/spf13/cobra"

	"oshirase/jobs/plan"
)

func (p *program) checkCommand() *cobra.Command {
	var relay bool
	var known acceptance
	c := &cobra.Command{
		Use: "check FOLDER | check --relay [FOLDER]", Short: "Say everything that can be known to be wrong before sending",
		Long: `Say everything that can be known to be wrong before sending, all at once: the manifest, the notices, the
companies file, every row of the recipients. Nothing is written.

With --json, whether it is valid or not:
  {"campaign":"ts-2013-09","revision":1,"valid":false,"people":0,"deliveries":0,"rejects":0,
   "problems":[{"file":"campaign.yaml","line":3,"column":1,"what":"unknown key \"revison\"",
                "do":"did you mean \"revision\"?","warning":false}],
   "files":[]}

With --relay, what each relay of OSHIRASE_SMTP offers, and what DNS says of the domains that the folder
sends from (SPF, DKIM, DMARC, MX); exit code 1 where a relay cannot be used. Nothing is sent, and nothing
is looked up but by the server of OSHIRASE_RESOLVER:
  {"usable":true,"relays":[{"relay":"relay.example.com:587","usable":true,"tls":"TLS 1.3",
     "certificate":"relay.example.com","expires":"2027-01-31","auth":["PLAIN"],"size":52428800,
     "pipelining":true,"dsn":true,"smtputf8":false,"stage":"","line":""}],
   "findings":[{"kind":"ok","subject":"SPF example.com","what":"v=spf1 -all"}]}`,
		Args: func(c *cobra.Command, args []string) error {
			if relay {
				return p.atMostOne("a campaign folder")(c, args)
			}
			return p.one("a campaign folder")(c, args)
		},
		RunE: func(c *cobra.Command, args []string) error {
			if relay {
				return p.checkRelay(c.Context(), p.subject)
			}
			return p.check(c.Context(), args[0], known)
		},
	}
	known.joinedFlag(c)
	c.Flags().IntVar(&known.rejects, "accept-rejects", 0, "this `NUMBER` of rows that cannot be used is known")
	c.Flags().BoolVar(&relay, "relay", false, "look at the relays and the sender's domains instead")
	p.jsonFlag(c)
	return c
}

func (p *program) check(ctx context.Context, folder string, known acceptance) error {
	found, err := p.readPlan(ctx, folder, lists{}, plan.Options{})
	if err != nil {
		return err
	}
	p.taken(ctx, found)
	found.Problems = append(found.Problems, p.unsigned(found.Folder)...)
	if p.asJSON {
		err = p.json(checkJSON(found))
	} else {
		p.problems(found.Problems)
	}
	if err == nil && found.Invalid() {
		err = quiet(exitInvalid)
	}
	if err == nil {
		err = p.acceptedRows(folder, found, known)
	}
	if err == nil {
		err = acceptedJoined(folder, found, known)
	}
	if err == nil {
		err = p.acceptedNames(folder, found, acceptance{})
	}
	if err != nil || p.asJSON {
		return err
	}
	for _, f := range found.Files {
		p.print("%s: %s\n", f.Name, f.Found)
	}
	p.print("%s: %s, %s\n", found.Folder.Manifest.ID, plural(found.People, "person", "people"),
		plural(found.Deliveries, "delivery", "deliveries"))
	return nil
}

func checkJSON(f *plan.Plan) map[string]any {
	problems := []map[string]any{}
	for _, x := range f.Problems {
		problems = append(problems, map[string]any{
			"file": x.File, "line": x.Line, "column": x.Column,
			"what": x.What, "do": x.Do, "warning": x.Warning,
		})
	}
	return map[string]any{
		"campaign": f.Folder.Manifest.ID, "revision": f.Folder.Manifest.Revision, "valid": !f.Invalid(),
		"people": f.People, "deliveries": f.Deliveries, "rejects": f.Rejects, "problems": problems, "files": filesJSON(f.Files),
	}
}
