package dashboard

import (
	"errors"
	"net/http"
	"path"
	"slices"
	"strings"

	"github.com/hibiken/asynq"

	"oshirase/jobs/ledger"
	"oshirase/jobs/queue"
)

// queuesRoot is where asynqmon is mounted, and apiRoot where its data is.
const (
	queuesRoot = "/queues"
	apiRoot    = queuesRoot + "/api/"
)

func isAPI(r *http.Request) bool { return strings.HasPrefix(r.URL.Path, apiRoot) }

// readable are the addresses of asynqmon's data that only read, in the syntax of path.Match. Its
// metrics are not among them: they would make this process call another server.
func readable() []string {
	return []string{
		"queues", "queues/*", "queue_stats", "servers", "redis_info",
		"queues/*/active_tasks", "queues/*/pending_tasks", "queues/*/scheduled_tasks",
		"queues/*/retry_tasks", "queues/*/archived_tasks", "queues/*/completed_tasks",
		"queues/*/groups", "queues/*/groups/*/aggregating_tasks", "queues/*/tasks/*",
		"scheduler_entries", "scheduler_entries/*/enqueue_events",
	}
}

func mayRead(api string) bool {
	if strings.Contains(api, ":") { // of a verb
		return false
	}
	for _, pattern := range readable() {
		if ok, err := path.Match(pattern, api); ok && err == nil {
			return true
		}
	}
	return false
}

// queues is the gate before asynqmon. Only reading goes through it.
func (d *Dashboard) queues(w http.ResponseWriter, r *http.Request, v visitor) {
	api, data := strings.CutPrefix(r.URL.Path, apiRoot)
	reads := r.Method == http.MethodGet || r.Method == http.MethodHead
	switch {
	case d.queue == nil:
		d.fail(w, r, v, http.StatusNotFound, "There is no queue here: no Redis was named.")
	case reads && (!data || mayRead(api)):
		d.queue.monitor(v.Operates()).ServeHTTP(w, r)
	case r.Method == http.MethodPost && data:
		d.act(w, r, v, api)
	default:
		d.refuse(w, http.StatusForbidden, instead(api))
	}
}

// act does the writes that are allowed: pause and resume of a queue, and run of one archived task.
func (d *Dashboard) act(w http.ResponseWriter, r *http.Request, v visitor, api string) {
	target, verb, _ := strings.Cut(api, ":")
	parts := strings.Split(target, "/")
	ours := len(parts) >= 2 && parts[0] == "queues" && slices.Contains(queue.Names(), parts[1])
	pause := ours && len(parts) == 2 && (verb == "pause" || verb == "resume")
	run := ours && len(parts) == 4 && parts[2] == "archived_tasks" && verb == "run"
	switch {
	case !pause && !run:
		d.refuse(w, http.StatusForbidden, instead(api))
	case !v.Operates():
		d.refuse(w, http.StatusForbidden, "Only an operator can do this.")
	case run:
		d.run(w, r, v, parts[1], parts[3])
	default:
		d.pause(w, r, v, parts[1], verb)
	}
}

// instead says which command does what a refused button would have done.
func instead(api string) string {
	_, verb, _ := strings.Cut(api, ":")
	do := "Change deliveries with the command line: oshirase retry ID, hold ID, resume ID or cancel ID."
	switch {
	case strings.Contains(verb, "run"):
		do = "To send again what failed, use: oshirase retry ID"
	case strings.Contains(verb, "cancel"):
		do = "To stop deliveries, use: oshirase hold ID"
	case strings.Contains(verb, "delete"), strings.Contains(verb, "archive"):
		do = "To take deliveries back, use: oshirase cancel ID"
	}
	return "Not done: a task is only a note of what the ledger says. " + do
}

