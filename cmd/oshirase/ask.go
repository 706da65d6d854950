package main

import (
	"bufio"
	"context"
	"errors"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/term"
)

// readLine asks for a line, on a terminal with a prompt. Waiting for it ends with ctx.
func (p *program) readLine(ctx context.Context, prompt string) (string, error) {
	if p.ask {
		p.prompt(prompt)
	}
	return wait(ctx, func() (string, error) {
		if p.lines == nil {
			p.lines = bufio.NewReader(p.stdin)
		}
		line, err := p.lines.ReadString('\n')
		if err != nil && line == "" {
			return "", err
		}
		return strings.TrimRight(line, "\r\n"), nil
	})
}

// readSecret is readLine for what must not be seen: on a terminal it is not shown.
func (p *program) readSecret(ctx context.Context, prompt string) (string, error) {
	file, ok := p.stdin.(*os.File)
	if !ok || !p.ask {
		return p.readLine(ctx, prompt)
	}
	before, err := term.GetState(int(file.Fd()))
	if err != nil {
		return "", err
	}
	p.prompt(prompt)
	secret, err := wait(ctx, func() (string, error) {
		line, err := term.ReadPassword(int(file.Fd()))
		return string(line), err
	})
	p.prompt("\n")
	return secret, errors.Join(err, term.Restore(int(file.Fd()), before))
}

// wait gives up reading when ctx ends: Ctrl-C at a prompt is an answer too.
func wait(ctx context.Context, read func() (string, error)) (string, error) {
	type answer struct {
		text string
		err  error
	}
	got := make(chan answer, 1)
	go func() {
		text, err := read()
		got <- answer{text, err}
	}()
	select {
	case a := <-got:
		return a.text, a.err
	case <-ctx.Done():
		return "", ctx.Err()
	}
}

// consent is how an operator agrees to what a command would do, or looks at it first.
type consent struct {
	dry     bool
	confirm string
}

// flags takes what --dry-run says only, and what the number of --confirm counts.
func (x *consent) flags(c *cobra.Command, dry, of string) {
	c.Flags().BoolVar(&x.dry, "dry-run", false, dry)
	c.Flags().StringVar(&x.confirm, "confirm", "", "`ID:COUNT` of the "+of)
}

// sendable is what most commands ask to be confirmed.
const sendable = "deliveries that become sendable"

// confirm makes sure that the operator means this campaign and this many deliveries.
func (p *program) confirm(ctx context.Context, given, want string, n int) error {
	many := plural(n, "delivery", "deliveries")
	return p.agree(ctx, given, want, question{
		note: "this makes " + many + " sendable, those of future dates included",
		need: many + " would become sendable and need a confirmation",
	})
}

// question is what an operator is asked to confirm.
type question struct{ note, need string }

// agree makes sure that the operator means what is asked, by a word of its own.
func (p *program) agree(ctx context.Context, given, want string, q question) error {
	if given == "" && p.ask {
		var err error
		p.note("%s", q.note)
		given, err = p.readLine(ctx, "Type "+want+" to go on: ")
		if err != nil && !errors.Is(err, io.EOF) {
			return err
		}
	}
	switch given {
	case want:
		return nil
	case "":
		return usage("%s", q.need).hint("to go on: --confirm %s", want)
	}
	return usage("confirmation %q is not %q: nothing was done", given, want).
		hint("to go on: --confirm %s", want)
}

// sure makes sure that the operator means the whole campaign, for good.
func (p *program) sure(ctx context.Context, id string, n int) error {
	if p.ask {
		p.note("this takes back all of campaign %s for good: %s", id, plural(n, "delivery", "deliveries"))
		answer, err := p.readLine(ctx, "Type "+id+" to go on: ")
		if answer == id {
			return nil
		}
		if err != nil && !errors.Is(err, io.EOF) {
			return err
		}
	}
	return usage("all of campaign %s would be taken back for good: %s; nothing was done", id,
		plural(n, "delivery", "deliveries")).
		hint("to go on: oshirase cancel %s --yes; to stop for a while: oshirase hold %s", id, id)
}
