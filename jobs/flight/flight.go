// Package flight is a worker's flight log: what it was doing at the relay, written beside the ledger so
// that a worker's death leaves as little unknown as can be.
//
// A claim is in the ledger before the first SMTP command, and hundreds may be in flight; a killed worker
// would leave them all uncertain. So immediately before a final dot, and again on its reply, a line goes
// into a local file. It is written, not synced: that survives kill -9 and costs a few microseconds. The
// next process on that host reads it: a claim that was never at a dot was not sent, a reply that was
// heard is the outcome, and only a dot without a reply is uncertain.
//
// The header holds the machine's boot id. After a reboot what was not synced may be missing, so the
// log proves nothing, and neither does it on a host that is lost. It names the ledger too: workers of several
// may have one directory, and each looks after its own.
package flight

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"

	"oshirase/jobs/faults"
)

// Key names one attempt of a delivery.
type Key struct {
	Delivery int64 `json:"d"`
	Attempt  int   `json:"a"`
}

// Reply is what the relay said to a final dot. It holds no personal data.
type Reply struct {
	Class     string   `json:"class"` // of package email: accepted, deferred, refused, uncertain
	Stage     string   `json:"stage"`
	Code      int      `json:"code,omitempty"`
	Enhanced  string   `json:"enhanced,omitempty"`
	Line      string   `json:"line,omitempty"`
	Relay     string   `json:"relay,omitempty"`
	MessageID string   `json:"id,omitempty"`
	Letter    bool     `json:"letter,omitempty"` // one is made where the e-mail is given up
	SHA256    [32]byte `json:"sha256"`
}

// Place is where the flight logs of a ledger's workers are, on this machine.
type Place struct {
	Dir    string
	Ledger string // its id
}

type header struct {
	Ledger string `json:"ledger"`
	Worker string `json:"worker"`
	Host   string `json:"host"`
	Boot   string `json:"boot"`
}

// here is the header of this machine's logs.
func (p Place) here(worker string) (header, error) {
	boot, err := bootID()
	if err != nil {
		return header{}, err
	}
	host, err := os.Hostname()
	return header{p.Ledger, worker, host, boot}, err
}

type record struct {
	Key
	Reply *Reply `json:"r,omitempty"` // nil: about to write the dot
}

// ending is of the files' names.
const ending = ".flight"

// rotateAfter bounds a log: then it begins anew with what is still in flight.
const rotateAfter = 50_000

// Log is the flight log of a living worker. It is safe for concurrent use.
type Log struct {
	mu     sync.Mutex
	path   string
	head   header
	f      *os.File
	lines  int
	flying map[Key]*Reply
	torn   atomic.Bool
}

// Open begins the log of a worker. The file is locked as long as the process lives.
func Open(p Place, worker string) (*Log, error) {
	head, err := p.here(worker)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(p.Dir, 0o700); err != nil {
		return nil, fmt.Errorf("open flight log: %w", err)
	}
	l := &Log{
		path: filepath.Join(p.Dir, fileName(worker)), head: head, flying: map[Key]*Reply{},
	}
	return l, l.begin()
}

func fileName(worker string) string {
	return strings.Map(func(r rune) rune {
		if r == '/' || r == filepath.Separator {
			return '_'
		}
		return r
	}, worker) + ending
}

// begin writes a new file with what is in flight and puts it in the place of the old one. The new file is
// locked before it has its name.
func (l *Log) begin() error {
	f, err := os.CreateTemp(filepath.Dir(l.path), ".new-*")
	if err != nil {
		return fmt.Errorf("begin flight log: %w", err)
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		return errors.Join(fmt.Errorf("lock flight log: %w", err), f.Close())
	}
	var text bytes.Buffer
	appendLine(&text, l.head)
	for k, r := range l.flying {
		appendLine(&text, record{Key: k})
		if r != nil {
			appendLine(&text, record{k, r})
		}
	}
	_, err = f.Write(text.Bytes())
	if err == nil {
		err = os.Rename(f.Name(), l.path)
	}
	if err != nil {
		return errors.Join(fmt.Errorf("begin flight log: %w", err), f.Close(), os.Remove(f.Name()))
	}
	if l.f != nil {
		_ = l.f.Close()
	}
	l.f, l.lines = f, 0
	l.torn.Store(false)
	return nil
}

// appendLine writes a value as a line with its checksum, so that a torn last line is seen as such.
func appendLine(w *bytes.Buffer, value any) {
	text, err := json.Marshal(value)
	if err != nil {
		panic(err) // of types that are all plain
	}
	sum := binary.BigEndian.AppendUint32(nil, crc32.ChecksumIEEE(text))
	w.WriteString(hex.EncodeToString(sum))
	w.WriteByte(' ')
	w.Write(text)
	w.WriteByte('\n')
}

// Dot is called immediately before the final dot of an attempt. An error means that the dot must not be
// written.
func (l *Log) Dot(k Key) error { return l.note(k, nil) }

// Reply is called when the reply to the dot was heard. One that cannot be written now stands in the log
// that is begun anew.
func (l *Log) Reply(k Key, r Reply) error { return l.note(k, &r) }