// pause pauses or resumes a queue, and says so in the journal, for no campaign in particular.
func (d *Dashboard) pause(w http.ResponseWriter, r *http.Request, v visitor, name, verb string) {
	change := d.queue.inspector.PauseQueue
	if verb == "resume" {
		change = d.queue.inspector.UnpauseQueue
	}
	if err := d.isToBe(verb == "pause", name); err != nil {
		d.unqueued(w, r, err)
		return
	}
	if err := change(name); err != nil {
		d.unqueued(w, r, err)
		return
	}
	d.Log.InfoContext(r.Context(), verb+"d queue", "queue", name, "user", v.Name)
	by := ledger.Operator{Who: v.Name, Why: "in the queue dashboard"}
	if err := d.Ledger.Note(r.Context(), "", by, verb+" queue", name, 0); err != nil {
		d.Log.ErrorContext(r.Context(), "journal not written", "queue", name, "error", err)
		d.refuse(w, http.StatusInternalServerError, "Done, but the journal could not be written.")
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

// errAsIs says that a queue already is what it should become.
var errAsIs = errors.New("the queue is so already")

// isToBe checks that a queue is there and is not yet what it should become.
func (d *Dashboard) isToBe(paused bool, name string) error {
	names, err := d.queue.inspector.Queues()
	if err == nil && !slices.Contains(names, name) {
		return asynq.ErrQueueNotFound
	}
	if err != nil {
		return err
	}
	info, err := d.queue.inspector.GetQueueInfo(name)
	if err == nil && info.Paused == paused {
		return errAsIs
	}
	return err
}

// run makes the delivery of an archived task sendable again, in the ledger; the feeder makes a new task
// of it by itself. The archived one is put away.
func (d *Dashboard) run(w http.ResponseWriter, r *http.Request, v visitor, name, id string) {
	task, err := queue.ParseID(id)
	if err != nil {
		d.refuse(w, http.StatusConflict, "This task is not of a delivery. It comes again by itself.")
		return
	}
	info, err := d.queue.inspector.GetTaskInfo(name, id)
	if err != nil {
		d.unqueued(w, r, err)
		return
	}
	if info.State != asynq.TaskStateArchived {
		d.refuse(w, http.StatusConflict, "This task is not archived: it runs by itself.")
		return
	}
	n, err := d.retryOne(r, v, task.Delivery)
	if err != nil {
		d.broken(w, r, v, err)
		return
	}
	if n == 0 {
		d.refuse(w, http.StatusConflict, "The ledger says that this delivery is not one to be retried: "+
			"it was retried already, or it is uncertain, cancelled or done.")
		return
	}
	d.Log.InfoContext(r.Context(), "retried", "delivery", task.Delivery, "user", v.Name)
	err = d.queue.inspector.DeleteTask(name, id)
	if err != nil && !errors.Is(err, asynq.ErrTaskNotFound) {
		d.unqueued(w, r, err)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

func (d *Dashboard) retryOne(r *http.Request, v visitor, delivery int64) (int, error) {
	claim, err := d.Ledger.DeliveryClaim(r.Context(), delivery)
	if err != nil || claim == nil {
		return 0, err
	}
	return d.Ledger.Retry(r.Context(), ledger.Failed{Campaign: claim.Campaign, Delivery: delivery},
		ledger.Operator{Who: v.Name, Why: "run in the queue dashboard"})
}

// unqueued answers an error of the queue.
func (d *Dashboard) unqueued(w http.ResponseWriter, r *http.Request, err error) {
	switch {
	case errors.Is(err, errAsIs):
		d.refuse(w, http.StatusConflict, "Nothing to do: the queue is so already.")
	case errors.Is(err, asynq.ErrTaskNotFound), errors.Is(err, asynq.ErrQueueNotFound):
		d.refuse(w, http.StatusNotFound, "There is no such task or queue any more.")
	default:
		d.Log.ErrorContext(r.Context(), "redis failed", "error", err)
		d.refuse(w, http.StatusBadGateway, "Redis did not answer. See the log, then look again.")
	}
}
