package jobstest

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"strconv"
	"syscall"
)

// The ports of servers that come and go lie below those that the kernel gives to whoever asks for any
// (ip(7), ip_local_port_range: from 32768): a test beside does not get one of them while its server is
// down.
const (
	lowest  = 12000
	highest = 32000
)

// Port finds a port of this machine at which nobody listens.
func Port() (string, error) {
	var err error
	for range 100 {
		port := strconv.Itoa(lowest + rand.IntN(highest-lowest))
		l, err1 := net.Listen("tcp", "127.0.0.1:"+port)
		if err1 == nil {
			return port, l.Close()
		}
		err = err1
	}
	return "", fmt.Errorf("find a port: %w", err)
}

// Nobody is an address, host:port, that refuses every connection until it is let go: it is bound, so that
// nobody else gets it, and nobody listens.
func Nobody() (addr string, letGo func(), err error) {
	fd, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM|syscall.SOCK_CLOEXEC, 0)
	if err != nil {
		return "", nil, fmt.Errorf("make a socket: %w", err)
	}
	letGo = func() { _ = syscall.Close(fd) }
	if err = syscall.Bind(fd, &syscall.SockaddrInet4{Addr: [4]byte{127, 0, 0, 1}}); err == nil {
		var at syscall.Sockaddr
		if at, err = syscall.Getsockname(fd); err == nil {
			if in, ok := at.(*syscall.SockaddrInet4); ok {
				return net.JoinHostPort("127.0.0.1", strconv.Itoa(in.Port)), letGo, nil
			}
			err = errors.New("not an address of IPv4")
		}
	}
	letGo()
	return "", nil, fmt.Errorf("hold a port: %w", err)
}
