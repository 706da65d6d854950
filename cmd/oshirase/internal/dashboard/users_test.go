package dashboard

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

func TestUsersAreKeptInAFileOfTheirOwnerOnly(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "users")
	u, err := OpenUsers(path)
	must(t, err)
	if list, err := u.List(); err != nil || len(list) != 0 {
		t.Errorf("a file that is not there has %v, %v", list, err)
	}
	must(t, u.Add("olga", Operator, password))
	info, err := os.Stat(path)
	must(t, err)
	if info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v", info.Mode())
	}
	text, err := os.ReadFile(path)
	must(t, err)
	if !bytes.HasPrefix(text, []byte("olga:operator:$argon2id$v=19$m=19456,t=2,p=1$")) {
		t.Errorf("file %s", text)
	}
	must(t, os.Chmod(path, 0o640))
	if _, err := OpenUsers(path); err == nil || !strings.Contains(err.Error(), "0640") {
		t.Errorf("a file that others can read: %v", err)
	}
	if _, err := u.Check("olga", password); err == nil || errors.Is(err, ErrLogin) {
		t.Errorf("a file that others can read since: %v", err)
	}
}

func TestCheckKnowsNameAndPassword(t *testing.T) {
	t.Parallel()
	u, err := OpenUsers(filepath.Join(t.TempDir(), "users"))
	must(t, err)
	must(t, u.Add("vera", Viewer, password))
	got, err := u.Check("vera", password)
	if err != nil || got.Name != "vera" || got.Role != Viewer {
		t.Errorf("%+v, %v", got, err)
	}
	for _, try := range [][2]string{
		{"vera", ""}, {"vera", password + " "}, {"Vera", password}, {"olga", password},
		{"olga", "nobody's password"}, {"", ""}, {"vera", strings.Repeat("x", 5000)},
	} {
		if _, err := u.Check(try[0], try[1]); !errors.Is(err, ErrLogin) {
			t.Errorf("%q: %v", try, err)
		}
	}
}

func TestAddRefusesWhatWouldNotWork(t *testing.T) {
	t.Parallel()
	u, err := OpenUsers(filepath.Join(t.TempDir(), "users"))
	must(t, err)
	must(t, u.Add("vera", Viewer, password))
	for _, c := range []struct {
		name string
		role Role
		word string
		want error
	}{
		{"vera", Viewer, password, ErrUserExists},
		{"ve:ra", Viewer, password, ErrUserName},
		{"", Viewer, password, ErrUserName},
		{"a\nb", Viewer, password, ErrUserName},
		{"anna", "admin", password, ErrRole},
		{"anna", Viewer, "too short", ErrPassword},
		{"anna", Viewer, strings.Repeat("x", 2000), ErrPassword},
	} {
		if err := u.Add(c.name, c.role, c.word); !errors.Is(err, c.want) {
			t.Errorf("Add %q %q: %v, want %v", c.name, c.role, err, c.want)
		}
	}
	if err := u.Remove("anna"); !errors.Is(err, ErrNoUser) {
		t.Errorf("Remove: %v", err)
	}
	if err := u.SetPassword("anna", password); !errors.Is(err, ErrNoUser) {
		t.Errorf("SetPassword: %v", err)
	}
}

func TestAFailedWriteLeavesTheUsersAsTheyWere(t *testing.T) {
	t.Parallel()
	u, err := OpenUsers(filepath.Join(t.TempDir(), "none", "users"))
	must(t, err)
	if err := u.Add("vera", Viewer, password); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("Add: %v", err)
	}
	if _, err := u.Find("vera"); !errors.Is(err, ErrNoUser) {
		t.Errorf("Find: %v", err)
	}
}

func TestChecksSideBySideAreBoundedAndTheRestIsTurnedAway(t *testing.T) {
	t.Parallel()
	u, err := OpenUsers(filepath.Join(t.TempDir(), "users"))
	must(t, err)
	for range cap(u.seats) { // as if passwords were being hashed
		u.seats <- struct{}{}
	}
	results := make(chan error, 100)
	var done sync.WaitGroup
	for range 100 {
		done.Go(func() {
			_, err := u.Check("nobody", password)
			results <- err
		})
	}
	for range 100 - cap(u.line) {
		if err := <-results; !errors.Is(err, ErrBusy) {
			t.Errorf("one of too many: %v", err)
		}
	}
	for range cap(u.seats) {
		<-u.seats
	}
	done.Wait()
	for range cap(u.line) {
		if err := <-results; !errors.Is(err, ErrLogin) {
			t.Errorf("one in line: %v", err)
		}
	}
}

