package main

import (
	"bufio"
	"context"
	"embed"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/mail"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"oshirase/jobs/email"
	"oshirase/jobs/email/emailtest"
	"oshirase/jobs/jobstest"
	"oshirase/jobs/ledger"
	"oshirase/jobs/plan"
	"oshirase/jobs/queue"
	"oshirase/letters"
)

//go:embed bench
var benchFiles embed.FS

// bench measures on this machine, always with a baseline in the same run: absolute rates of a shared
// machine mean little, ratios hold.
type bench struct {
	*program
	n, pairs, conns int
	size            crewSize
	embedded        bool
	mark            string
	queue           bool // letters are typeset through it, and not bound
	late            time.Duration
	server          string // the ledger of intake; a new file where it is empty
	scaling         bool
	dir             string
}

func (p *program) benchCommand() *cobra.Command {
	b := &bench{program: p}
	c := &cobra.Command{
		Use: "bench email|letters|intake", Short: "Measure what this machine can do, with a baseline in the same run",
		Long: `Measure what this machine can do, with a baseline in the same run.

email: messages a second from a ledger on disk through a private redis-server (from the path) and a
worker process to a sink on the loopback (Postfix smtp-sink where it is found), against go-mail alone
with as many connections and the same sink. With --late the sink's answers come so much later, and the
rate is compared with the most that can be: connections / (round trips of a message x that time). A
round trip is a wait for the sink between MAIL and the reply to the final dot, counted on the line.

letters: letters composed and bound into print files, against one document per letter. With --queue:
letters a second that a worker process takes from Redis, typesets and settles, from its start on.

intake: n rows of four brands' files into a new ledger, by processes that do what plan and enqueue do,
against reading and parsing the same files with encoding/csv alone. It fails where the people in the
ledger are not as many as were invented. import_seconds is what enqueue takes longer than plan, ratio the
baseline's time over enqueue's, per_row_ratio the time of a row over that of a row in a tenth of the
files, of which --pairs runs are made after a warm-up.`,
		Args: p.one("email, letters or intake"),
		RunE: func(c *cobra.Command, args []string) error { return b.run(c.Context(), args[0]) },
	}
	c.Flags().IntVar(&b.n, "n", 20000, "how many")
	c.Flags().IntVar(&b.pairs, "pairs", 3, "how often, baseline and Oshirase in turn; medians are given")
	c.Flags().BoolVar(&b.embedded, "embedded", false, "email: the queue inside the worker instead of Redis")
	c.Flags().StringVar(&b.mark, "mark", "none", "letters: each sheet's `MARK`: none, datamatrix, qr or omr")
	c.Flags().BoolVar(&b.queue, "queue", false, "letters: typesetting through the queue, in place of binding")
	c.Flags().DurationVar(&b.late, "late", 0, "email: how much later the sink's answers come, such as 50ms")
	c.Flags().StringVar(&b.server, "ledger", "", "intake: `postgres://…`, an empty database, in place of a new file")
	c.Flags().BoolVar(&b.scaling, "scaling", true, "intake: measure a tenth of the rows too")
	b.size.flags(c)
	p.jsonFlag(c)
	return c
}

func (b *bench) run(ctx context.Context, what string) error {
	if b.n < 1 || b.pairs < 1 {
		return usage("--n and --pairs take whole numbers from 1").hint("without them it is 20,000, three times")
	}
	if b.late < 0 {
		return usage("--late takes a duration").hint("such as 50ms; without it nothing is late")
	}
	if err := b.size.valid(); err != nil {
		return err
	}
	var err error
	if b.dir, err = os.MkdirTemp("", "oshirase-bench-"); err != nil {
		return err
	}
	defer os.RemoveAll(b.dir)
	measure := map[string]func(context.Context) (map[string]any, error){
		"email": b.email, "letters": b.letters, "intake": b.intake,
	}[what]
	if measure == nil {
		return usage("there is no benchmark %q", what).hint("oshirase bench email, letters or intake")
	}
	result, err := measure(ctx)
	if result == nil {
		return interrupted(ctx, err)
	}
	if failed := b.show(result); failed != nil {
		return failed
	}
	return err
}

