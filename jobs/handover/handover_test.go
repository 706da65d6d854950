package handover_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"filippo.io/age"

	"oshirase/jobs/encrypt"
	"oshirase/jobs/handover"
)

// size is some chunks and a bit.
const size = 3<<20 + 12345

func printFile(t *testing.T) (path string, content []byte) {
	t.Helper()
	content = make([]byte, size)
	_, _ = rand.NewChaCha8([32]byte{1}).Read(content)
	path = filepath.Join(t.TempDir(), "test-001-01.pdf")
	must(t, os.WriteFile(path, content, 0o600))
	return path, content
}

// places runs a test on a directory and on a server.
func places(t *testing.T, test func(t *testing.T, dir string, at func() *handover.Place)) {
	t.Run("directory", func(t *testing.T) {
		t.Parallel()
		dir := t.TempDir()
		test(t, dir, func() *handover.Place {
			p, err := handover.Open(t.Context(), dir, handover.Options{})
			must(t, err)
			return p
		})
	})
	t.Run("server", func(t *testing.T) {
		t.Parallel()
		h := startMailHouse(t)
		test(t, h.Dir, func() *handover.Place { return open(t, h, handover.Options{}) })
	})
}

func put(t *testing.T, p *handover.Place, path string) handover.Copied {
	t.Helper()
	c, err := p.Put(t.Context(), path)
	must(t, err)
	must(t, p.Close())
	return c
}

func refused(t *testing.T, p *handover.Place, path string, want error) {
	t.Helper()
	if _, err := p.Put(t.Context(), path); !errors.Is(err, want) {
		t.Errorf("error %v, want %v", err, want)
	}
	must(t, p.Close())
}

// arrived makes sure that the directory has this file and nothing else.
func arrived(t *testing.T, dir, name string, content []byte) {
	t.Helper()
	got, err := os.ReadFile(filepath.Join(dir, name))
	must(t, err)
	if !bytes.Equal(got, content) {
		t.Errorf("%d bytes arrived, not the %d that were sent", len(got), len(content))
	}
	all, err := os.ReadDir(dir)
	must(t, err)
	if len(all) != 1 {
		t.Errorf("%d files are there", len(all))
	}
}

const (
	name     = "test-001-01.pdf"
	partName = ".test-001-01.pdf.part"
)

func TestAFileArrivesWhole(t *testing.T) {
	t.Parallel()
	places(t, func(t *testing.T, dir string, at func() *handover.Place) {
		path, content := printFile(t)
		want := handover.Copied{Name: name, Size: size, SHA256: sha256.Sum256(content)}
		if c := put(t, at(), path); c != want {
			t.Errorf("%+v, want %+v", c, want)
		}
		arrived(t, dir, name, content)
	})
}

func TestAFileThatIsThereIsComparedAndLeftAlone(t *testing.T) {
	t.Parallel()
	places(t, func(t *testing.T, dir string, at func() *handover.Place) {
		path, content := printFile(t)
		put(t, at(), path)
		before, err := os.Stat(filepath.Join(dir, name))
		must(t, err)
		if c := put(t, at(), path); !c.Was || c.SHA256 != sha256.Sum256(content) {
			t.Errorf("%+v", c)
		}
		after, err := os.Stat(filepath.Join(dir, name))
		must(t, err)
		if !os.SameFile(before, after) || !before.ModTime().Equal(after.ModTime()) {
			t.Error("it was written again")
		}
	})
}

func TestAnotherFileOfTheNameIsNotReplaced(t *testing.T) {
	t.Parallel()
	places(t, func(t *testing.T, dir string, at func() *handover.Place) {
		path, content := printFile(t)
		for _, other := range [][]byte{[]byte("short"), append([]byte("x"), content[1:]...)} {
			must(t, os.WriteFile(filepath.Join(dir, name), other, 0o600))
			refused(t, at(), path, handover.ErrTaken)
			arrived(t, dir, name, other)
		}
	})
}

func TestWhatIsLeftOfABrokenCopyIsContinuedWhereItParts(t *testing.T) {
	t.Parallel()
	_, content := printFile(t)
	holed := bytes.Clone(content[:size-1000])
	clear(holed[2<<20 : 2<<20+4096])
	for _, c := range []struct {
		name string
		part []byte
	}{
		{"nothing of it", nil},
		{"a part", content[:size/2]},
		{"all of it", content},
		{"a hole, as several writes at a time leave it", holed},
		{"another file", bytes.Repeat([]byte("x"), 100)},
		{"a longer one", append(bytes.Clone(content), 'x')},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			places(t, func(t *testing.T, dir string, at func() *handover.Place) {
				path, content := printFile(t)
				must(t, os.WriteFile(filepath.Join(dir, partName), c.part, 0o600))
				put(t, at(), path)
				arrived(t, dir, name, content)
			})
		})
	}
}

