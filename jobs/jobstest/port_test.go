package jobstest

import (
	"errors"
	"net"
	"syscall"
	"testing"
)

func TestNobodyRefusesAndIsNotTaken(t *testing.T) {
	t.Parallel()
	addr, letGo, err := Nobody()
	if err != nil {
		t.Fatal(err)
	}
	if conn, err := net.Dial("tcp", addr); !errors.Is(err, syscall.ECONNREFUSED) {
		t.Errorf("connection %v, error %v", conn, err)
	}
	if l, err := net.Listen("tcp", addr); !errors.Is(err, syscall.EADDRINUSE) {
		t.Errorf("listener %v, error %v", l, err)
	}
	letGo()
	l, err := net.Listen("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	l.Close()
}

func TestAPortIsFree(t *testing.T) {
	t.Parallel()
	for range 20 {
		port, err := Port()
		if err != nil {
			t.Fatal(err)
		}
		l, err := net.Listen("tcp", "127.0.0.1:"+port)
		if err != nil {
			t.Fatal(err)
		}
		defer l.Close()
	}
}
