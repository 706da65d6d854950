// Package jobstest starts private instances of the servers that tests and the benchmark work with: the
// real programs, on free ports and in directories of their own.
package jobstest

import (
	"bufio"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// ErrMissing says that a server's program is not on this machine.
var ErrMissing = errors.New("program not found")

// Server is a running program.
type Server struct {
	Addr  string // host:port
	Name  string // of the program
	cmd   *exec.Cmd
	again func() *exec.Cmd
	ready func(net.Conn) bool
}

// Stop ends the program, at once.
func (s *Server) Stop() {
	_ = s.cmd.Process.Kill()
	_ = s.cmd.Wait()
}

// Restart starts a stopped program again, at the same address and on the same files.
func (s *Server) Restart() error {
	s.cmd = s.again()
	if err := s.cmd.Start(); err != nil {
		return fmt.Errorf("restart %s: %w", s.Name, err)
	}
	if !s.wait(s.ready) {
		return fmt.Errorf("%s does not answer", s.Name)
	}
	return nil
}

// PID is the process.
func (s *Server) PID() int { return s.cmd.Process.Pid }

// CPU is the processor time that the program has used. It is known for a running one only from the
// kernel's accounting (proc(5), fields 14 and 15, in ticks of 10 ms).
func (s *Server) CPU() time.Duration { return CPU(s.PID()) }

// CPU is the processor time of a running process; 0 where it cannot be read.
func CPU(pid int) time.Duration {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0
	}
	_, rest, _ := strings.Cut(string(text), ") ")
	fields := strings.Fields(rest)
	if len(fields) < 13 {
		return 0
	}
	var user, system int64
	_, err = fmt.Sscan(fields[11]+" "+fields[12], &user, &system)
	if err != nil {
		return 0
	}
	return time.Duration(user+system) * 10 * time.Millisecond
}

// Redis starts redis-server with its append-only file in dir, synced every second.
func Redis(dir string) (*Server, error) {
	path, err := exec.LookPath("redis-server")
	if err != nil {
		return nil, fmt.Errorf("redis-server: %w", ErrMissing)
	}
	return start("redis-server", func(port string) *exec.Cmd {
		return exec.Command(path, "--port", port, "--bind", "127.0.0.1", "--dir", dir,
			"--appendonly", "yes", "--appendfsync", "everysec", "--save", "",
			"--maxmemory-policy", "noeviction", "--loglevel", "warning")
	}, answersPing)
}

// Sink starts Postfix's smtp-sink, which takes every message and keeps none.
func Sink() (*Server, error) {
	path, err := lookSbin("smtp-sink")
	if err != nil {
		return nil, err
	}
	return start("smtp-sink", func(port string) *exec.Cmd {
		args := []string{"127.0.0.1:" + port, "1000"}
		if os.Getuid() == 0 {
			args = append([]string{"-u", "nobody"}, args...)
		}
		return exec.Command(path, args...)
	}, greets)
}

func lookSbin(name string) (string, error) {
	for _, dir := range append(filepath.SplitList(os.Getenv("PATH")), "/usr/sbin", "/usr/lib/postfix/sbin") {
		path := filepath.Join(dir, name)
		if info, err := os.Stat(path); err == nil && info.Mode()&0o111 != 0 {
			return path, nil
		}
	}
	return "", fmt.Errorf("%s: %w", name, ErrMissing)
}

// start runs a program on a free port and waits until it answers. Another server may take the port in
// between, so it is tried again.
func start(name string, command func(port string) *exec.Cmd, ready func(net.Conn) bool) (*Server, error) {
	for range 5 {
		port, err := Port()
		if err != nil {
			return nil, err
		}
		s := &Server{Addr: "127.0.0.1:" + port, Name: name, ready: ready}
		s.again = func() *exec.Cmd { return command(port) }
		s.cmd = s.again()
		if err := s.cmd.Start(); err != nil {
			return nil, fmt.Errorf("start %s: %w", name, err)
		}
		if s.wait(ready) {
			return s, nil
		}
		s.Stop()
	}
	return nil, fmt.Errorf("%s does not answer", name)
}

func (s *Server) wait(ready func(net.Conn) bool) bool {
	for deadline := time.Now().Add(10 * time.Second); time.Now().Before(deadline); {
		conn, err := net.DialTimeout("tcp", s.Addr, time.Second)
		if err == nil {
			_ = conn.SetDeadline(time.Now().Add(2 * time.Second))
			ok := ready(conn)
			_ = conn.Close()
			if ok {
				return true
			}
		}
		time.Sleep(20 * time.Millisecond)
	}
	return false
}

func answersPing(c net.Conn) bool {
	_, err := c.Write([]byte("PING\r\n"))
	line, _ := bufio.NewReader(c).ReadString('\n')
	return err == nil && strings.HasPrefix(line, "+PONG")
}

func greets(c net.Conn) bool {
	line, _ := bufio.NewReader(c).ReadString('\n')
	return strings.HasPrefix(line, "220")
}