func (l *Log) note(k Key, r *Reply) error {
	var line bytes.Buffer
	appendLine(&line, record{k, r})
	l.mu.Lock()
	defer l.mu.Unlock()
	if r != nil {
		l.flying[k] = r
	}
	if err := l.write(line.Bytes()); err != nil {
		return err
	}
	l.flying[k] = r
	return nil
}

// write adds a line. A disk that is full takes a part of it, and whatever came behind that would be lost
// with it: then nothing more is written to this file.
func (l *Log) write(line []byte) error {
	if err := l.mend(); err != nil {
		return err
	}
	if _, err := l.f.Write(line); err != nil {
		l.torn.Store(true)
		return fmt.Errorf("write flight log: %w", err)
	}
	l.lines++
	return nil
}

// Torn tells whether the log could not be written the last time, so that no dot can be noted.
func (l *Log) Torn() bool { return l.torn.Load() }

// Mend begins a log anew that could not be written.
func (l *Log) Mend() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.mend()
}

func (l *Log) mend() error {
	if !l.Torn() {
		return nil
	}
	return l.begin()
}

// Settled is called when the ledger has the outcome: the log need not know it any more.
func (l *Log) Settled(k Key) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.flying, k)
	if l.lines < rotateAfter {
		return nil
	}
	return l.begin()
}

// Close ends the log. Where nothing is in flight the file goes.
func (l *Log) Close() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.flying) > 0 {
		return l.f.Close()
	}
	return errors.Join(os.Remove(l.path), l.f.Close())
}

// Abandon ends the log as the death of its worker would.
func (l *Log) Abandon() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.f.Close()
}

// Wreck is the log of a worker that is dead.
type Wreck struct {
	Worker string
	Proof  bool           // written since the machine was started: what it lacks did not happen
	Dots   map[Key]*Reply // attempts that were at their final dot; nil: no reply was heard
	head   header
	path   string
	f      *os.File // locked: only one process looks at a wreck
}

// Wrecks finds the logs of a ledger's dead workers. Each must be closed.
func Wrecks(p Place) ([]*Wreck, error) {
	paths, err := filepath.Glob(filepath.Join(p.Dir, "*"+ending))
	if err != nil {
		return nil, fmt.Errorf("look for flight logs: %w", err)
	}
	head, err := p.here("")
	if err != nil {
		return nil, err
	}
	var out []*Wreck
	for _, path := range paths {
		w, err := open(path, head)
		if err != nil {
			return out, err
		}
		if w != nil {
			out = append(out, w)
		}
	}
	return out, nil
}

// open reads a log unless its worker lives.
func open(path string, here header) (*Wreck, error) {
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read flight log: %w", err)
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		return nil, f.Close() // its worker lives
	}
	if moved(f, path) {
		return nil, f.Close()
	}
	w := read(f, here)
	if w.head.Host != here.Host || w.head.Ledger != here.Ledger { // a directory that several share
		return nil, f.Close()
	}
	w.path, w.f = path, f
	return w, nil
}

// moved tells whether the path has another file by now: the worker had begun anew.
func moved(f *os.File, path string) bool {
	a, errA := f.Stat()
	b, errB := os.Stat(path)
	return errA != nil || errB != nil || !os.SameFile(a, b)
}

// maxLine is far above what a record takes.
const maxLine = 16 << 10

// read takes the lines up to the first that is torn. A line is one write, and the dot comes after it: one
// that has no end was of no dot. One that is torn and has an end has others behind it, and what they were
// of is not known.
func read(r io.Reader, here header) *Wreck {
	w := &Wreck{Dots: map[Key]*Reply{}}
	lines := bufio.NewReaderSize(r, maxLine)
	var head header
	if line, err := lines.ReadSlice('\n'); err != nil || !parse(line, &head) {
		return w
	}
	w.Worker, w.head = head.Worker, head
	for {
		line, err := lines.ReadSlice('\n')
		if errors.Is(err, io.EOF) {
			w.Proof = head.Host == here.Host && head.Boot == here.Boot
			return w
		}
		var rec record
		if err != nil || !parse(line, &rec) {
			return w
		}
		w.Dots[rec.Key] = rec.Reply
	}
}

func parse(line []byte, into any) bool {
	sum, text, ok := bytes.Cut(bytes.TrimSuffix(line, []byte("\n")), []byte(" "))
	return ok && string(sum) == fmt.Sprintf("%08x", crc32.ChecksumIEEE(text)) &&
		json.Unmarshal(text, into) == nil
}

// Close lets the wreck go; settled removes it.
func (w *Wreck) Close(settled bool) error {
	var err error
	if settled {
		err = os.Remove(w.path)
	}
	return errors.Join(err, w.f.Close())
}

// bootFile has the machine's boot id (proc(5)).
const bootFile = "/proc/sys/kernel/random/boot_id"

// bootID names the time since the machine was started.
func bootID() (string, error) {
	text, err := os.ReadFile(bootFile)
	if err != nil {
		return "", fmt.Errorf("read boot id: %w", err)
	}
	return faults.Text("BOOT_ID", strings.TrimSpace(string(text))), nil
}
