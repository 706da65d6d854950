package main

import (
	"context"
	"errors"
	"io/fs"

	"github.com/spf13/cobra"

	"oshirase/jobs/paper"
)

func (p *program) lettersCommand() *cobra.Command {
	c := &cobra.Command{Use: "letters", Short: "Look into print files"}
	c.AddCommand(p.verifyCommand())
	return c
}

func (p *program) verifyCommand() *cobra.Command {
	c := &cobra.Command{
		Use: "verify FILE", Short: "Check a print file against the ledger and its manifest, page by page",
		Long: `Read a print file again and check it: its SHA-256, the number of its pages, of each page that it is the one
that was bound, that it bears its letter's piece number and its own mark, and the manifest where that lies
beside it. A page that was changed, is missing or stands in another's place is named. No key is needed; the
file must still have its name, which is what the ledger knows it by.

Exit code 3 says that something was found.

With --json: {"file":"ts-2013-09-002-01","letters":29,"pages":58,"findings":[
  {"page":7,"piece":"0268435457-2","what":"the page in its place was page 9"}]}`,
		Args: p.one("a print file (.pdf)"),
		RunE: func(c *cobra.Command, args []string) error { return p.verify(c.Context(), args[0]) },
	}
	p.jsonFlag(c)
	return c
}

// finding is what verify has to say of a page; page 0 is the file.
type finding struct {
	Page  int    `json:"page"`
	Piece string `json:"piece"`
	What  string `json:"what"`
}

func (p *program) verify(ctx context.Context, path string) error {
	l, err := p.openLedger(ctx)
	if err != nil {
		return err
	}
	defer l.Close()
	v, err := paper.Verify(ctx, l, path)
	switch {
	case errors.Is(err, paper.ErrUnknown):
		return failed("").because(err).hint("give the file its own name back, and name its ledger with OSHIRASE_LEDGER")
	case errors.Is(err, fs.ErrNotExist):
		return failed("there is no file %q", path).hint("name the print file, such as print/ts-2013-09-002-01.pdf")
	case err != nil:
		return err
	}
	found := make([]finding, len(v.Findings))
	for i, f := range v.Findings {
		found[i] = finding{f.Page, f.Piece, f.What}
	}
	if p.asJSON {
		err = p.json(map[string]any{
			"file": v.File.Name, "letters": v.File.Pieces, "pages": v.File.Pages, "findings": found,
		})
	} else {
		p.showFindings(v)
	}
	if err == nil && len(found) > 0 {
		return &fault{code: exitFailures, what: "print file " + v.File.Name + " is not as it was bound"}
	}
	return err
}

func (p *program) showFindings(v paper.Verified) {
	for _, f := range v.Findings {
		p.print("%s\n", f)
	}
	if len(v.Findings) == 0 {
		p.print("%s: %s on %s, each as it was bound\n", v.File.Name,
			plural(v.File.Pieces, "letter", "letters"), plural(v.File.Pages, "page", "pages"))
	}
}
