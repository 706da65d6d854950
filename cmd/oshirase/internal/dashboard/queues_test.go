package dashboard

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"unsafe"

	"github.com/gorilla/mux"
	"github.com/hibiken/asynq"
	"github.com/hibiken/asynqmon"

	"oshirase/jobs/ledger"
	"oshirase/jobs/queue"
)

// endpoint is one address of asynqmon's data as its router has it.
type endpoint struct{ method, template string }

// endpoints walks asynqmon's own router, so that a new version's new address is seen here.
func endpoints(t *testing.T, h *asynqmon.HTTPHandler) (all []endpoint) {
	t.Helper()
	field := reflect.ValueOf(h).Elem().FieldByName("router")
	field = reflect.NewAt(field.Type(), unsafe.Pointer(field.UnsafeAddr())).Elem()
	router := field.Interface().(*mux.Router)
	must(t, router.Walk(func(r *mux.Route, _ *mux.Router, _ []*mux.Route) error {
		template, err := r.GetPathTemplate()
		if err != nil {
			return err
		}
		methods, err := r.GetMethods()
		if err != nil { // a prefix, not an address
			return nil
		}
		for _, m := range methods {
			all = append(all, endpoint{m, template})
		}
		return nil
	}))
	return all
}

func TestOfAsynqmonsOwnAddressesOnlyTheListedOnesAreOpen(t *testing.T) {
	t.Parallel()
	s := newSite(t, nil)
	s.archive("7.1.1")
	allowed := map[endpoint]int{ // and what they answer
		{"GET", "/queues"}:                                       http.StatusOK,
		{"GET", "/queues/{qname}"}:                               http.StatusOK,
		{"GET", "/queue_stats"}:                                  http.StatusOK,
		{"GET", "/queues/{qname}/active_tasks"}:                  http.StatusOK,
		{"GET", "/queues/{qname}/pending_tasks"}:                 http.StatusOK,
		{"GET", "/queues/{qname}/scheduled_tasks"}:               http.StatusOK,
		{"GET", "/queues/{qname}/retry_tasks"}:                   http.StatusOK,
		{"GET", "/queues/{qname}/archived_tasks"}:                http.StatusOK,
		{"GET", "/queues/{qname}/completed_tasks"}:               http.StatusOK,
		{"GET", "/queues/{qname}/groups"}:                        http.StatusOK,
		{"GET", "/queues/{qname}/tasks/{task_id}"}:               http.StatusOK,
		{"GET", "/servers"}:                                      http.StatusOK,
		{"GET", "/scheduler_entries"}:                            http.StatusOK,
		{"GET", "/redis_info"}:                                   http.StatusOK,
		{"POST", "/queues/{qname}:pause"}:                        http.StatusNoContent,
		{"POST", "/queues/{qname}:resume"}:                       http.StatusNoContent,
		{"POST", "/queues/{qname}/archived_tasks/{task_id}:run"}: http.StatusConflict, // no delivery 7

		{"GET", "/scheduler_entries/{entry_id}/enqueue_events"}:     http.StatusOK,
		{"GET", "/queues/{qname}/groups/{gname}/aggregating_tasks"}: http.StatusOK,
	}
	fill := strings.NewReplacer("{qname}", "email", "{task_id}", "7.1.1", "{gname}", "g", "{entry_id}", "e")
	all := endpoints(t, s.queue.buttons.mon)
	if len(all) < 50 {
		t.Fatalf("only %d addresses were found", len(all))
	}
	vera, olga := s.login("vera"), s.login("olga")
	for _, e := range all {
		e.template = strings.TrimPrefix(e.template, "/queues/api")
		path := "/queues/api" + fill.Replace(e.template)
		want, ok := allowed[e]
		if !ok {
			want = http.StatusForbidden
		}
		delete(allowed, e)
		if w := s.do(request{method: e.method, path: path, cookie: olga}); w.Code != want {
			t.Errorf("%s %s answers an operator %d, want %d: %s", e.method, path, w.Code, want, w.Body)
		}
		if e.method == "GET" {
			continue
		}
		if w := s.do(request{method: e.method, path: path, cookie: vera}); w.Code != http.StatusForbidden {
			t.Errorf("%s %s answers a viewer %d", e.method, path, w.Code)
		}
	}
	for e := range allowed {
		t.Errorf("asynqmon has no %v any more", e)
	}
}

