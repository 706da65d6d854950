package handover

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/url"
	"os"
	"path"
	"strings"
	"time"

	"github.com/pkg/sftp"
	"golang.org/x/crypto/ssh"
)

// silence is how long a server may say nothing while something is wanted of it.
const silence = 2 * time.Minute

// ErrURL says that a text names no place on a server. The text is not repeated: it may hold a password.
var ErrURL = errors.New("no place of the form sftp://user@host:port/path")

// ErrNoLogin says that there is nothing to log in with.
var ErrNoLogin = errors.New("neither a key nor a password to log in with")

// target is a place on a server.
type target struct {
	user, password string
	host, dir      string // host:port
	name           string // without the password
}

func parseTarget(to string) (target, error) {
	u, err := url.Parse(to)
	if err != nil || u.Scheme != "sftp" || u.Hostname() == "" || u.User.Username() == "" ||
		u.RawQuery != "" || u.Fragment != "" {
		return target{}, ErrURL
	}
	t := target{user: u.User.Username(), dir: path.Clean("/" + u.Path)}
	t.password, _ = u.User.Password()
	port := u.Port()
	if port == "" {
		port = "22"
	}
	t.host = net.JoinHostPort(u.Hostname(), port)
	if home, ok := strings.CutPrefix(t.dir+"/", "/~/"); ok { // relative to where one is after the login
		t.dir = path.Clean("./" + home)
	}
	u.User = url.User(t.user)
	t.name = u.String()
	return t, nil
}

func (p *Place) dial(ctx context.Context, to string, o Options) error {
	t, err := parseTarget(to)
	if err != nil {
		return err
	}
	p.name = t.name
	login, err := login(t, o)
	if err != nil {
		return err
	}
	known, err := readKnown(o.KnownHosts)
	if err != nil {
		return err
	}
	conn, err := (&net.Dialer{Timeout: 30 * time.Second}).DialContext(ctx, "tcp", t.host)
	if err != nil {
		return err
	}
	stop := context.AfterFunc(ctx, func() { _ = conn.Close() })
	s, err := newServer(&watched{conn}, t, &ssh.ClientConfig{
		User: t.user, Auth: login, HostKeyCallback: known.check, HostKeyAlgorithms: known.algorithms(t.host),
	})
	if err != nil {
		stop()
		_ = conn.Close()
		return err
	}
	p.far, p.closer = s, func() error {
		stop()
		return errors.Join(ignoreClosed(s.client.Close()), ignoreClosed(s.conn.Close()))
	}
	return nil
}

// ignoreClosed is for a connection that has ended already.
func ignoreClosed(err error) error {
	if errors.Is(err, net.ErrClosed) || errors.Is(err, io.EOF) {
		return nil
	}
	return err
}

// login is what the server may be shown, the key first.
func login(t target, o Options) (methods []ssh.AuthMethod, err error) {
	if o.Identity != "" {
		key, err := readKey(o)
		if err != nil {
			return nil, err
		}
		methods = append(methods, ssh.PublicKeys(key))
	}
	if t.password != "" {
		methods = append(methods, ssh.Password(t.password))
	}
	if len(methods) == 0 {
		err = ErrNoLogin
	}
	return methods, err
}

// readKey opens a private key. No error repeats anything of the file.
func readKey(o Options) (ssh.Signer, error) {
	text, err := os.ReadFile(o.Identity)
	if err != nil {
		return nil, err
	}
	key, err := ssh.ParsePrivateKey(text)
	var locked *ssh.PassphraseMissingError
	if errors.As(err, &locked) && o.Passphrase != nil {
		phrase, err := o.Passphrase()
		if err != nil {
			return nil, err
		}
		key, err = ssh.ParsePrivateKeyWithPassphrase(text, []byte(phrase))
		if err != nil {
			return nil, fmt.Errorf("open key %q: wrong passphrase", o.Identity)
		}
		return key, nil
	}
	if err != nil {
		return nil, fmt.Errorf("open key %q: no private key of OpenSSH or PEM", o.Identity)
	}
	return key, nil
}

// server is a directory on a server.
type server struct {
	conn   *ssh.Client
	client *sftp.Client
	dir    string
}

func newServer(conn net.Conn, t target, c *ssh.ClientConfig) (*server, error) {
	secure, channels, requests, err := ssh.NewClientConn(conn, t.host, c)
	if err != nil {
		return nil, err
	}
	s := &server{conn: ssh.NewClient(secure, channels, requests), dir: t.dir}
	s.client, err = sftp.NewClient(s.conn, sftp.UseConcurrentWrites(true))
	if err == nil {
		err = s.there()
	}
	if err != nil {
		_ = s.conn.Close()
		return nil, err
	}
	return s, nil
}

// there makes sure that the directory is.
func (s *server) there() error {
	info, err := s.client.Stat(s.dir)
	if err == nil && !info.IsDir() {
		err = fs.ErrInvalid
	}
	if err != nil {
		return fmt.Errorf("directory %q there: %w", s.dir, err)
	}
	return nil
}

func (s *server) open(name string, flag int) (file, error) {
	f, err := s.client.OpenFile(path.Join(s.dir, name), flag)
	if err != nil {
		return nil, err
	}
	_, syncs := s.client.HasExtension("fsync@openssh.com")
	return remoteFile{f, syncs}, nil
}

func (s *server) size(name string) (int64, error) {
	info, err := s.client.Stat(path.Join(s.dir, name))
	if err != nil {
		return 0, err
	}
	return info.Size(), nil
}

// rename removes what has the name first where the server cannot do both at once: the protocol's own
// rename (draft-ietf-secsh-filexfer-02, section 6.5) fails where the name is taken.
func (s *server) rename(from, to string) error {
	from, to = path.Join(s.dir, from), path.Join(s.dir, to)
	if _, ok := s.client.HasExtension("posix-rename@openssh.com"); ok {
		return s.client.PosixRename(from, to)
	}
	if err := s.client.Remove(to); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return s.client.Rename(from, to)
}

// remoteFile is a file on a server, which may not know how to sync.
type remoteFile struct {
	*sftp.File
	syncs bool
}

func (f remoteFile) Sync() error {
	if !f.syncs {
		return nil
	}
	return f.File.Sync()
}

// watched is a connection that ends after a silence.
type watched struct{ net.Conn }

func (w *watched) Read(b []byte) (int, error) {
	if err := w.SetReadDeadline(time.Now().Add(silence)); err != nil {
		return 0, err
	}
	return w.Conn.Read(b)
}

func (w *watched) Write(b []byte) (int, error) {
	if err := w.SetWriteDeadline(time.Now().Add(silence)); err != nil {
		return 0, err
	}
	return w.Conn.Write(b)
}
