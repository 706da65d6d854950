// Package handovertest is a mail house's server for tests: SSH with SFTP over a real directory, in this
// process, whose connections can be made to break.
package handovertest

import (
	"crypto/ed25519"
	"crypto/rand"
	"encoding/pem"
	"errors"
	"io"
	"net"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"

	"github.com/pkg/sftp"
	"golang.org/x/crypto/ssh"
	"golang.org/x/crypto/ssh/knownhosts"
)

// Password is another way to log in than the key.
const Password = "open sesame"

// Server is a running server. Any user may log in with the key or the password.
type Server struct {
	Dir        string // what it serves
	Addr       string // host:port
	Identity   string // file of the key that may log in
	KnownHosts string // file with the server's key

	listener net.Listener
	left     atomic.Int64
	took     atomic.Int64
	conns    sync.WaitGroup
}

// Start serves a directory, and writes the keys into another.
func Start(dir, keys string) (*Server, error) {
	s := &Server{
		Dir: dir, Identity: filepath.Join(keys, "id"), KnownHosts: filepath.Join(keys, "known_hosts"),
	}
	s.BreakAfter(1 << 40)
	own, _, err := NewKey()
	if err != nil {
		return nil, err
	}
	guest, private, err := NewKey()
	if err != nil {
		return nil, err
	}
	if err := WriteKey(s.Identity, private, ""); err != nil {
		return nil, err
	}
	if s.listener, err = net.Listen("tcp", "127.0.0.1:0"); err != nil {
		return nil, err
	}
	s.Addr = s.listener.Addr().String()
	if err := s.WriteKnown(s.KnownHosts, own.PublicKey()); err != nil {
		return nil, errors.Join(err, s.listener.Close())
	}
	go s.accept(config(own, guest.PublicKey()))
	return s, nil
}

// Close ends the server and its connections' work.
func (s *Server) Close() error {
	err := s.listener.Close()
	s.conns.Wait()
	return err
}

// URL names the directory as the program does.
func (s *Server) URL() string { return "sftp://mail@" + s.Addr + s.Dir }

// BreakAfter breaks the connections when so many more bytes have come in.
func (s *Server) BreakAfter(n int64) { s.left.Store(n) }

// Took is how many bytes have come in so far.
func (s *Server) Took() int64 { return s.took.Load() }

// WriteKnown writes a file of known hosts in which the server has a key.
func (s *Server) WriteKnown(file string, key ssh.PublicKey) error {
	return os.WriteFile(file, []byte(knownhosts.Line([]string{s.Addr}, key)+"\n"), 0o600)
}

// NewKey makes a key.
func NewKey() (ssh.Signer, ed25519.PrivateKey, error) {
	_, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return nil, nil, err
	}
	signer, err := ssh.NewSignerFromKey(private)
	return signer, private, err
}

// WriteKey writes a private key as ssh-keygen does, locked where there is a phrase.
func WriteKey(file string, key ed25519.PrivateKey, phrase string) error {
	block, err := ssh.MarshalPrivateKey(key, "")
	if phrase != "" {
		block, err = ssh.MarshalPrivateKeyWithPassphrase(key, "", []byte(phrase))
	}
	if err != nil {
		return err
	}
	return os.WriteFile(file, pem.EncodeToMemory(block), 0o600)
}

func config(own ssh.Signer, guest ssh.PublicKey) *ssh.ServerConfig {
	c := &ssh.ServerConfig{
		PublicKeyCallback: func(_ ssh.ConnMetadata, key ssh.PublicKey) (*ssh.Permissions, error) {
			if string(key.Marshal()) != string(guest.Marshal()) {
				return nil, errors.New("not this key")
			}
			return nil, nil
		},
		PasswordCallback: func(_ ssh.ConnMetadata, given []byte) (*ssh.Permissions, error) {
			if string(given) != Password {
				return nil, errors.New("not this password")
			}
			return nil, nil
		},
	}
	c.AddHostKey(own)
	return c
}

func (s *Server) accept(c *ssh.ServerConfig) {
	for {
		conn, err := s.listener.Accept()
		if err != nil {
			return
		}
		s.conns.Go(func() {
			defer conn.Close()
			s.serve(&metered{conn, s}, c)
		})
	}
}

func (s *Server) serve(conn net.Conn, c *ssh.ServerConfig) {
	server, channels, requests, err := ssh.NewServerConn(conn, c)
	if err != nil {
		return
	}
	defer server.Close()
	go ssh.DiscardRequests(requests)
	for open := range channels {
		channel, requests, err := open.Accept()
		if err != nil {
			return
		}
		go answer(requests)
		files, err := sftp.NewServer(channel, sftp.WithServerWorkingDirectory(s.Dir))
		if err != nil {
			return
		}
		if files.Serve() == nil {
			_ = files.Close()
		}
	}
}

func answer(requests <-chan *ssh.Request) {
	for r := range requests {
		_ = r.Reply(r.Type == "subsystem", nil)
	}
}

// metered counts what comes in, and breaks off where it is told to.
type metered struct {
	net.Conn
	server *Server
}

func (m *metered) Read(b []byte) (int, error) {
	n, err := m.Conn.Read(b)
	m.server.took.Add(int64(n))
	if m.server.left.Add(-int64(n)) < 0 {
		_ = m.Conn.Close()
		return 0, io.ErrUnexpectedEOF
	}
	return n, err
}
