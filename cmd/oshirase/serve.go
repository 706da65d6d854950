package main

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/hibiken/asynq"
	"github.com/spf13/cobra"

	"oshirase/cmd/oshirase/internal/dashboard"
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

// check refuses to show the pages in clear to a network.
func (at listening) check() error {
	host, _, err := net.SplitHostPort(at.addr)
	if err != nil {
		return usage("--listen %q is no address", at.addr).hint("write it as 127.0.0.1:8080")
	}
	if (at.cert == "") != (at.key == "") {
		return usage("--tls-cert and --tls-key go together").hint("give both, or neither")
	}
	if at.proxy != "" {
		if u, err := url.Parse(at.proxy); err != nil || u.Scheme != "https" || u.Host == "" {
			return usage("--behind-proxy %q is no https URL", at.proxy).
				hint("write the address that browsers see: https://notices.example.com")
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

func listen(addr string) (net.Listener, error) {
	l, err := net.Listen("tcp", addr)
	if err != nil {
		return nil, failed("listen on %s", addr).because(cause(err)).
			hint("another program may have the port; choose one with --listen")
	}
	return l, nil
}

// cause is a network error without the address, which has been said.
func cause(err error) error {
	var op *net.OpError
	if errors.As(err, &op) {
		return op.Err
	}
	return err
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
	users, err := p.openUsers()
	if err != nil {
		return err
	}
	if all, err := users.List(); err != nil {
		return err
	} else if len(all) == 0 {
		return failed("nobody may log in yet").
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
	r, err := p.openRedis(ctx)
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