func TestAConnectionThatBreaksIsResumed(t *testing.T) {
	t.Parallel()
	h, at := startMailHouse(t), int64(0)
	path, content := printFile(t)
	for broken := 0; ; broken++ {
		h.BreakAfter(1<<20 + 200<<10)
		at = h.Took()
		p, err := handover.Open(t.Context(), h.URL(), handover.Options{
			Identity: h.Identity, KnownHosts: h.KnownHosts})
		must(t, err)
		_, err = p.Put(t.Context(), path)
		closing := p.Close()
		if err == nil {
			must(t, closing)
			if broken == 0 {
				t.Error("nothing broke")
			}
			break
		}
		if _, err := os.Stat(filepath.Join(h.Dir, name)); !errors.Is(err, fs.ErrNotExist) {
			t.Fatalf("after a break the file has its name: %v", err)
		}
		if broken > 10 {
			t.Fatal(err)
		}
	}
	if last := h.Took() - at; last > size/2 {
		t.Errorf("the last connection carried %d bytes: it did not go on where it broke off", last)
	}
	arrived(t, h.Dir, name, content)
}

func TestAFullDiskAtTheFarEndIsAnError(t *testing.T) {
	t.Parallel()
	h := startMailHouse(t)
	path, _ := printFile(t)
	must(t, os.Symlink("/dev/full", filepath.Join(h.Dir, partName)))
	p := open(t, h, handover.Options{})
	_, err := p.Put(t.Context(), path)
	if err == nil || !strings.Contains(err.Error(), name) || !strings.Contains(err.Error(), h.Addr) {
		t.Errorf("error %v", err)
	}
	must(t, p.Close())
	if _, err := os.Stat(filepath.Join(h.Dir, name)); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("it has its name: %v", err)
	}
}

func TestALinkOutOfTheDirectoryIsNotFollowed(t *testing.T) {
	t.Parallel()
	path, _ := printFile(t)
	dir, elsewhere := t.TempDir(), filepath.Join(t.TempDir(), "x")
	must(t, os.Symlink(elsewhere, filepath.Join(dir, partName)))
	p, err := handover.Open(t.Context(), dir, handover.Options{})
	must(t, err)
	if _, err := p.Put(t.Context(), path); err == nil {
		t.Error("no error")
	}
	must(t, p.Close())
	if _, err := os.Stat(elsewhere); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("something was written elsewhere: %v", err)
	}
}

func TestAPlaceThatIsNotThereIsAnError(t *testing.T) {
	t.Parallel()
	h := startMailHouse(t)
	must(t, os.WriteFile(filepath.Join(h.Dir, "file"), nil, 0o600))
	for _, to := range []string{
		filepath.Join(h.Dir, "none"), filepath.Join(h.Dir, "file"), h.URL() + "/none", h.URL() + "/file",
	} {
		_, err := handover.Open(t.Context(), to, handover.Options{Identity: h.Identity, KnownHosts: h.KnownHosts})
		if err == nil {
			t.Errorf("%s: no error", to)
		}
	}
}

func TestACopyEndsWithTheContext(t *testing.T) {
	t.Parallel()
	h := startMailHouse(t)
	path, _ := printFile(t)
	ctx, cancel := context.WithCancel(t.Context())
	p, err := handover.Open(ctx, h.URL(), handover.Options{Identity: h.Identity, KnownHosts: h.KnownHosts,
		Progress: func(string, int64, int64) { cancel() }})
	must(t, err)
	if _, err := p.Put(ctx, path); err == nil {
		t.Error("no error")
	}
	must(t, p.Close())
}

func TestAnEncryptedFileIsReadByWhoeverHasTheKey(t *testing.T) {
	t.Parallel()
	key, err := age.GenerateX25519Identity()
	must(t, err)
	o := handover.Options{Recipients: []string{key.Recipient().String()}}
	h := startMailHouse(t)
	path, content := printFile(t)
	must(t, os.WriteFile(filepath.Join(h.Dir, partName), []byte("of another time"), 0o600))
	must(t, os.Remove(filepath.Join(h.Dir, partName)))
	for range 2 { // the second, after a crash before it was noted, takes the place of the first
		c := put(t, open(t, h, o), path)
		sealed, err := os.ReadFile(filepath.Join(h.Dir, name+".age"))
		must(t, err)
		if c.Name != name+".age" || c.Size != int64(len(sealed)) || c.SHA256 != sha256.Sum256(sealed) {
			t.Errorf("%s of %d bytes; %d are there", c.Name, c.Size, len(sealed))
		}
		r, err := age.Decrypt(bytes.NewReader(sealed), key)
		must(t, err)
		plain, err := io.ReadAll(r)
		must(t, err)
		if !bytes.Equal(plain, content) {
			t.Error("it does not open to what was sent")
		}
		arrived(t, h.Dir, c.Name, sealed)
	}
}