func TestARefusedButtonNamesTheCommand(t *testing.T) {
	t.Parallel()
	s := newSite(t, nil)
	c := s.login("olga")
	for path, want := range map[string]string{
		"queues/email/archived_tasks:run_all":     "oshirase retry ID",
		"queues/email/archived_tasks:batch_run":   "oshirase retry ID",
		"queues/email/retry_tasks/7.1.1:run":      "oshirase retry ID",
		"queues/email/active_tasks:cancel_all":    "oshirase hold ID",
		"queues/email/pending_tasks:archive_all":  "oshirase cancel ID",
		"queues/email/archived_tasks/7:1.1:run":   "oshirase retry ID",
		"queues/email/archived_tasks/7.1.1:run:x": "oshirase retry ID",
		"queues/email/archived_tasks/7.1.1/:run":  "oshirase retry ID",
		"queues/other:pause":                      "hold ID",
		"queues/:pause":                           "hold ID",
		"queues":                                  "hold ID",
	} {
		s.want(s.post("/queues/api/"+path, c, nil), http.StatusForbidden, want)
	}
	for _, method := range []string{"PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"} {
		for _, path := range []string{"/queues/", "/queues/api/queues/email", "/queues/x"} {
			s.want(s.do(request{method: method, path: path, cookie: c}), http.StatusForbidden)
		}
	}
	s.want(s.post("/queues/", c, nil), http.StatusForbidden)
}

func TestAQueueIsPausedAndResumedAndTheJournalSaysByWhom(t *testing.T) {
	t.Parallel()
	s := newSite(t, nil)
	s.archive("7.1.1")
	c := s.login("olga")
	for _, verb := range []string{"pause", "resume"} {
		s.want(s.post("/queues/api/queues/email:"+verb, c, nil), http.StatusNoContent)
		info, err := s.queue.inspector.GetQueueInfo("email")
		must(t, err)
		if info.Paused != (verb == "pause") {
			t.Errorf("after %s the queue is paused: %v", verb, info.Paused)
		}
		s.want(s.post("/queues/api/queues/email:"+verb, c, nil), http.StatusConflict)
		rows, err := s.ledger.Journal(context.Background(), "")
		must(t, err)
		last := rows[len(rows)-1]
		if last.Verb != verb+" queue" || last.Who != "olga" || last.What != "email" {
			t.Errorf("the journal ends in %+v", last)
		}
	}
	s.want(s.post("/queues/api/queues/letter:pause", c, nil), http.StatusNotFound)
}

func TestRunOfAnArchivedTaskGoesThroughTheLedger(t *testing.T) {
	t.Parallel()
	s := newSite(t, nil)
	var refused ledger.Task
	for i, k := range s.aftermath() {
		if i == 3 {
			refused = k
		}
	}
	id := taskID(refused)
	s.archive(id)
	c := s.login("olga")
	run := "/queues/api/queues/email/archived_tasks/" + id + ":run"
	s.want(s.post(run, s.login("vera"), nil), http.StatusForbidden)
	s.want(s.post(run, c, nil), http.StatusNoContent)
	if st := s.states(); st[ledger.Ready] != 1 || st[ledger.Refused] != 1 {
		t.Errorf("states %v", st)
	}
	s.wantJournal("retry", "olga", "run in the queue dashboard", 1)
	if _, err := s.queue.inspector.GetTaskInfo("email", id); !errors.Is(err, asynq.ErrTaskNotFound) {
		t.Errorf("the archived task is still there: %v", err)
	}
	s.want(s.post(run, c, nil), http.StatusNotFound)
	next := s.feed()
	if len(next) != 1 || next[0].Delivery != refused.Delivery || taskID(next[0]) == id {
		t.Errorf("fed %+v after %+v", next, refused)
	}
}

