package seal

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
)

var three = []string{"one", "three", "two"}

// full is a keyring with keys for three campaigns, and their checks.
func full(t *testing.T) (Keyring, map[string][16]byte) {
	t.Helper()
	r, checks := ring(t), map[string][16]byte{}
	for _, id := range three {
		checks[id] = key(t, r, id).Check()
	}
	return r, checks
}

func opens(t *testing.T, r Keyring, checks map[string][16]byte) {
	t.Helper()
	for id, want := range checks {
		k, err := r.Campaign(id)
		if err != nil || k.Check() != want {
			t.Fatalf("campaign %s: %v", id, err)
		}
	}
}

func text(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(b))
}

// names are the files of a keyring.
func names(t *testing.T, r Keyring) []string {
	t.Helper()
	entries, err := os.ReadDir(r.Path())
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, e := range entries {
		out = append(out, e.Name())
	}
	return out
}

// rotate runs the first steps of a rotation, as many as its process lives for.
func rotate(t *testing.T, r Keyring, to string, steps int) (all int) {
	t.Helper()
	x, err := r.rotation(to)
	if err != nil {
		t.Fatal(err)
	}
	todo := x.steps()
	for _, step := range todo[:min(steps, len(todo))] {
		if err := step(); err != nil {
			t.Fatal(err)
		}
	}
	return len(todo)
}

func TestARotationMayStopAfterAnyStep(t *testing.T) {
	t.Parallel()
	whole := []string{"campaign-one.key", "campaign-three.key", "campaign-two.key", "master.key"}
	for stop, all := 0, 1; stop <= all; stop++ {
		r, checks := full(t)
		before := text(t, r.MasterPath())
		all = rotate(t, r, "", stop)
		opens(t, r, checks)
		k, err := r.MakeCampaign("new")
		if err != nil && !errors.Is(err, ErrRotating) {
			t.Fatalf("step %d: a new campaign: %v", stop, err)
		}
		want := whole
		if err == nil {
			checks["new"] = k.Check()
			want = slices.Insert(slices.Clone(whole), 0, "campaign-new.key")
		}
		got, err := r.Rotate("")
		if err != nil || !got.Done || got.Keys != len(checks) {
			t.Fatalf("step %d: rotate: %+v, %v", stop, got, err)
		}
		opens(t, r, checks)
		if now := names(t, r); !slices.Equal(now, want) {
			t.Errorf("step %d: files %v", stop, now)
		}
		if text(t, r.MasterPath()) == before {
			t.Errorf("step %d: the master is the old one", stop)
		}
		gone := In(Place{Dir: r.Path(), Master: before})
		if _, err := gone.Campaign("one"); !errors.Is(err, ErrSealed) {
			t.Errorf("step %d: under the old master: %v", stop, err)
		}
	}
}

func TestARotationThatLostItsNewMasterHarmsNothing(t *testing.T) {
	t.Parallel()
	r, checks := full(t)
	rotate(t, r, "", 1+len(three)+1) // up to the second name of the old master
	if err := os.Remove(r.MasterPath() + next); err != nil {
		t.Fatal(err)
	}
	if _, err := r.Rotate(""); err != nil {
		t.Fatal(err)
	}
	opens(t, r, checks)
	if got := names(t, r); len(got) != 4 {
		t.Errorf("files %v", got)
	}
}

func TestAGivenMasterIsChangedInTwoTurns(t *testing.T) {
	t.Parallel()
	r, checks := full(t)
	first := In(Place{Dir: r.Path(), Master: text(t, r.MasterPath())})
	if err := os.Remove(r.MasterPath()); err != nil {
		t.Fatal(err)
	}
	opens(t, first, checks)
	if _, err := first.Rotate(""); !errors.Is(err, ErrNoPlace) {
		t.Errorf("without a place: %v", err)
	}
	to := filepath.Join(t.TempDir(), "new.key")
	for stop := range 1 + len(three) {
		rotate(t, first, to, stop)
		opens(t, first, checks)
	}
	if got, err := first.Rotate(to); err != nil || got.Done || got.Keys != 3 {
		t.Fatalf("first turn: %+v, %v", got, err)
	}
	second := In(Place{Dir: r.Path(), Master: text(t, to)})
	opens(t, first, checks)
	opens(t, second, checks)
	if _, err := first.MakeCampaign("new"); !errors.Is(err, ErrRotating) {
		t.Errorf("a campaign between the turns: %v", err)
	}
	if _, err := first.Rotate(""); !errors.Is(err, ErrRotating) {
		t.Errorf("the second turn with the old master: %v", err)
	}
	rotate(t, second, "", 2)
	opens(t, second, checks)
	if got, err := second.Rotate(""); err != nil || !got.Done || !got.Resumed {
		t.Fatalf("second turn: %+v, %v", got, err)
	}
	opens(t, second, checks)
	if _, err := first.Campaign("one"); !errors.Is(err, ErrSealed) {
		t.Errorf("the old master opens: %v", err)
	}
	if _, err := first.MakeCampaign("new"); !errors.Is(err, ErrSealed) {
		t.Errorf("a campaign under the old master: %v", err)
	}
	if got := names(t, r); len(got) != 3 {
		t.Errorf("files %v", got)
	}
}

