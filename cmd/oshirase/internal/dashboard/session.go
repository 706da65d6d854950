package dashboard

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"sync"
	"time"
)

// A session ends after sessionLife, or after sessionIdle in which its user did nothing.
const (
	sessionLife = 12 * time.Hour
	sessionIdle = time.Hour
	sessionMost = 1000
)

// session is one login.
type session struct {
	user   User // as of the login
	made   time.Time
	used   time.Time
	notice string // for the next page, once
}

// sessions keeps the logins in memory: a restart ends them all. It keeps hashes of the tokens, so that
// nothing in a core dump can be used.
type sessions struct {
	now func() time.Time
	mu  sync.Mutex
	all map[[32]byte]*session
}

func newSessions(now func() time.Time) *sessions {
	return &sessions{now: now, all: map[[32]byte]*session{}}
}

// start returns the token of a new session.
func (s *sessions) start(user User) string {
	secret := make([]byte, 32)
	rand.Read(secret) // never fails
	token := base64.RawURLEncoding.EncodeToString(secret)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.makeRoom()
	now := s.now()
	s.all[sha256.Sum256([]byte(token))] = &session{user: user, made: now, used: now}
	return token
}

// makeRoom drops what has ended, and the longest unused where that is not enough.
func (s *sessions) makeRoom() {
	var oldest [32]byte
	for k, one := range s.all {
		if s.ended(one) {
			delete(s.all, k)
		} else if o := s.all[oldest]; o == nil || one.used.Before(o.used) {
			oldest = k
		}
	}
	if len(s.all) >= sessionMost {
		delete(s.all, oldest)
	}
}

func (s *sessions) ended(one *session) bool {
	now := s.now()
	return now.Sub(one.made) >= sessionLife || now.Sub(one.used) >= sessionIdle
}

// find returns the user of a token. touch says that the user did something.
func (s *sessions) find(token string, touch bool) (User, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	key := sha256.Sum256([]byte(token))
	one := s.all[key]
	if one == nil {
		return User{}, false
	}
	if s.ended(one) {
		delete(s.all, key)
		return User{}, false
	}
	if touch {
		one.used = s.now()
	}
	return one.user, true
}

// end forgets a session.
func (s *sessions) end(token string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.all, sha256.Sum256([]byte(token)))
}

// leave keeps a sentence for the next page of a session.
func (s *sessions) leave(token, notice string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if one := s.all[sha256.Sum256([]byte(token))]; one != nil {
		one.notice = notice
	}
}

// collect returns the sentence that was left, once.
func (s *sessions) collect(token string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	one := s.all[sha256.Sum256([]byte(token))]
	if one == nil {
		return ""
	}
	notice := one.notice
	one.notice = ""
	return notice
}
