package main

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"golang.org/x/text/encoding/japanese"

	"oshirase/config/campaign"
	"oshirase/config/programmes/jtb"
	"oshirase/jobs/ledger"
	"oshirase/jobs/report"
)

// intake measures the way of a campaign of n rows into a ledger. Each part is a process of its own, as an
// operator would start it, so that its memory is that of nothing else.
func (b *bench) intake(ctx context.Context) (map[string]any, error) {
	if b.server != "" && !ledger.IsServer(b.server) {
		return nil, usage("--ledger takes a PostgreSQL database").
			hint("such as postgres://user:password@host:5432/empty; without it a new file is used")
	}
	whole, err := b.newBookings(ctx, b.n)
	if err != nil {
		return nil, err
	}
	base, err := whole.parse(ctx)
	if err != nil {
		return nil, err
	}
	b.note("read and parsed alone in %.1f s; planning", base.Seconds())
	plan, err := whole.plan(ctx)
	if err != nil {
		return nil, err
	}
	b.note("planned in %.1f s with %.0f MiB; enqueuing", plan.seconds, plan.rss)
	done, err := whole.enqueue(ctx, plan)
	if err != nil {
		return nil, err
	}
	b.note("enqueued in %.1f s with %.0f MiB", done.seconds, done.rss)
	result := map[string]any{
		"rows": b.n, "files": whole.truth.Rows, "people": done.people, "people_expected": whole.truth.People,
		"seconds": tenth(done.seconds), "rows_per_second": round(float64(b.n) / done.seconds),
		"plan_seconds": tenth(plan.seconds), "import_seconds": tenth(done.seconds - plan.seconds),
		"baseline_seconds": tenth(base.Seconds()), "ratio": median([]float64{base.Seconds() / done.seconds}),
		"peak_rss_mib": done.rss, "plan_peak_rss_mib": plan.rss, "read_mib": tenth(whole.mib()),
	}
	if done.bytes > 0 {
		result["bytes_per_person"] = round(float64(done.bytes) / float64(done.people))
	}
	if b.scaling {
		if err := b.compareTenth(ctx, done.seconds/float64(b.n), result); err != nil {
			return nil, err
		}
	}
	return result, whole.check(plan, done)
}

// compareTenth adds what a row costs in a campaign of this size against one of a tenth of it.
func (b *bench) compareTenth(ctx context.Context, perRow float64, result map[string]any) error {
	part, err := b.newBookings(ctx, max(1, b.n/10))
	if err != nil {
		return err
	}
	plan, err := part.plan(ctx) // the warm-up
	if err != nil {
		return err
	}
	var seconds []float64
	for i := range b.pairs {
		done, err := part.enqueue(ctx, plan)
		if err != nil {
			return err
		}
		b.note("run %d of a tenth of the rows: %.1f s", i+1, done.seconds)
		seconds = append(seconds, done.seconds)
	}
	result["tenth_seconds"] = median(seconds)
	result["per_row_ratio"] = median([]float64{perRow / (median(seconds) / float64(part.rows))})
	return nil
}

func tenth(f float64) float64 { return float64(int(f*10+0.5)) / 10 }

// bookings is a campaign of the benchmark, with the truth about it.
type bookings struct {
	*bench
	rows   int
	folder string
	truth  jtb.Truth
	runs   int
}

func (b *bench) newBookings(ctx context.Context, rows int) (*bookings, error) {
	k := &bookings{bench: b, rows: rows, folder: filepath.Join(b.dir, fmt.Sprintf("bookings-%d", rows))}
	size := jtb.Size{Rows: rows}
	var err error
	if k.truth, err = jtb.Expect(size); err != nil {
		return nil, usage("--n %d is too many", rows).hint("up to %s", thousands(jtb.MostRows))
	}
	if err := os.Mkdir(k.folder, 0o700); err != nil {
		return nil, err
	}
	begin := time.Now()
	if err := jtb.Write(ctx, k.folder, size); err != nil {
		return nil, err
	}
	b.note("%s rows of %s people written in %.1f s", thousands(rows), thousands(k.truth.People),
		time.Since(begin).Seconds())
	return k, nil
}

// mib is the size of the recipients files.
func (k *bookings) mib() float64 {
	return float64(sizeOf(filepath.Join(k.folder, "recipients"))) / (1 << 20)
}

// sizeOf is the bytes of the files in a directory.
func sizeOf(dir string) (bytes int64) {
	_ = filepath.WalkDir(dir, func(_ string, entry fs.DirEntry, err error) error {
		if err == nil && entry.Type().IsRegular() {
			if info, err := entry.Info(); err == nil {
				bytes += info.Size()
			}
		}
		return nil
	})
	return bytes
}