func TestRunIsRefusedWhereTheLedgerSaysNo(t *testing.T) {
	t.Parallel()
	s := newSite(t, nil)
	tasks := s.aftermath()
	c := s.login("olga")
	before := s.states()
	for _, i := range []int{0, 6} { // sent, uncertain
		id := taskID(tasks[i])
		s.archive(id)
		s.want(s.post("/queues/api/queues/email/archived_tasks/"+id+":run", c, nil), http.StatusConflict,
			"The ledger says")
		if _, err := s.queue.inspector.GetTaskInfo("email", id); err != nil {
			t.Errorf("the task is gone: %v", err)
		}
	}
	s.archive("bind.3")
	s.want(s.post("/queues/api/queues/email/archived_tasks/bind.3:run", c, nil), http.StatusConflict)
	s.want(s.post("/queues/api/queues/email/archived_tasks/1.2.3:run", c, nil), http.StatusNotFound)
	client := asynq.NewClient(s.redis)
	defer client.Close()
	id := taskID(tasks[3])
	_, err := client.Enqueue(asynq.NewTask("email:send", []byte(id)), asynq.TaskID(id),
		asynq.Queue("email"))
	must(t, err)
	s.want(s.post("/queues/api/queues/email/archived_tasks/"+id+":run", c, nil), http.StatusConflict,
		"not archived")
	if after := s.states(); !reflect.DeepEqual(before, after) {
		t.Errorf("states were %v and are %v", before, after)
	}
}

func TestWithoutAQueueThePageSaysSo(t *testing.T) {
	t.Parallel()
	s := newSite(t, func(c *Config) { c.Redis = nil })
	s.want(s.get("/queues/", s.login("vera")), http.StatusNotFound, "no queue here")
}

func TestRedisThatDoesNotAnswerIsAnErrorAndNothingChanges(t *testing.T) {
	t.Parallel()
	s := newSite(t, nil)
	tasks := s.aftermath()
	s.archive(taskID(tasks[3]))
	c := s.login("olga")
	s.server.SetError("LOADING for ever")
	s.want(s.post("/queues/api/queues/email:pause", c, nil), http.StatusBadGateway)
	s.want(s.post("/queues/api/queues/email/archived_tasks/"+taskID(tasks[3])+":run", c, nil),
		http.StatusBadGateway)
	if n := s.states()[ledger.Refused]; n != 2 {
		t.Errorf("%d refused", n)
	}
	s.want(s.get("/campaign/test", c), http.StatusOK)
}

func TestTheButtonsAreShownToOperatorsOnly(t *testing.T) {
	t.Parallel()
	s := newSite(t, nil)
	s.want(s.get("/queues/", s.login("vera")), http.StatusOK, `FLAG_READ_ONLY="true"`)
	w := s.get("/queues/queues/email", s.login("olga"))
	s.want(w, http.StatusOK, `FLAG_READ_ONLY="false"`, `FLAG_ROOT_PATH="\/queues"`)
	script := regexp.MustCompile(`src="(/queues/static/js/main[^"]*)"`).FindStringSubmatch(w.Body.String())
	if script == nil {
		t.Fatal("no script")
	}
	js := s.get(script[1], s.login("vera"))
	s.want(js, http.StatusOK)
	if !strings.Contains(js.Header().Get("Content-Type"), "javascript") {
		t.Errorf("script of type %s", js.Header().Get("Content-Type"))
	}
}

func TestNoPageShowsAPerson(t *testing.T) {
	t.Parallel()
	s := newSite(t, nil)
	tasks := s.aftermath()
	for _, k := range tasks {
		s.archive(taskID(k))
	}
	client := asynq.NewClient(s.redis)
	defer client.Close()
	_, err := client.Enqueue(asynq.NewTask("other:app", []byte(`{"to":"person1@example.com"}`)),
		asynq.Queue(queue.Control), asynq.TaskID("other"))
	must(t, err)
	for _, user := range []string{"vera", "olga"} {
		c := s.login(user)
		for _, path := range []string{
			"/", "/campaign/test", "/campaign/test?state=done", "/campaign/test/retry?state=refused",
			"/queues/", "/queues/api/queues", "/queues/api/queues/email/archived_tasks?size=100",
			"/queues/api/queues/control/pending_tasks", "/queues/api/queues/control/tasks/other",
			"/queues/api/queues/email/tasks/" + taskID(tasks[0]), "/nowhere", "/campaign/none",
		} {
			body := s.get(path, c).Body.String()
			for _, secret := range []string{"試験", "example.com", "REF-0", "person1"} {
				if strings.Contains(body, secret) {
					t.Errorf("%s shows %s the text %q", path, user, secret)
				}
			}
			listed := strings.Contains(body, fmt.Sprint(tasks[3].Delivery))
			if strings.Contains(path, "archived_tasks") && !listed {
				t.Error("the archived tasks are not listed")
			}
		}
	}
	if log := s.log.String(); strings.Contains(log, "example.com") || strings.Contains(log, "REF-0") {
		t.Errorf("the log shows a person: %s", log)
	}
}
