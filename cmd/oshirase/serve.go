package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/hibiken/asynq"
	"github.com/spf13/cobra"

	"oshirase/cmd/oshirase/internal/dashboard"
	"oshirase/jobs"
)

// listening says where serve listens and how browsers reach it.
type listening struct{ addr, cert, key, proxy string }

func (p *program) serveCommand() *cobra.Command {
	var at listening
	c := &cobra.Command{
		Use: "serve", Short: "Show campaign pages and the asynq dashboard",
		Long: `Show campaign pages and the asynq dashboard, without personal data, to named users. It listens on
127.0.0.1 unless told otherwise; elsewhere it needs TLS, or a proxy that does it.

Users are kept in OSHIRASE_USERS (argon2id): oshirase serve user add NAME --role operator`,
		Args: none,
		RunE: func(c *cobra.Command, _ []string) error { return p.serve(c.Context(), at) },
	}
	f := c.Flags()
	f.StringVar(&at.addr, "listen", "127.0.0.1:8080", "`ADDR` to listen on")
	f.StringVar(&at.cert, "tls-cert", "", "certificate `FILE` (PEM)")
	f.StringVar(&at.key, "tls-key", "", "key `FILE` (PEM)")
	f.StringVar(&at.proxy, "behind-proxy", "", "the https `URL` at which a proxy shows these pages")
	c.AddCommand(p.userCommand())
	return c
}

func (p *program) userCommand() *cobra.Command {
	c := &cobra.Command{Use: "user", Short: "Add, list and remove the users of the pages"}
	var role string
	add := &cobra.Command{
		Use: "add NAME", Short: "Add a user, or set their password; it is asked for", Args: one("a user name"),
		RunE: func(_ *cobra.Command, args []string) error { return p.addUser(args[0], role) },
	}
	add.Flags().StringVar(&role, "role", "viewer", "`ROLE`: viewer or operator")
	list := &cobra.Command{Use: "list", Short: "List the users", Args: none,
		RunE: func(*cobra.Command, []string) error { return p.listUsers() }}
	remove := &cobra.Command{Use: "remove NAME", Short: "Remove a user", Args: one("a user name"),
		RunE: func(_ *cobra.Command, args []string) error {
			users, err := dashboard.OpenUsers(p.settings.Users)
			if err != nil {
				return err
			}
			return users.Remove(args[0])
		}}
	c.AddCommand(add, list, remove)
	return c
}

func (p *program) addUser(name, role string) error {
	users, err := dashboard.OpenUsers(p.settings.Users)
	if err != nil {
		return err
	}
	password, err := p.readLine("password: ")
	if err != nil {
		return usage("no password was given").hint("type it at the prompt, or send it on standard input")
	}
	err = users.Add(name, dashboard.Role(role), password)
	if err != nil {
		return &fault{code: exitUsage, cause: err}
	}
	p.note("user %s may log in as %s", name, role)
	return nil
}

func (p *program) listUsers() error {
	users, err := dashboard.OpenUsers(p.settings.Users)
	if err != nil {
		return err
	}
	all, err := users.List()
	if err != nil {
		return err
	}
	rows := [][]string{{"USER", "ROLE"}}
	for _, u := range all {
		rows = append(rows, []string{u.Name, string(u.Role)})
	}
	p.table(rows)
	return nil
}

// check refuses to show the pages in clear to a network.
func (at listening) check() error {
	host, _, err := net.SplitHostPort(at.addr)
	if err != nil {
		return usage("--listen %q is no address", at.addr).hint("write it as 127.0.0.1:8080")
	}
	if (at.cert == "") != (at.key == "") {
		return usage("--tls-cert and --tls-key go together")
	}
	if at.proxy != "" {
		if u, err := url.Parse(at.proxy); err != nil || u.Scheme != "https" || u.Host == "" {
			return usage("--behind-proxy %q is no https URL", at.proxy)
		}
	}
	ip := net.ParseIP(host)
	local := host == "localhost" || ip != nil && ip.IsLoopback()
	if !local && at.cert == "" && at.proxy == "" {
		return usage("%s can be reached from other machines, and the pages would go there in clear", at.addr).
			hint("give --tls-cert and --tls-key, or --behind-proxy https://…")
	}
	return nil
}

// listenLocal opens an address of this machine only.
func listenLocal(addr string) (net.Listener, error) {
	at := listening{addr: addr}
	if err := at.check(); err != nil {
		return nil, err
	}
	return listen(addr)
}

func listen(addr string) (net.Listener, error) {
	l, err := net.Listen("tcp", addr)
	if err != nil {
		return nil, (&fault{code: exitError, what: fmt.Sprintf("listen on %s", addr), cause: err}).
			hint("another program may have the port; choose one with --listen")
	}
	return l, nil
}

func (p *program) serve(ctx context.Context, at listening) error {
	if err := at.check(); err != nil {
		return err
	}
	l, err := p.openLedger(ctx)
	if err != nil {
		return err
	}
	defer l.Close()
	users, err := dashboard.OpenUsers(p.settings.Users)
	if err != nil {
		return err
	}
	if all, err := users.List(); err != nil {
		return err
	} else if len(all) == 0 {
		return (&fault{code: exitError, what: "nobody may log in yet"}).
			hint("add a user: oshirase serve user add NAME --role operator")
	}
	queue, closeQueue, err := p.queueOf(ctx)
	if err != nil {
		return err
	}
	defer closeQueue()
	pages, err := dashboard.New(dashboard.Config{
		Ledger: l, Redis: queue, Users: users, Secure: at.cert != "" || at.proxy != "",
		Address: at.client, Now: p.now, Log: p.log(),
	})
	if err != nil {
		return err
	}
	defer pages.Close()
	return p.listenAndServe(ctx, at, pages)
}

// client is who a request comes from: behind a stated proxy, the last address that it added.
func (at listening) client(r *http.Request) string {
	if at.proxy != "" {
		chain := strings.Split(r.Header.Get("X-Forwarded-For"), ",")
		if last := strings.TrimSpace(chain[len(chain)-1]); last != "" {
			return last
		}
	}
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return host
}

// queueOf is the queue's Redis, if there is one: the pages show campaigns without it too.
func (p *program) queueOf(ctx context.Context) (asynq.RedisConnOpt, func() error, error) {
	if p.settings.Redis == "" {
		p.warning("OSHIRASE_REDIS is not set: the pages show no queues")
		return nil, func() error { return nil }, nil
	}
	r, err := jobs.OpenRedis(ctx, p.settings.Redis)
	if err != nil {
		return nil, nil, err
	}
	return r.Opt, r.Close, nil
}

func (p *program) listenAndServe(ctx context.Context, at listening, h http.Handler) error {
	l, err := listen(at.addr)
	if err != nil {
		return err
	}
	s := &http.Server{
		Handler: h, ReadHeaderTimeout: 10 * time.Second, ReadTimeout: 30 * time.Second,
		WriteTimeout: time.Minute, IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 64 << 10,
	}
	stop := context.AfterFunc(ctx, func() {
		end, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		_ = s.Shutdown(end)
	})
	defer stop()
	scheme := "http"
	if at.cert != "" {
		scheme = "https"
	}
	p.note("pages at %s://%s/; Ctrl-C stops", scheme, l.Addr())
	if at.cert != "" {
		err = s.ServeTLS(l, at.cert, at.key)
	} else {
		err = s.Serve(l)
	}
	if errors.Is(err, http.ErrServerClosed) {
		return nil
	}
	return err
}
