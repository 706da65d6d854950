package dashboard

import (
	"bytes"
	"errors"
	"html/template"
	"math"
	"net/http"
	"path"
	"strconv"
	"strings"
	"time"

	"oshirase/jobs/ledger"
)

// view is one page: the frame's words, and what the page itself needs.
type view struct {
	Page    string // which template
	Title   string
	Visitor visitor
	Open    bool
	Live    bool   // refreshes itself
	Notice  string // of what was just done
	Body    any
}

// parsePages reads the templates: each page within the frame.
func (d *Dashboard) parsePages() (map[string]*template.Template, error) {
	frame, err := template.New("frame.html").Funcs(template.FuncMap{
		"n": thousands, "share": share,
	}).ParseFS(pageFiles, "pages/frame.html")
	if err != nil {
		return nil, err
	}
	out := map[string]*template.Template{}
	files, err := pageFiles.ReadDir("pages")
	if err != nil {
		return nil, err
	}
	for _, f := range files {
		if f.Name() == "frame.html" {
			continue
		}
		t, err := template.Must(frame.Clone()).ParseFS(pageFiles, path.Join("pages", f.Name()))
		if err != nil {
			return nil, err
		}
		out[strings.TrimSuffix(f.Name(), ".html")] = t
	}
	return out, nil
}

// show writes a page, whole or not at all.
func (d *Dashboard) show(w http.ResponseWriter, r *http.Request, code int, v view) {
	v.Open = d.Open
	if v.Visitor.token != "" && !automatic(r) {
		v.Notice = d.sessions.collect(v.Visitor.token)
	}
	var text bytes.Buffer
	if err := d.pages[v.Page].Execute(&text, v); err != nil {
		d.Log.ErrorContext(r.Context(), "page not made", "page", v.Page, "error", err)
		d.refuse(w, http.StatusInternalServerError, "This page cannot be made. See the log.")
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(code)
	_, _ = w.Write(text.Bytes()) // the reader went away
}

// fail shows one sentence.
func (d *Dashboard) fail(w http.ResponseWriter, r *http.Request, v visitor, code int, sentence string) {
	if isAPI(r) {
		d.refuse(w, code, sentence)
		return
	}
	d.show(w, r, code, view{Page: "sentence", Title: http.StatusText(code), Visitor: v, Body: sentence})
}

// broken answers an error of the ledger. What the reader cannot mend stays in the log.
func (d *Dashboard) broken(w http.ResponseWriter, r *http.Request, v visitor, err error) {
	switch {
	case errors.Is(err, ledger.ErrNoCampaign):
		d.fail(w, r, v, http.StatusNotFound, "The ledger has no campaign of this id.")
	case errors.Is(err, ledger.ErrBusy):
		d.fail(w, r, v, http.StatusServiceUnavailable, "The ledger is busy. Try again in a moment.")
	case r.Context().Err() != nil: // the reader went away
	default:
		d.Log.ErrorContext(r.Context(), "ledger failed", "error", err)
		d.fail(w, r, v, http.StatusInternalServerError, "The ledger cannot be read. See the log.")
	}
}

// thousands is a number as people read it: 1,234,567.
func thousands(n int) string {
	s := strconv.Itoa(n)
	start := 1
	if n < 0 {
		start = 2
	}
	for i := len(s) - 3; i >= start; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// share is n of total in per cent, rounded down: 100 % means all.
func share(n, total int) string {
	if total == 0 {
		return "–"
	}
	return strconv.FormatFloat(math.Floor(1000*float64(n)/float64(total))/10, 'f', 1, 64) + " %"
}

func seconds(wait time.Duration) string {
	return strconv.Itoa(int(math.Ceil(wait.Seconds())))
}
