//go:build soak

package e2e

import (
	"encoding/json"
	"path/filepath"
	"testing"
	"time"

	"oshirase/jobs/email/emailtest"
)

// jtbScale is 396,500 rows of 339,500 people.
const jtbScale = 0.05

func TestAllOfTheAgencysPeopleArePlannedForTenDays(t *testing.T) {
	s := newSite(t, emailtest.Options{})
	folder := filepath.Join(s.dir, "campaign")
	s.do("sample", "jtb", "--out", folder)
	begin := time.Now()
	var plan struct {
		People, Unaffected, Rejects int
		Forecast                    struct{ From, To time.Time }
	}
	s.must(json.Unmarshal([]byte(s.do("plan", folder, "--json")), &plan))
	t.Logf("planned in %.1f s: %+v", time.Since(begin).Seconds(), plan)
	if plan.People != 6_790_000 || plan.Unaffected != 396_500 || plan.Rejects != 0 {
		t.Errorf("%+v", plan)
	}
	if takes := plan.Forecast.To.Sub(plan.Forecast.From); takes < 9*24*time.Hour || takes > 10*24*time.Hour+12*time.Hour {
		t.Errorf("all are written to in %s", takes)
	}
}
