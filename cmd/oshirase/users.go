package main

import (
	"context"
	"errors"

	"github.com/spf13/cobra"

	"oshirase/cmd/oshirase/internal/dashboard"
)

func (p *program) userCommand() *cobra.Command {
	c := &cobra.Command{
		Use: "user", Short: "Add, list and remove the users of the pages",
		Args: noCommand, RunE: func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	var role string
	add := &cobra.Command{
		Use: "add NAME", Short: "Add a user; the password is asked for", Args: p.one("a user name"),
		RunE: func(c *cobra.Command, args []string) error { return p.addUser(c.Context(), args[0], role) },
	}
	add.Flags().StringVar(&role, "role", string(dashboard.Viewer), "`ROLE`: viewer or operator")
	password := &cobra.Command{
		Use: "password NAME", Short: "Give a user a new password; it is asked for", Args: p.one("a user name"),
		RunE: func(c *cobra.Command, args []string) error { return p.setPassword(c.Context(), args[0]) },
	}
	list := &cobra.Command{
		Use: "list", Short: "List the users", Args: none,
		Long: `List the users. With --json: [{"name":"chief","role":"operator"}]`,
		RunE: func(*cobra.Command, []string) error { return p.listUsers() },
	}
	p.jsonFlag(list)
	remove := &cobra.Command{
		Use: "remove NAME", Short: "Remove a user; where they are logged in, that ends",
		Args: p.one("a user name"),
		RunE: func(_ *cobra.Command, args []string) error { return p.removeUser(args[0]) },
	}
	c.AddCommand(add, password, list, remove)
	return c
}

func (p *program) addUser(ctx context.Context, name, role string) error {
	if role != string(dashboard.Viewer) && role != string(dashboard.Operator) {
		return usage("there is no role %q", role).hint("--role viewer, or operator")
	}
	return p.withPassword(ctx, func(users *dashboard.Users, password string) error {
		err := users.Add(name, dashboard.Role(role), password)
		if err == nil {
			p.note("user %s may log in as %s", name, role)
		}
		return err
	})
}

func (p *program) setPassword(ctx context.Context, name string) error {
	return p.withPassword(ctx, func(users *dashboard.Users, password string) error {
		err := users.SetPassword(name, password)
		if err == nil {
			p.note("user %s has a new password", name)
		}
		return err
	})
}

func (p *program) withPassword(ctx context.Context, do func(*dashboard.Users, string) error) error {
	users, err := p.openUsers()
	if err != nil {
		return err
	}
	password, err := p.readSecret(ctx, "password: ")
	if ctx.Err() != nil {
		return context.Canceled
	}
	if err != nil {
		return usage("no password was given").hint("type it at the prompt, or send it on standard input")
	}
	return p.userFault(do(users, password))
}

func (p *program) listUsers() error {
	users, err := p.openUsers()
	if err != nil {
		return err
	}
	all, err := users.List()
	if err != nil {
		return err
	}
	rows, list := [][]string{{"USER", "ROLE"}}, []map[string]string{}
	for _, u := range all {
		rows = append(rows, []string{u.Name, string(u.Role)})
		list = append(list, map[string]string{"name": u.Name, "role": string(u.Role)})
	}
	if p.asJSON {
		return p.json(list)
	}
	p.table(rows)
	return nil
}

func (p *program) removeUser(name string) error {
	users, err := p.openUsers()
	if err != nil {
		return err
	}
	if err := users.Remove(name); err != nil {
		return p.userFault(err)
	}
	p.note("user %s is removed", name)
	return nil
}

func (p *program) openUsers() (*dashboard.Users, error) {
	users, err := dashboard.OpenUsers(p.settings.Users)
	if err != nil {
		return nil, failed("").because(err).
			hint("OSHIRASE_USERS names a file of its owner alone (chmod 600), written by: oshirase serve user add")
	}
	return users, nil
}

func (p *program) userFault(err error) error {
	switch {
	case errors.Is(err, dashboard.ErrUserExists):
		return usage("%q", p.subject).because(err).
			hint("to give them a new password: oshirase serve user password %s", p.subject)
	case errors.Is(err, dashboard.ErrNoUser):
		return usage("%q", p.subject).because(err).hint("see them all with: oshirase serve user list")
	case errors.Is(err, dashboard.ErrPassword):
		return usage("").because(err).hint("a few words in a row are long enough, and can be remembered")
	case errors.Is(err, dashboard.ErrUserName):
		return usage("").because(err).hint("choose another name")
	}
	return err
}
