package jobstest

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// Mailer is a running Postfix that takes all mail and throws it away, or reports that it could not deliver it.
type Mailer struct {
	*Server
	Log     string // its log file, with stamps in UTC
	Mailbox string // where it puts its reports, if it makes any
	control string // the program that starts and stops it
	dir     string
}

// LookPostfix tells whether Postfix can be started here: it needs root and a user of its own. The
// error is ErrMissing.
func LookPostfix() error {
	_, err := lookSbin("postfix")
	if err != nil {
		return err
	}
	if os.Geteuid() != 0 {
		return fmt.Errorf("postfix, which only root can start: %w", ErrMissing)
	}
	if _, err := user.Lookup("postfix"); err != nil {
		return fmt.Errorf("user of postfix: %w", ErrMissing)
	}
	return nil
}

// Postfix starts a private Postfix: configuration, queue and log of its own, in a directory that goes
// with it.
func Postfix() (*Mailer, error) { return postfix("") }

// PostfixBouncing starts a Postfix that cannot deliver the mail of some recipients. What it reports of them
// to a domain is put into its mailbox.
func PostfixBouncing(domain string, recipients ...string) (*Mailer, error) {
	var undeliverable []string
	for _, to := range recipients {
		undeliverable = append(undeliverable, "{"+to+" = virtual:}") // which has no mailbox for it
	}
	return postfix(fmt.Sprintf(bouncingConfig, domain, strings.Join(undeliverable, ", ")))
}

func postfix(more string) (*Mailer, error) {
	if err := LookPostfix(); err != nil {
		return nil, err
	}
	// Its processes are users of their own: every directory above theirs must be open to them.
	dir, err := os.MkdirTemp("", "oshirase-postfix-")
	if err != nil {
		return nil, fmt.Errorf("make directory of postfix: %w", err)
	}
	m := &Mailer{
		Log: filepath.Join(dir, "log", "mail.log"), Mailbox: filepath.Join(dir, "mail", "reports"), dir: dir,
	}
	if m.control, err = lookSbin("postfix"); err == nil {
		err = m.prepare(more)
	}
	if err == nil {
		m.Server, err = start("postfix", m.command, greets)
	}
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	return m, nil
}

// Stop ends all of its processes and takes its files away.
func (m *Mailer) Stop() {
	// Its master is the leader of a session of its own, and writes down who it is.
	text, _ := os.ReadFile(filepath.Join(m.dir, "queue", "pid", "master.pid"))
	if pid, err := strconv.Atoi(strings.TrimSpace(string(text))); err == nil && pid > 1 {
		_ = syscall.Kill(-pid, syscall.SIGKILL)
	}
	m.Server.Stop()
	_ = os.RemoveAll(m.dir)
}

func (m *Mailer) prepare(more string) error {
	err := os.Chmod(m.dir, 0o755)
	for _, name := range []string{"conf", "queue", "data", "log", "mail"} {
		err = errors.Join(err, os.Mkdir(filepath.Join(m.dir, name), 0o755))
	}
	owner, e := user.Lookup("postfix")
	if e != nil {
		return errors.Join(err, e)
	}
	uid, e := strconv.Atoi(owner.Uid)
	main := fmt.Sprintf(mainConfig, m.dir, uid) + more
	for _, name := range []string{"data", "mail"} {
		err = errors.Join(err, os.Chown(filepath.Join(m.dir, name), uid, -1))
	}
	return errors.Join(err, e,
		os.WriteFile(filepath.Join(m.dir, "conf", "main.cf"), []byte(main), 0o644))
}

// command writes which port it shall listen on and starts it in the foreground.
func (m *Mailer) command(port string) *exec.Cmd {
	conf := filepath.Join(m.dir, "conf")
	services := fmt.Sprintf(masterConfig, port)
	// Where this fails, Postfix does not start, and says so.
	_ = os.WriteFile(filepath.Join(conf, "master.cf"), []byte(services), 0o644)
	cmd := exec.Command(m.control, "-c", conf, "start-fg")
	cmd.Env = append(os.Environ(), "TZ=UTC")
	return cmd
}

const mainConfig = `compatibility_level = 3.6
queue_directory = %[1]s/queue
data_directory = %[1]s/data
maillog_file = %[1]s/log/mail.log
maillog_file_prefixes = %[1]s/log
myhostname = mx.example.com
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
mydestination =
local_recipient_maps =
alias_maps =
alias_database =
default_transport = discard:
smtpd_relay_restrictions = permit_mynetworks, reject
enable_long_queue_ids = yes
virtual_mailbox_base = %[1]s/mail
virtual_uid_maps = static:%[2]d
virtual_gid_maps = static:%[2]d
`

const bouncingConfig = `recipient_delimiter = +
virtual_mailbox_domains = %[1]s
virtual_mailbox_maps = inline:{ {@%[1]s = reports} }
transport_maps = inline:{ %[2]s }
`

const masterConfig = `127.0.0.1:%s inet n - n - - smtpd
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
discard unix - - n - - discard
error unix - - n - - error
retry unix - - n - - error
virtual unix - n n - - virtual
proxymap unix - - n - - proxymap
anvil unix - - n - 1 anvil
postlog unix-dgram n - n - 1 postlogd
`
