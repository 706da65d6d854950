// Command oshirase tells the people affected by a personal-data incident what happened to their data:
// each person once, in their language, by e-mail or by post, with a record of it.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
	"time"

	"golang.org/x/term"

	"oshirase/jobs/faults"
)

func main() { os.Exit(mainCode()) }

func mainCode() int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop) // a second signal ends the process at once
	p := &program{
		stdin: os.Stdin, getenv: os.Getenv, now: faults.Clock(time.Now),
		voice: voice{
			out: os.Stdout, err: os.Stderr,
			terminal: term.IsTerminal(int(os.Stderr.Fd())), screen: term.IsTerminal(int(os.Stdout.Fd())),
		},
		ask: term.IsTerminal(int(os.Stdin.Fd())),
	}
	return p.run(ctx, os.Args[1:])
}