// parse is the baseline: the same files through encoding/csv and nothing else.
func (k *bookings) parse(ctx context.Context) (time.Duration, error) {
	folder, _, err := campaign.Load(k.folder, k.now())
	if err != nil {
		return 0, err
	}
	begin, rows := time.Now(), 0
	for _, f := range folder.Manifest.Recipients {
		n, err := parseAlone(ctx, filepath.Join(k.folder, f.File), f.Encoding == "cp932")
		if err != nil {
			return 0, err
		}
		rows += n
	}
	if rows != k.rows {
		return 0, fmt.Errorf("baseline has read %d of %d rows", rows, k.rows)
	}
	return time.Since(begin), nil
}

// parseAlone counts the records of a file, its header left out.
func parseAlone(ctx context.Context, path string, cp932 bool) (int, error) {
	file, err := os.Open(path)
	if err != nil {
		return 0, err
	}
	defer file.Close()
	var text io.Reader = file
	if cp932 {
		text = japanese.ShiftJIS.NewDecoder().Reader(file)
	}
	r := csv.NewReader(text)
	r.ReuseRecord = true
	for n := -1; ; n++ {
		_, err := r.Read()
		if errors.Is(err, io.EOF) {
			return n, ctx.Err()
		}
		if err == nil && n%1000 == 0 {
			err = ctx.Err()
		}
		if err != nil {
			return n, err
		}
	}
}

// spent is what a process took.
type spent struct {
	seconds, rss float64
	people       int
	bytes        int64 // of the ledger, where it is a file

	// of a plan
	campaign, confirm string
}

// plan counts, without a ledger.
func (k *bookings) plan(ctx context.Context) (spent, error) {
	var out bytes.Buffer
	s, err := k.process(ctx, &out, "plan", k.folder, "--json")
	if err != nil {
		return s, err
	}
	var said struct {
		Campaign, Confirm string
		People            int
	}
	if err := json.Unmarshal(out.Bytes(), &said); err != nil {
		return s, fmt.Errorf("read plan: %w", err)
	}
	s.campaign, s.confirm, s.people = said.Campaign, said.Confirm, said.People
	return s, nil
}

// enqueue imports into a new ledger, counts who is in it, and takes it away.
func (k *bookings) enqueue(ctx context.Context, plan spent) (spent, error) {
	k.runs++
	dir := filepath.Join(k.folder+"-ledgers", fmt.Sprint(k.runs))
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return spent{}, err
	}
	defer os.RemoveAll(dir)
	k.settings.Ledger, k.settings.Keys = filepath.Join(dir, "ledger.db"), filepath.Join(dir, "keys")
	if k.server != "" {
		k.settings.Ledger = k.server
	}
	s, err := k.process(ctx, io.Discard, "enqueue", k.folder, "--confirm", plan.confirm)
	if err != nil {
		return s, err
	}
	s.bytes = sizeOf(dir)
	l, err := k.openLedger(ctx)
	if err != nil {
		return s, err
	}
	defer l.Close()
	status, err := report.Read(ctx, l, plan.campaign)
	s.people = status.People.Affected
	return s, err
}

// process runs this program again and watches it.
func (k *bookings) process(ctx context.Context, out io.Writer, args ...string) (s spent, err error) {
	self, err := os.Executable()
	if err != nil {
		return s, err
	}
	cmd := exec.CommandContext(ctx, self, args...)
	cmd.Env = append(os.Environ(), "OSHIRASE_LEDGER="+k.settings.Ledger, "OSHIRASE_KEYS="+k.settings.Keys)
	var said bytes.Buffer
	cmd.Dir, cmd.Stdout, cmd.Stderr = k.dir, out, &said
	begin := time.Now()
	if err := cmd.Start(); err != nil {
		return s, err
	}
	ended := make(chan struct{})
	peak := make(chan float64)
	go func() { peak <- watchRSS(cmd.Process.Pid, ended) }()
	err = cmd.Wait()
	s.seconds = time.Since(begin).Seconds()
	close(ended)
	if s.rss = <-peak; err != nil {
		_, _ = k.err.Write(said.Bytes())
		return s, fmt.Errorf("oshirase %s: %w", args[0], err)
	}
	return s, nil
}

// watchRSS is the most memory that a process has had until shortly before its end.
func watchRSS(pid int, ended <-chan struct{}) (most float64) {
	for {
		most = max(most, peakRSS(pid))
		select {
		case <-ended:
			return most
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// check holds the people that were found against those that there are.
func (k *bookings) check(plan, done spent) error {
	if plan.people == k.truth.People && done.people == k.truth.People {
		return nil
	}
	return failed("%s people planned and %s in the ledger, and there are %s", thousands(plan.people),
		thousands(done.people), thousands(k.truth.People)).
		hint("the same rows, to look into: oshirase sample jtb --out DIR; oshirase plan DIR --duplicates FILE")
}