func TestAnErrorInTheFileNamesItsLineAndNotItsText(t *testing.T) {
	t.Parallel()
	good := "vera:viewer:" + newHash(password).String()
	for _, text := range []string{
		"secret", "a:b:secret", "vera:viewer:secret", good + "\n" + good,
		strings.Replace(good, "m=19456", "m=99999999", 1), strings.Replace(good, "$v=19", "$v=16", 1),
		strings.Replace(good, "t=2", "t=02", 1), good + "=",
	} {
		_, err := parseUsers([]byte("# users\n\n" + text))
		if err == nil || !strings.HasPrefix(err.Error(), "line ") || strings.Contains(err.Error(), "secret") {
			t.Errorf("%q: %v", text, err)
		}
	}
	if list, err := parseUsers([]byte("# users\n\n " + good + "\r\n")); err != nil || len(list) != 1 {
		t.Errorf("%v, %v", list, err)
	}
}

func FuzzUsers(f *testing.F) {
	h := hash{memory: 19456, passes: 2, lanes: 1, salt: make([]byte, 16), sum: make([]byte, 32)}
	f.Add([]byte("vera:viewer:" + h.String() + "\nolga:operator:" + h.String()))
	f.Add([]byte("# nobody\n\n"))
	f.Add([]byte("a:viewer:$argon2id$v=19$m=1,t=1,p=1$$"))
	f.Fuzz(func(t *testing.T, text []byte) {
		list, err := parseUsers(text)
		if err != nil {
			return
		}
		for name, user := range list {
			h, err := parseHash(user.hash)
			if err != nil || user.Name != name || user.check() != nil || !h.affordable() {
				t.Errorf("user %+v passes: %v", user, err)
			}
		}
	})
}

func TestAThrottleRemembersABoundedNumberOfKeysAndTheRestShareOne(t *testing.T) {
	t.Parallel()
	now := time.Unix(1000, 0)
	th := newThrottle(2, time.Second, func() time.Time { return now })
	for i := range throttleMost {
		if _, ok := th.take(string(rune(i + 0x4000))); !ok {
			t.Fatalf("key %d is refused", i)
		}
	}
	for _, key := range []string{"x", "y"} {
		if _, ok := th.take(key); !ok {
			t.Errorf("key %s beyond is refused", key)
		}
	}
	if wait, ok := th.take("z"); ok || wait != time.Second {
		t.Errorf("the keys beyond are not counted together: %v, %v", wait, ok)
	}
	if n := len(th.fresh); n > throttleMost+1 {
		t.Errorf("%d keys", n)
	}
	now = now.Add(time.Minute)
	if _, ok := th.take("z"); !ok || len(th.fresh) > 2 {
		t.Errorf("after a minute: %v, %d keys", ok, len(th.fresh))
	}
}

func TestSessionsAreBoundedAndTheLongestUnusedGoesFirst(t *testing.T) {
	t.Parallel()
	now := time.Unix(1000, 0)
	s := newSessions(func() time.Time { return now })
	first := s.start(User{Name: "vera"})
	now = now.Add(time.Second)
	second := s.start(User{Name: "vera"})
	now = now.Add(time.Second)
	s.find(first, true)
	for range sessionMost - 1 {
		now = now.Add(time.Millisecond)
		s.start(User{Name: "olga"})
	}
	if _, ok := s.find(first, false); !ok || len(s.all) != sessionMost {
		t.Errorf("%d sessions, the used one there: %v", len(s.all), ok)
	}
	if _, ok := s.find(second, false); ok {
		t.Error("the longest unused one is still there")
	}
}

func TestAnAddressIsThrottledAsOneCustomerHasIt(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]string{
		"192.0.2.1": "192.0.2.1", "::ffff:192.0.2.1": "::ffff:192.0.2.1", "not an address": "not an address",
		"2001:db8:1:2:3::4": "2001:db8:1:2::/64", "fe80::1%eth0": "fe80::/64",
	} {
		if got := network(address); got != want {
			t.Errorf("%q counts as %q, want %q", address, got, want)
		}
	}
}