func (b *bench) show(result map[string]any) error {
	if b.asJSON {
		return b.json(result)
	}
	var rows [][]string
	for _, key := range slices.Sorted(mapKeys(result)) {
		rows = append(rows, []string{key, fmt.Sprint(result[key])})
	}
	b.table(rows)
	return nil
}

func mapKeys(m map[string]any) func(func(string) bool) {
	return func(yield func(string) bool) {
		for k := range m {
			if !yield(k) {
				return
			}
		}
	}
}

// folder writes the benchmark's campaign with n invented people, all by e-mail or all by letter.
func (b *bench) folder(n int, withEmail bool) (string, error) {
	dir := filepath.Join(b.dir, fmt.Sprintf("campaign-%d-%t", n, withEmail))
	sub, err := fs.Sub(benchFiles, "bench")
	if err != nil {
		return "", err
	}
	if err := os.CopyFS(dir, sub); err != nil {
		return "", err
	}
	if err := b.setMark(filepath.Join(dir, "campaign.yaml")); err != nil {
		return "", err
	}
	return dir, writeOwn(filepath.Join(dir, "people.csv"), func(w io.Writer) error {
		return invent(w, n, withEmail)
	})
}

// setMark writes the mark that is wanted into the manifest.
func (b *bench) setMark(path string) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	return writeOwn(path, func(w io.Writer) error {
		_, err := io.WriteString(w, strings.Replace(string(text), "mark: none", "mark: "+b.mark, 1))
		return err
	})
}

func invent(w io.Writer, n int, withEmail bool) error {
	csv := bufio.NewWriter(w)
	fmt.Fprintln(csv, "id,name,email,postcode,address,locale")
	for i := range n {
		address := fmt.Sprintf("person%d@example.com", i)
		if !withEmail {
			address = ""
		}
		fmt.Fprintf(csv, "B%07d,%s,%s,100-0000,東京都千代田区例示%d丁目%d番%d号,ja\n",
			i, inventName(i), address, i%9+1, i%30+1, i%20+1)
	}
	return csv.Flush()
}

// inventName makes a name that few others have. One in a hundred has characters beyond the basic plane
// or an ideographic variant, as a real register does.
func inventName(i int) string {
	const given = "花梅桜桃菊松竹桐楓柳"
	family := []string{"試験", "見本", "例示", "仮名", "試作", "架空", "模範", "仮想", "例題", "標本"}[i/10%10]
	if i%100 == 7 {
		family = []string{"𠮷田", "𡈽屋", "葛󠄀城", "辻󠄀村"}[i/100%4]
	}
	pick := func(k int) string { return given[3*(k%10) : 3*(k%10)+3] }
	return family + " " + pick(i) + pick(i/100) + pick(i/1000) + "子"
}

// sink is where the mail goes, with its name: a ratio is worth little without it.
type sink struct {
	name, addr string
	stop       func()
	cpu        func() time.Duration
}

func newSink() (sink, error) {
	s, err := jobstest.Sink()
	if err == nil {
		return sink{"postfix smtp-sink", s.Addr, s.Stop, s.CPU}, nil
	}
	if !errors.Is(err, jobstest.ErrMissing) {
		return sink{}, err
	}
	own, err := emailtest.NewServer(emailtest.Options{Forget: true})
	if err != nil {
		return sink{}, err
	}
	return sink{"emailtest", own.Addr(), func() { _ = own.Close() }, func() time.Duration { return 0 }}, nil
}