func TestAKeyThatDoesNotOpenStopsARotationBeforeAnythingIsChanged(t *testing.T) {
	t.Parallel()
	r, _ := full(t)
	other := ring(t)
	key(t, other, "two")
	if err := os.Rename(other.file("two"), r.file("two")); err != nil {
		t.Fatal(err)
	}
	before := text(t, r.MasterPath())
	if _, err := r.Rotate(""); !errors.Is(err, ErrSealed) || !strings.Contains(err.Error(), `"two"`) {
		t.Errorf("rotate: %v", err)
	}
	if got := names(t, r); len(got) != 4 || text(t, r.MasterPath()) != before {
		t.Errorf("files %v", got)
	}
}

func TestWhoReadsWhileTheMasterIsChangedFindsTheKey(t *testing.T) {
	t.Parallel()
	r, checks := full(t)
	stop := make(chan struct{})
	var group sync.WaitGroup
	for _, id := range three {
		group.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				if k, err := r.Campaign(id); err != nil || k.Check() != checks[id] {
					t.Errorf("campaign %s: %v", id, err)
					return
				}
			}
		})
	}
	for range 20 {
		if _, err := r.Rotate(""); err != nil {
			t.Error(err)
		}
	}
	close(stop)
	group.Wait()
}

func TestADestroyedKeyIsGoneInEveryForm(t *testing.T) {
	t.Parallel()
	r, checks := full(t)
	rotate(t, r, "", 1+len(three)) // so that there are two files
	torn := filepath.Join(r.Path(), ".key-123")
	if err := os.Link(r.file("one"), torn); err != nil { // as a kill between link and remove leaves it
		t.Fatal(err)
	}
	held, err := os.Open(r.file("one"))
	if err != nil {
		t.Fatal(err)
	}
	defer held.Close()
	for _, want := range []bool{true, false} {
		if there, err := r.Destroy("one"); err != nil || there != want {
			t.Errorf("destroy: %v, %v", there, err)
		}
	}
	left := make([]byte, 1024)
	if n, err := held.Read(left); err != nil || strings.Trim(string(left[:n]), "\x00") != "" {
		t.Errorf("what was in the file can be read: %d bytes, %v", n, err)
	}
	for _, name := range names(t, r) {
		if strings.Contains(name, "one") || strings.HasPrefix(name, ".key-") {
			t.Errorf("%s is there", name)
		}
	}
	var none *NoKeyError
	if _, err := r.Campaign("one"); !errors.As(err, &none) {
		t.Errorf("it opens: %v", err)
	}
	delete(checks, "one")
	opens(t, r, checks)
	if there, err := Dir(filepath.Join(t.TempDir(), "none")).Destroy("one"); there || err != nil {
		t.Errorf("without a directory: %v, %v", there, err)
	}
	if _, err := r.Destroy("../one"); err == nil {
		t.Error("a path was taken for an id")
	}
}

func TestWipeTakesFilesOnly(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file, link := filepath.Join(dir, "file"), filepath.Join(dir, "link")
	if err := errors.Join(os.WriteFile(file, []byte("見本 花子"), 0o600), os.Symlink(file, link)); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{dir, link} {
		if err := Wipe(path); !errors.Is(err, ErrNoFile) {
			t.Errorf("%s: %v", path, err)
		}
	}
	if err := Wipe(file); err != nil {
		t.Error(err)
	}
	if err := Wipe(file); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("again: %v", err)
	}
}

func TestTheMasterMayBeAFileElsewhereOrGiven(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	elsewhere := In(Place{Dir: filepath.Join(dir, "keys"), File: filepath.Join(dir, "vault", "m.key")})
	var none *NoKeyError
	if _, err := elsewhere.Campaign("one"); !errors.As(err, &none) || !strings.HasSuffix(none.Dir, "m.key") {
		t.Errorf("no master: %v", err)
	}
	if err := elsewhere.MakeMaster(); err != nil {
		t.Fatal(err)
	}
	if err := elsewhere.MakeMaster(); !errors.Is(err, fs.ErrExist) {
		t.Errorf("again: %v", err)
	}
	k := key(t, elsewhere, "one")
	if got := names(t, elsewhere); !slices.Equal(got, []string{"campaign-one.key"}) {
		t.Errorf("files %v", got)
	}
	if _, err := elsewhere.Rotate(""); err != nil {
		t.Fatal(err)
	}
	given := In(Place{Dir: elsewhere.Path(), Master: text(t, elsewhere.MasterPath())})
	opens(t, given, map[string][16]byte{"one": k.Check()})
	if err := given.MakeMaster(); !errors.Is(err, fs.ErrExist) || !given.HasMaster() || given.MasterPath() != "" {
		t.Errorf("a given master: %v", err)
	}
	var out strings.Builder
	if err := WriteMaster(&out); err != nil {
		t.Fatal(err)
	}
	fresh := In(Place{Dir: filepath.Join(dir, "fresh"), Master: out.String()})
	key(t, fresh, "one")
	for _, bad := range []string{"x", out.String()[1:], line([]byte("short"))} {
		_, err := In(Place{Dir: elsewhere.Path(), Master: bad}).Campaign("one")
		if !errors.Is(err, ErrDamaged) || strings.Contains(err.Error(), strings.TrimSpace(bad)+"=") {
			t.Errorf("%q: %v", bad, err)
		}
	}
}
