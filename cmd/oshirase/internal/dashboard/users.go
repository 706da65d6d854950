package dashboard

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"
)

// Role says what a user may do.
type Role string

// The roles. A viewer reads; an operator may retry, pause and resume as well.
const (
	Viewer   Role = "viewer"
	Operator Role = "operator"
)

// User is somebody who may log in.
type User struct {
	Name string
	Role Role
	hash string // PHC string
}

// MinPassword is the shortest password that Add takes, in characters.
const MinPassword = 12

// maxPassword bounds what is hashed, in bytes.
const maxPassword = 1024

// The errors of Users.
var (
	ErrLogin      = errors.New("user name or password is wrong")
	ErrBusy       = errors.New("too many logins at once")
	ErrUserExists = errors.New("there is a user of this name")
	ErrNoUser     = errors.New("there is no user of this name")
	ErrUserName   = errors.New("a user name is a to z, 0 to 9, dot, dash and underscore, 40 at most")
	ErrRole       = errors.New("a role is viewer or operator")
	ErrPassword   = fmt.Errorf("a password has %d characters at least and %d bytes at most",
		MinPassword, maxPassword)
)

// At most hashing passwords are hashed at once, each taking 19 MiB; waiting more may stand in line.
const (
	hashing = 2
	waiting = 16
)

// Users is the file of those who may log in: one line name:role:hash each, hash being argon2id in the
// PHC string format. The file belongs to its owner alone (mode 0600). It is read again whenever it was
// changed, so that a user who is removed is out at once.
type Users struct {
	path  string
	dummy hash
	line  chan struct{}
	seats chan struct{}

	mu   sync.Mutex
	read fs.FileInfo // of the file as it was read; nil while there is none
	list map[string]User
}

// OpenUsers reads a file of users. A file that is not there has no users; Add makes it.
func OpenUsers(path string) (*Users, error) {
	u := &Users{
		path: path, dummy: nobody(),
		line: make(chan struct{}, hashing+waiting), seats: make(chan struct{}, hashing),
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	return u, u.refresh()
}

// refresh reads the file where it is not the one that was read.
func (u *Users) refresh() error {
	info, err := os.Stat(u.path)
	if errors.Is(err, fs.ErrNotExist) {
		u.read, u.list = nil, nil
		return nil
	}
	if err != nil {
		return fmt.Errorf("open users %q: %w", u.path, errors.Unwrap(err))
	}
	if u.read != nil && sameFile(u.read, info) {
		return nil
	}
	u.read, u.list = nil, nil
	if perm := info.Mode().Perm(); perm&0o077 != 0 || !info.Mode().IsRegular() {
		return fmt.Errorf("open users %q: mode is %04o, must be a file of mode 0600", u.path, perm)
	}
	text, err := os.ReadFile(u.path)
	if err != nil {
		return fmt.Errorf("open users %q: %w", u.path, errors.Unwrap(err))
	}
	list, err := parseUsers(text)
	if err != nil {
		return fmt.Errorf("open users %q: %w", u.path, err)
	}
	u.read, u.list = info, list
	return nil
}

func sameFile(a, b fs.FileInfo) bool {
	return os.SameFile(a, b) && a.ModTime().Equal(b.ModTime()) && a.Size() == b.Size() &&
		a.Mode() == b.Mode()
}

// parseUsers reads the lines of a file of users. Empty lines and lines that start with # are passed by.
// An error names the line and never shows what is in it.
func parseUsers(text []byte) (map[string]User, error) {
	list := map[string]User{}
	lines := bufio.NewScanner(bytes.NewReader(text))
	for n := 1; lines.Scan(); n++ {
		line := strings.TrimSpace(lines.Text())
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		user, err := parseUser(line)
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", n, err)
		}
		if _, twice := list[user.Name]; twice {
			return nil, fmt.Errorf("line %d: %w", n, ErrUserExists)
		}
		list[user.Name] = user
	}
	return list, lines.Err()
}

func parseUser(line string) (User, error) {
	name, rest, _ := strings.Cut(line, ":")
	role, text, _ := strings.Cut(rest, ":")
	user := User{Name: name, Role: Role(role), hash: text}
	if err := user.check(); err != nil {
		return User{}, err
	}
	_, err := parseHash(text)
	return user, err
}