func (b *bench) email(ctx context.Context) (map[string]any, error) {
	to, err := newSink()
	if err != nil {
		return nil, err
	}
	defer to.stop()
	folder, err := b.folder(b.n, true)
	if err != nil {
		return nil, err
	}
	found, err := plan.Read(ctx, folder, plan.Options{Now: b.now(), Fonts: letters.Embedded()})
	if err != nil {
		return nil, err
	}
	b.conns = b.size.connections
	if b.late > 0 {
		return b.distant(ctx, to, found)
	}
	var rates, bases, ratios, cpus, rss, redis []float64
	for i := range b.pairs {
		base, err := b.baseline(ctx, to, found)
		if err != nil {
			return nil, err
		}
		r, err := b.pipeline(ctx, to, found, i)
		if err != nil {
			return nil, err
		}
		rates, bases = append(rates, r.rate), append(bases, base)
		ratios, cpus = append(ratios, r.rate/base), append(cpus, r.cpu)
		rss, redis = append(rss, r.rss), append(redis, r.redis)
		b.note("pair %d: %.0f/s, baseline %.0f/s, ratio %.2f", i+1, r.rate, base, r.rate/base)
	}
	return map[string]any{
		"n": b.n, "pairs": b.pairs, "sink": to.name, "connections": b.conns,
		"per_second": round(median(rates)), "baseline_per_second": round(median(bases)),
		"ratio": median(ratios), "cpu_us_per_message": round(median(cpus)),
		"peak_rss_mib": slices.Max(rss), "redis_peak_mib": slices.Max(redis), "embedded": b.embedded,
	}, nil
}

func round(f float64) int { return int(f + 0.5) }

func median(v []float64) float64 {
	s := slices.Sorted(slices.Values(v))
	m := (s[(len(s)-1)/2] + s[len(s)/2]) / 2
	return float64(int(m*1000+0.5)) / 1000
}

// baseline is go-mail alone with a message of the same text.
func (b *bench) baseline(ctx context.Context, to sink, found *plan.Plan) (float64, error) {
	entry, err := found.Find(ctx, func(plan.Entry) bool { return true })
	if err != nil {
		return 0, err
	}
	m, _, err := found.Book.Email(found.CaseOf(*entry), noKey{})
	if err != nil {
		return 0, err
	}
	relay, err := email.ParseRelay("smtp://" + to.addr + "?tls=none")
	if err != nil {
		return 0, err
	}
	from := mail.Address{Address: m.From.Address}
	begin := time.Now()
	err = email.Baseline(ctx, relay, b.conns, b.n, func(i int) email.Message {
		return email.Message{
			From: from, To: fmt.Sprintf("person%d@example.com", i), Subject: m.Subject, Text: m.Text, HTML: m.HTML,
		}
	})
	return float64(b.n) / time.Since(begin).Seconds(), err
}

// measured is one run of the pipeline.
type measured struct{ rate, cpu, rss, redis float64 }

// pipeline imports the campaign into a new ledger, then times a worker process of its own from its start
// to the last outcome in the ledger.
func (b *bench) pipeline(ctx context.Context, to sink, found *plan.Plan, i int) (measured, error) {
	dir := filepath.Join(b.dir, fmt.Sprintf("run-%d", i))
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return measured{}, err
	}
	b.settings.Ledger, b.settings.Keys = filepath.Join(dir, "ledger.db"), filepath.Join(dir, "keys")
	b.settings.MasterFile, b.settings.MasterKey = "", ""
	l, err := ledger.Open(ctx, b.settings.Ledger, true, b.now)
	if err != nil {
		return measured{}, err
	}
	defer l.Close()
	if err := b.importPlan(ctx, l, found, acceptance{}, nil); err != nil {
		return measured{}, err
	}
	redisURL, redis := "", (*jobstest.Server)(nil)
	if !b.embedded {
		if redis, err = jobstest.Redis(dir); err != nil {
			return measured{}, failed("").because(err).hint("install redis-server, or measure with --embedded")
		}
		defer redis.Stop()
		redisURL = "redis://" + redis.Addr
	}
	return b.timeWorker(ctx, l, to, redis, redisURL)
}

