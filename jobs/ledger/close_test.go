package ledger_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"time"

	"oshirase/jobs/ledger"
)

func TestAClosedLedgerIsOneFile(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "ledger.db")
	l, err := ledger.Open(ctx, path, true, time.Now)
	must(t, err)
	must(t, l.Heartbeat(ctx, "w"))
	_, err = l.Workers(ctx)
	must(t, err)
	must(t, l.Close())
	for _, end := range []string{"-wal", "-shm"} {
		if _, err := os.Stat(path + end); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("ledger.db%s is left (%v): whoever copies the file copies half of it", end, err)
		}
	}
}
