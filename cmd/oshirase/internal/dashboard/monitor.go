package dashboard

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"

	"github.com/hibiken/asynq"
	"github.com/hibiken/asynqmon"
)

// monitored is asynqmon twice, with its buttons and without, and our own hand on the queue.
type monitored struct {
	inspector        *asynq.Inspector
	buttons, without *monitor
}

func newMonitored(opt asynq.RedisConnOpt) (*monitored, error) {
	q := &monitored{inspector: asynq.NewInspector(opt)}
	var err, errs error
	q.buttons, err = newMonitor(opt, false)
	errs = errors.Join(errs, err)
	q.without, err = newMonitor(opt, true)
	if errs = errors.Join(errs, err); errs != nil {
		return nil, errors.Join(errs, q.close())
	}
	return q, nil
}

func (q *monitored) close() error {
	return errors.Join(q.inspector.Close(), q.buttons.mon.Close(), q.without.mon.Close())
}

func (q *monitored) monitor(buttons bool) http.Handler {
	if buttons {
		return q.buttons
	}
	return q.without
}

// monitor is asynqmon under a policy of its own: its one page has scripts within, allowed by their
// digests, and makes its styles as it goes. The fonts that it would load from elsewhere stay out.
type monitor struct {
	mon    *asynqmon.HTTPHandler
	policy string
}

func newMonitor(opt asynq.RedisConnOpt, readOnly bool) (*monitor, error) {
	m := &monitor{mon: asynqmon.New(asynqmon.Options{
		RootPath: queuesRoot, RedisConnOpt: opt, ReadOnly: readOnly,
		PayloadFormatter: asynqmon.PayloadFormatterFunc(idsOnly),
		ResultFormatter:  asynqmon.ResultFormatterFunc(idsOnly),
	})}
	var index memory
	m.mon.ServeHTTP(&index, &http.Request{
		Method: http.MethodGet, URL: &url.URL{Path: queuesRoot + "/"}, Header: http.Header{},
	})
	scripts := regexp.MustCompile(`(?s)<script>(.*?)</script>`).FindAllSubmatch(index.Bytes(), -1)
	if len(scripts) == 0 {
		return m, errors.New("asynqmon's page is not as expected: it has no scripts")
	}
	allowed := "'self'"
	for _, s := range scripts {
		sum := sha256.Sum256(s[1])
		allowed += fmt.Sprintf(" 'sha256-%s'", base64.StdEncoding.EncodeToString(sum[:]))
	}
	m.policy = "default-src 'none'; script-src " + allowed + "; style-src 'self' 'unsafe-inline'; " +
		"img-src 'self' data:; font-src 'self' data:; connect-src 'self'; manifest-src 'self'; " +
		"base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
	return m, nil
}

// ServeHTTP serves asynqmon's page, files and data.
func (m *monitor) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Security-Policy", m.policy)
	if strings.HasPrefix(r.URL.Path, queuesRoot+"/static/") { // named by their content
		w.Header().Set("Cache-Control", "private, max-age=86400, immutable")
	}
	m.mon.ServeHTTP(w, r)
}

// idsOnly shows payloads that are ids, as all of ours are. Whatever else is in this Redis is nobody's
// business here.
func idsOnly(_ string, payload []byte) string {
	if ok, _ := regexp.Match(`^[a-z0-9.]{0,60}$`, payload); ok {
		return string(payload)
	}
	return "(not shown)"
}

// memory is a response kept in memory.
type memory struct {
	bytes.Buffer
	header http.Header
}

func (m *memory) Header() http.Header {
	if m.header == nil {
		m.header = http.Header{}
	}
	return m.header
}

func (m *memory) WriteHeader(int) {}