func (b *bench) timeWorker(ctx context.Context, l *ledger.Ledger, to sink, redis *jobstest.Server,
	redisURL string) (measured, error) {
	sinkCPU := to.cpu()
	cmd, err := b.worker(ctx, to, redisURL)
	if err != nil {
		return measured{}, err
	}
	begin := time.Now()
	if err := cmd.Start(); err != nil {
		return measured{}, err
	}
	err = b.waitDone(ctx, l)
	var m measured
	if redis != nil {
		m.redis, m.cpu = b.redisPeak(ctx, redisURL), redis.CPU().Seconds()
	}
	m.cpu += (to.cpu() - sinkCPU).Seconds()
	m.rss = peakRSS(cmd.Process.Pid)
	_ = cmd.Process.Signal(syscall.SIGTERM)
	if err := errors.Join(err, cmd.Wait()); err != nil {
		return m, err
	}
	m.cpu += (cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()).Seconds()
	m.cpu = m.cpu * 1e6 / float64(b.n)
	last, err := lastOutcome(ctx, l)
	m.rate = float64(b.n) / last.Sub(begin).Seconds()
	return m, err
}

// lastOutcome is when the last delivery got where it is, by the ledger: asking it all the time would take
// from what is measured.
func lastOutcome(ctx context.Context, l *ledger.Ledger) (last time.Time, err error) {
	for d, err := range l.Deliveries(ctx, "bench") {
		if err != nil {
			return last, err
		}
		if d.At.After(last) {
			last = d.At
		}
	}
	return last, nil
}

// peakRSS is the most memory that a process has had resident, in MiB (proc(5), VmHWM); 0 where the system
// does not say. What wait4 reports is not it: it counts what the parent held when it began the process.
func peakRSS(pid int) float64 {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(status)) {
		if v, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			var kib float64
			_, _ = fmt.Sscan(v, &kib)
			return float64(int(kib/1024*10)) / 10
		}
	}
	return 0
}

// worker is this program again, as an operator would start it.
func (b *bench) worker(ctx context.Context, to sink, redisURL string) (*exec.Cmd, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(ctx, self, "work", fmt.Sprintf("--servers=%d", b.size.servers),
		fmt.Sprintf("--connections=%d", b.conns), fmt.Sprintf("--in-flight=%d", b.size.inFlight))
	cmd.Env = append(os.Environ(), "OSHIRASE_LEDGER="+b.settings.Ledger, "OSHIRASE_KEYS="+b.settings.Keys,
		"OSHIRASE_MASTER_FILE=", "OSHIRASE_MASTER_KEY=", "OSHIRASE_LETTERS="+filepath.Join(b.dir, "print"), "OSHIRASE_REDIS="+redisURL,
		"OSHIRASE_SMTP=smtp://"+to.addr+"?tls=none")
	cmd.Dir = b.dir
	cmd.Stderr = b.err
	return cmd, nil
}

func (b *bench) waitDone(ctx context.Context, l *ledger.Ledger) error {
	for {
		c, err := l.Counts(ctx, "bench")
		if err != nil {
			return err
		}
		total, left := totals(c)
		if b.queue {
			of := c.Channels[ledger.Letter]
			left = total - of[ledger.Typeset] - of[ledger.Bound]
		}
		b.progress(total-left, total, "deliveries done")
		if left == 0 {
			if b.queue {
				return nil
			}
			if sent := c.Channels[ledger.Email][ledger.Sent]; sent != b.n {
				return fmt.Errorf("%d of %d sent", sent, b.n)
			}
			return nil
		}
		select {
		case <-time.After(250 * time.Millisecond):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// redisPeak is the most memory that Redis has used, in MiB.
func (b *bench) redisPeak(ctx context.Context, url string) float64 {
	r, err := queue.Open(ctx, url)
	if err != nil {
		return 0
	}
	defer r.Close()
	info, err := r.Client.Info(ctx, "memory").Result()
	if err != nil {
		return 0
	}
	for line := range strings.Lines(info) {
		if v, ok := strings.CutPrefix(strings.TrimSpace(line), "used_memory_peak:"); ok {
			var n float64
			_, _ = fmt.Sscan(v, &n)
			return float64(int(n/1024/1024*10)) / 10
		}
	}
	return 0
}
