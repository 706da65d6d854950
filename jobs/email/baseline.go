package email

import (
	"context"
	"fmt"
	"net"
	"strconv"

	gomail "github.com/wneessen/go-mail"
	"golang.org/x/sync/errgroup"
)

// Baseline sends n messages as a plain program would: go-mail alone, one connection a goroutine, no NOOP
// or RSET between messages, no queue and no ledger. Benchmarks compare with it. message gives the i-th.
func Baseline(ctx context.Context, relay Relay, conns, n int, message func(i int) Message) error {
	group, ctx := errgroup.WithContext(ctx)
	for w := range conns {
		group.Go(func() error { return baselineLoop(ctx, relay, w, conns, n, message) })
	}
	return group.Wait()
}

func baselineLoop(ctx context.Context, relay Relay, w, conns, n int, message func(i int) Message) error {
	port, err := strconv.Atoi(relay.Port)
	if err != nil {
		return fmt.Errorf("port %q: %w", relay.Port, err)
	}
	client, err := gomail.NewClient(relay.Host, gomail.WithPort(port), gomail.WithTLSPolicy(gomail.NoTLS),
		gomail.WithoutNoop(), gomail.WithoutRset(), gomail.WithHELO("localhost"))
	if err != nil {
		return fmt.Errorf("baseline: %w", err)
	}
	if err := client.DialWithContext(ctx); err != nil {
		return fmt.Errorf("baseline %s: %w", net.JoinHostPort(relay.Host, relay.Port), err)
	}
	for i := w; i < n; i += conns {
		m, err := plainMessage(message(i))
		if err != nil {
			return err
		}
		if err := client.Send(m); err != nil {
			return fmt.Errorf("baseline message %d: %w", i, err)
		}
	}
	return client.Close()
}

// plainMessage builds a message with go-mail's own defaults for everything that we do not need fixed.
func plainMessage(m Message) (*gomail.Msg, error) {
	out := gomail.NewMsg(gomail.WithEncoding(gomail.EncodingB64), gomail.WithNoDefaultUserAgent())
	if err := out.From(m.From.Address); err != nil {
		return nil, fmt.Errorf("baseline: %w", err)
	}
	if err := out.To(m.To); err != nil {
		return nil, fmt.Errorf("baseline: %w", err)
	}
	out.Subject(m.Subject)
	out.SetBodyString(gomail.TypeTextPlain, m.Text)
	out.AddAlternativeString(gomail.TypeTextHTML, m.HTML)
	return out, nil
}
