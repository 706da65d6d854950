package jobstest

import (
	"bytes"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
)

// Cluster is a private PostgreSQL server with its own files.
type Cluster struct {
	*Server
	bin  string // directory of the programs
	dir  string // of all its files
	made atomic.Int64
}

// superuser is who everybody is on a private server; nobody else can reach it but on this machine.
const superuser = "oshirase"

// Postgres makes the files of a server and starts it. It forgets what it wrote when the machine goes
// down, not when the server does.
func Postgres() (*Cluster, error) {
	bin, err := postgresPrograms()
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "oshirase-postgres-")
	if err != nil {
		return nil, fmt.Errorf("make a directory: %w", err)
	}
	c := &Cluster{bin: bin, dir: dir}
	if err := c.start(); err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	return c, nil
}

// HasPostgres tells whether the programs are on this machine.
func HasPostgres() bool {
	_, err := postgresPrograms()
	return err == nil
}

// postgresPrograms finds the directory that has both; Debian keeps one for each version, none of them in
// PATH.
func postgresPrograms() (string, error) {
	dirs, _ := filepath.Glob("/usr/lib/postgresql/*/bin")
	slices.Reverse(dirs) // the newest first
	for _, dir := range append(filepath.SplitList(os.Getenv("PATH")), dirs...) {
		if runnable(dir, "initdb") && runnable(dir, "postgres") && runnable(dir, "createdb") {
			return dir, nil
		}
	}
	return "", fmt.Errorf("initdb and postgres: %w", ErrMissing)
}

func runnable(dir, name string) bool {
	info, err := os.Stat(filepath.Join(dir, name))
	return err == nil && info.Mode()&0o111 != 0
}

func (c *Cluster) start() error {
	owner, err := plainUser()
	if err != nil {
		return err
	}
	if owner != nil {
		if err := os.Chown(c.dir, int(owner.Uid), int(owner.Gid)); err != nil {
			return fmt.Errorf("give a directory away: %w", err)
		}
	}
	run := func(program string, args ...string) *exec.Cmd {
		cmd := exec.Command(filepath.Join(c.bin, program), args...)
		cmd.Dir, cmd.SysProcAttr = c.dir, &syscall.SysProcAttr{Credential: owner}
		return cmd
	}
	data := filepath.Join(c.dir, "data")
	out, err := run("initdb", "--pgdata", data, "--username", superuser, "--auth", "trust", "--no-sync",
		"--encoding", "UTF8", "--locale", "C").CombinedOutput()
	if err != nil {
		return fmt.Errorf("initdb: %w: %s", err, bytes.TrimSpace(out))
	}
	c.Server, err = start("postgres", func(port string) *exec.Cmd {
		return run("postgres", "-D", data, "-p", port, "-c", "listen_addresses=127.0.0.1",
			"-c", "unix_socket_directories=", "-c", "fsync=off", "-c", "full_page_writes=off",
			"-c", "max_connections=300", "-c", "max_wal_size=256MB", "-c", "deadlock_timeout=100ms")
	}, answersStartup)
	return err
}

// plainUser is somebody to be instead of root, whom PostgreSQL refuses to run as; nil where we are
// nobody special.
func plainUser() (*syscall.Credential, error) {
	if os.Getuid() != 0 {
		return nil, nil
	}
	for _, name := range []string{"postgres", "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, err1 := strconv.ParseUint(u.Uid, 10, 32)
		gid, err2 := strconv.ParseUint(u.Gid, 10, 32)
		return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, errors.Join(err1, err2)
	}
	return nil, errors.New("no user but root to run postgres as")
}

// answersStartup asks whether it talks TLS: a server that is up says S or N
// (https://www.postgresql.org/docs/current/protocol-message-formats.html, SSLRequest).
func answersStartup(c net.Conn) bool {
	_, err := c.Write([]byte{0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f})
	answer := make([]byte, 1)
	_, err2 := c.Read(answer)
	return err == nil && err2 == nil && strings.Contains("SN", string(answer))
}

// Database makes an empty database and returns its URL.
func (c *Cluster) Database() (string, error) {
	host, port, err := net.SplitHostPort(c.Addr)
	if err != nil {
		return "", fmt.Errorf("address of postgres: %w", err)
	}
	name := fmt.Sprintf("test%d", c.made.Add(1))
	for range 100 { // it may take connections a moment before it takes logins
		cmd := exec.Command(filepath.Join(c.bin, "createdb"), "-h", host, "-p", port, "-U", superuser,
			"-T", "template0", name) // nobody, not even a cleaner, is connected to that one
		out, err1 := cmd.CombinedOutput()
		if err = nil; err1 == nil {
			return "postgres://" + superuser + "@" + c.Addr + "/" + name + "?sslmode=disable", nil
		}
		err = fmt.Errorf("createdb: %w: %s", err1, bytes.TrimSpace(out))
		if !bytes.Contains(out, []byte("starting up")) {
			break
		}
	}
	return "", err
}

// Crash ends the server as a crash does: without a checkpoint, its connections cut. Restart starts it.
func (c *Cluster) Crash() {
	_ = c.cmd.Process.Signal(syscall.SIGQUIT) // its children end with it, which they do not at a kill
	_ = c.cmd.Wait()
}

// Files is the directory of all its files.
func (c *Cluster) Files() string { return c.dir }

// Remove stops the server and takes its files away.
func (c *Cluster) Remove() error {
	c.Crash()
	return os.RemoveAll(c.dir)
}
