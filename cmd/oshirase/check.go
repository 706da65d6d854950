package main

import (
	"context"

	"github.com/spf13/cobra"

	"oshirase/jobs/plan"
)

func (p *program) checkCommand() *cobra.Command {
	c := &cobra.Command{
		Use: "check FOLDER", Short: "Say everything that can be known to be wrong before sending",
		Long: `Say everything that can be known to be wrong before sending, all at once: the manifest, the notices, the
companies file, every row of the recipients. Nothing is written.

With --json, whether it is valid or not:
  {"campaign":"ts-2013-09","revision":1,"valid":false,"people":0,"deliveries":0,"rejects":0,
   "problems":[{"file":"campaign.yaml","line":3,"column":1,"what":"unknown key \"revison\"",
                "do":"did you mean \"revision\"?","warning":false}]}`,
		Args: p.one("a campaign folder"),
		RunE: func(c *cobra.Command, args []string) error { return p.check(c.Context(), args[0]) },
	}
	p.jsonFlag(c)
	return c
}

func (p *program) check(ctx context.Context, folder string) error {
	found, err := p.readPlan(ctx, folder, "")
	if err != nil {
		return err
	}
	if p.asJSON {
		err = p.json(checkJSON(found))
	} else {
		p.problems(found.Problems)
	}
	if err == nil && found.Invalid() {
		err = quiet(exitInvalid)
	}
	if err != nil || p.asJSON {
		return err
	}
	p.warnRejects(folder, found)
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
		"people": f.People, "deliveries": f.Deliveries, "rejects": f.Rejects, "problems": problems,
	}
}