func (u User) check() error {
	if !validName(u.Name) {
		return ErrUserName
	}
	if u.Role != Viewer && u.Role != Operator {
		return ErrRole
	}
	return nil
}

func validName(name string) bool {
	ok, _ := regexp.MatchString(`^[a-z0-9][a-z0-9._-]{0,39}$`, name)
	return ok
}

func validPassword(password string) bool {
	return utf8.RuneCountInString(password) >= MinPassword && len(password) <= maxPassword
}

// Check returns the user of a name and password. A wrong name takes as long as a wrong password, and is
// the same ErrLogin. ErrBusy says that too many are being checked.
func (u *Users) Check(name, password string) (User, error) {
	select {
	case u.line <- struct{}{}:
		defer func() { <-u.line }()
	default:
		return User{}, ErrBusy
	}
	user, err := u.Find(name)
	if err != nil && !errors.Is(err, ErrNoUser) {
		return User{}, err
	}
	known := err == nil
	want := u.dummy
	if known {
		if want, err = parseHash(user.hash); err != nil {
			return User{}, err
		}
	}
	u.seats <- struct{}{}
	defer func() { <-u.seats }()
	if ok := len(password) <= maxPassword && want.matches(password); !ok || !known {
		return User{}, ErrLogin
	}
	return user, nil
}

// Find returns the user of a name as the file has it now, or ErrNoUser.
func (u *Users) Find(name string) (User, error) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if err := u.refresh(); err != nil {
		return User{}, err
	}
	user, ok := u.list[name]
	if !ok {
		return User{}, ErrNoUser
	}
	return user, nil
}

// List returns all users in order of their names.
func (u *Users) List() ([]User, error) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if err := u.refresh(); err != nil {
		return nil, err
	}
	return u.sorted(), nil
}

func (u *Users) sorted() []User {
	out := make([]User, 0, len(u.list))
	for _, user := range u.list {
		out = append(out, user)
	}
	slices.SortFunc(out, func(a, b User) int { return strings.Compare(a.Name, b.Name) })
	return out
}

// Add writes a new user into the file.
func (u *Users) Add(name string, role Role, password string) error {
	if !validPassword(password) {
		return ErrPassword
	}
	user := User{Name: name, Role: role, hash: newHash(password).String()}
	if err := user.check(); err != nil {
		return err
	}
	return u.change(func() error {
		if _, there := u.list[name]; there {
			return ErrUserExists
		}
		u.list[name] = user
		return nil
	})
}

// SetPassword gives a user a new password. Where the user is logged in, that ends.
func (u *Users) SetPassword(name, password string) error {
	if !validPassword(password) {
		return ErrPassword
	}
	hash := newHash(password).String()
	return u.change(func() error {
		user, there := u.list[name]
		if !there {
			return ErrNoUser
		}
		user.hash = hash
		u.list[name] = user
		return nil
	})
}

// Remove takes a user out of the file. Where the user is logged in, that ends.
func (u *Users) Remove(name string) error {
	return u.change(func() error {
		if _, there := u.list[name]; !there {
			return ErrNoUser
		}
		delete(u.list, name)
		return nil
	})
}

// change edits the list and writes it. The file is replaced whole; comments in it are lost.
func (u *Users) change(edit func() error) error {
	u.mu.Lock()
	defer u.mu.Unlock()
	if err := u.refresh(); err != nil {
		return err
	}
	if u.list == nil {
		u.list = map[string]User{}
	}
	if err := edit(); err != nil {
		return err
	}
	err := u.write()
	u.read = nil // what is true now is what is in the file
	if err != nil {
		return fmt.Errorf("write users %q: %w", u.path, err)
	}
	return nil
}

func (u *Users) write() error {
	var text bytes.Buffer
	for _, user := range u.sorted() {
		fmt.Fprintf(&text, "%s:%s:%s\n", user.Name, user.Role, user.hash)
	}
	f, err := os.CreateTemp(filepath.Dir(u.path), ".users-*") // mode 0600
	if err != nil {
		return err
	}
	_, err = f.Write(text.Bytes())
	err = errors.Join(err, f.Sync(), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), u.path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	return nil
}