func TestWhatIsNoRecipientIsRefused(t *testing.T) {
	t.Parallel()
	for _, bad := range []string{"", "#", "age1", "AGE-SECRET-KEY-1", "age1x\n"} {
		_, err := handover.Open(t.Context(), t.TempDir(), handover.Options{Recipients: []string{bad}})
		if !errors.Is(err, encrypt.ErrKey) {
			t.Errorf("%q: error %v", bad, err)
		}
	}
}

func TestAServerWithoutAKnownKeyGetsNothing(t *testing.T) {
	t.Parallel()
	h := startMailHouse(t)
	_, other := newKey(t, "")
	strange := filepath.Join(t.TempDir(), "known_hosts")
	must(t, h.WriteKnown(strange, other))
	for file, changed := range map[string]bool{
		filepath.Join(t.TempDir(), "none"): false,
		strange:                            true,
	} {
		_, err := handover.Open(t.Context(), h.URL(), handover.Options{
			Identity: h.Identity, KnownHosts: file})
		var unknown *handover.HostKeyError
		if !errors.As(err, &unknown) || unknown.Changed != changed ||
			!strings.HasPrefix(unknown.Fingerprint, "SHA256:") || !strings.Contains(err.Error(), h.Addr) {
			t.Fatalf("error %v", err)
		}
		learnt := filepath.Join(t.TempDir(), "learnt")
		must(t, os.WriteFile(learnt, []byte(unknown.Line+"\n"), 0o600))
		must(t, open(t, h, handover.Options{KnownHosts: learnt}).Close())
	}
}

func TestTheWaysToLogIn(t *testing.T) {
	t.Parallel()
	h := startMailHouse(t)
	withPassword := strings.Replace(h.URL(), "mail@", "mail:open%20sesame@", 1)
	p, err := handover.Open(t.Context(), withPassword, handover.Options{KnownHosts: h.KnownHosts})
	must(t, err)
	if strings.Contains(p.Name(), "sesame") || p.Name() != h.URL() {
		t.Errorf("name %q", p.Name())
	}
	must(t, p.Close())
	stranger, _ := newKey(t, "")
	locked, _ := newKey(t, "secret")
	for _, o := range []handover.Options{
		{},
		{Identity: filepath.Join(t.TempDir(), "none")},
		{Identity: h.KnownHosts},
		{Identity: stranger},
		{Identity: locked},
		{Identity: locked, Passphrase: func() (string, error) { return "wrong", nil }},
		{Identity: locked, Passphrase: func() (string, error) { return "", io.ErrUnexpectedEOF }},
	} {
		o.KnownHosts = h.KnownHosts
		if _, err := handover.Open(t.Context(), h.URL(), o); err == nil ||
			strings.Contains(err.Error(), "secret") {
			t.Errorf("%+v: error %v", o, err)
		}
	}
}

func TestAKeyWithAPassphraseOpens(t *testing.T) {
	t.Parallel()
	h := startMailHouse(t)
	locked, _ := newKey(t, "secret")
	asked := 0
	_, err := handover.Open(t.Context(), h.URL(), handover.Options{
		Identity: locked, KnownHosts: h.KnownHosts,
		Passphrase: func() (string, error) { asked++; return "secret", nil },
	})
	if asked != 1 || err == nil || strings.Contains(err.Error(), "passphrase") {
		t.Errorf("asked %d times: %v", asked, err) // the key opens, and the server does not know it
	}
}

func TestWhatIsNoPlaceOnAServerIsRefusedAndNotRepeated(t *testing.T) {
	t.Parallel()
	for _, bad := range []string{
		"sftp://", "sftp://example.com/in", "ftp://a@example.com/", "sftp://a:hush@/in", "sftp://a:hush@[::1/",
		"sftp://a:hush@example.com/in?x=1", "sftp://a:hush@example.com:x/in", "https://a:hush@example.com",
	} {
		_, err := handover.Open(t.Context(), bad, handover.Options{})
		if !errors.Is(err, handover.ErrURL) || strings.Contains(fmt.Sprint(err), "hush") {
			t.Errorf("%q: error %v", bad, err)
		}
	}
}
