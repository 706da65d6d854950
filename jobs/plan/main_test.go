package plan

import (
	"os"
	"testing"

	"oshirase/jobs/ledger/ledgertest"
)

func TestMain(m *testing.M) { os.Exit(ledgertest.Main(m)) }
