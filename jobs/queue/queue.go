// Package queue is our side of asynq, and of the Redis under it: what a task is called, how it gets into a
// queue, and whether somebody still has it in hand.
//
// The queue is disposable. It holds ids and nothing of people, and whatever it loses or doubles costs
// nothing: the ledger decides whether there is anything to do.
package queue

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/hibiken/asynq"
	"github.com/redis/go-redis/v9"
	"golang.org/x/sync/errgroup"

	"oshirase/jobs/ledger"
)

// The queues are fixed: asynq slows down with their number, and cannot add one at run time.
const (
	Email   = "email"
	Letter  = "letter"
	Page    = "feed" // messages for members' pages
	Bind    = "bind"
	Control = "control"
)

// Names are the names of all queues.
func Names() []string { return []string{Email, Letter, Page, Bind, Control} }

// Most is how many tasks lie in Redis at a time, some 6 MB: the feeder keeps to it.
const Most = 10_000

// Paper are those of everything that becomes paper, with their priorities.
func Paper() map[string]int {
	return map[string]int{Letter: 3, Bind: 1, Control: 1}
}

// The types of tasks.
const (
	TypeEmail   = "email:send"
	TypeTypeset = "letter:typeset"
	TypePage    = "feed:send"
	TypeBind    = "letter:bind"
	TypeFile    = "feed:file"
)

// taskRetries bounds how often asynq repeats a task that could not reach the ledger. What is left then
// is found by the sweeper.
const taskRetries = 5

// ID is the payload and the TaskID of a delivery: delivery.attempt.feed.
func ID(k ledger.Task) string {
	return fmt.Sprintf("%d.%d.%d", k.Delivery, k.Attempt, k.Feed)
}

// ParseID reads the delivery, attempt and feed number back from a TaskID or payload.
func ParseID(name string) (ledger.Task, error) {
	parts := strings.Split(name, ".")
	if len(parts) != 3 {
		return ledger.Task{}, fmt.Errorf("task %q names no delivery", name)
	}
	var n [3]int64
	for i, part := range parts {
		v, err := strconv.ParseInt(part, 10, 64)
		if err != nil || v < 0 {
			return ledger.Task{}, fmt.Errorf("task %q names no delivery", name)
		}
		n[i] = v
	}
	return ledger.Task{Delivery: n[0], Attempt: int(n[1]), Feed: int(n[2])}, nil
}

// batchTasks begin the ids of tasks that are about a whole batch.
var batchTasks = map[string]string{TypeBind: "bind.", TypeFile: "file."}

// BatchID is the payload and the TaskID of a task about a batch. term is that of who feeds: asynq gives a dead
// process's task to another only after a minute or two, and until then its id is taken.
func BatchID(kind string, batch int64, term string) string {
	return fmt.Sprintf("%s%d.%s", batchTasks[kind], batch, term)
}

// ParseBatchID reads the batch back.
func ParseBatchID(kind, id string) (int64, error) {
	rest, ok := strings.CutPrefix(id, batchTasks[kind])
	number, _, _ := strings.Cut(rest, ".")
	batch, err := strconv.ParseInt(number, 10, 64)
	if !ok || err != nil {
		return 0, fmt.Errorf("task %q names no batch", id)
	}
	return batch, nil
}

func queueOf(k ledger.Task) (queue, kind string) {
	switch k.Channel {
	case ledger.Letter:
		return Letter, TypeTypeset
	case ledger.Page:
		return Page, TypePage
	}
	return Email, TypeEmail
}

// Queue is the feeder's side of asynq. timeout is above the sum of the stages' deadlines: a final dot
// alone may take ten minutes. asynq gives a task that overstays to another worker, whose claim then
// finds nothing.
type Queue struct {
	redis     redis.UniversalClient // the caller's to close
	timeout   time.Duration
	mu        sync.Mutex
	client    *asynq.Client
	inspector *asynq.Inspector
}

// New makes the feeder's side. r stays the caller's to close.
func New(r redis.UniversalClient, timeout time.Duration) *Queue {
	return &Queue{
		redis: r, timeout: timeout, client: asynq.NewClientFromRedisClient(r),
		inspector: asynq.NewInspectorFromRedisClient(r),
	}
}

// Renew makes a new client: one that has lived through a wipe of Redis goes on believing that its
// queues are registered.
func (q *Queue) Renew() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.client = asynq.NewClientFromRedisClient(q.redis)
}

func (q *Queue) current() *asynq.Client {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.client
}

// pushers is how many calls are under way at once: they go together.
const pushers = 64

// Push enqueues tasks and returns those that are in no queue afterwards.
func (q *Queue) Push(ctx context.Context, tasks []ledger.Task) (left []ledger.Task, err error) {
	var mu sync.Mutex
	var group errgroup.Group
	group.SetLimit(pushers)
	for _, k := range tasks {
		group.Go(func() error {
			name, kind := queueOf(k)
			ok, err := q.Enqueue(ctx, name, kind, ID(k))
			if !ok {
				mu.Lock()
				left = append(left, k)
				mu.Unlock()
			}
			return err
		})
	}
	err = group.Wait()
	return left, err
}

// Enqueue puts one task into a queue. Where its id is taken the Inspector says by what: a living task
// is as good as a new one, a finished one is put out of the way.
func (q *Queue) Enqueue(ctx context.Context, queue, kind, id string) (bool, error) {
	for range 2 {
		_, err := q.current().EnqueueContext(ctx, asynq.NewTask(kind, []byte(id)), asynq.TaskID(id),
			asynq.Queue(queue), asynq.MaxRetry(taskRetries), asynq.Timeout(q.timeout))
		if !errors.Is(err, asynq.ErrTaskIDConflict) {
			return err == nil, err
		}
		alive, err := q.alive(queue, id)
		if err != nil || alive {
			return alive, err
		}
	}
	return false, nil
}

// alive tells whether a task will still be worked on. A finished one is deleted, so that its id is free.
func (q *Queue) alive(queue, id string) (bool, error) {
	info, err := q.inspector.GetTaskInfo(queue, id)
	if errors.Is(err, asynq.ErrTaskNotFound) || errors.Is(err, asynq.ErrQueueNotFound) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	if info.State != asynq.TaskStateArchived && info.State != asynq.TaskStateCompleted {
		return true, nil
	}
	err = q.inspector.DeleteTask(queue, id)
	if errors.Is(err, asynq.ErrTaskNotFound) {
		err = nil
	}
	return false, err
}

// Gone returns those of the tasks that are in no queue, or in nobody's hand: a call that Redis carried out
// after its caller had given up leaves a task that is active and that nobody works on. asynq itself would
// look for it minutes later.
func (q *Queue) Gone(tasks []ledger.Task) (gone []ledger.Task, err error) {
	orphans, err := q.orphans()
	if err != nil {
		return nil, err
	}
	for _, k := range tasks {
		name, _ := queueOf(k)
		alive, err := q.alive(name, ID(k))
		if err != nil {
			return gone, err
		}
		if !alive || orphans[ID(k)] {
			gone = append(gone, k)
		}
	}
	return gone, nil
}

// orphans are the active tasks whose worker has not renewed its lease.
func (q *Queue) orphans() (map[string]bool, error) {
	infos, err := q.listActive()
	orphans := map[string]bool{}
	for _, info := range infos {
		if info.IsOrphaned {
			orphans[info.ID] = true
		}
	}
	return orphans, err
}

// Active returns the deliveries whose tasks workers have in hand.
func (q *Queue) Active() ([]ledger.Task, error) {
	infos, err := q.listActive()
	var out []ledger.Task
	for _, info := range infos {
		if k, err := ParseID(info.ID); err == nil {
			out = append(out, k)
		}
	}
	return out, err
}

func (q *Queue) listActive() (all []*asynq.TaskInfo, err error) {
	for _, name := range []string{Email, Letter, Page} {
		infos, err := q.inspector.ListActiveTasks(name, asynq.PageSize(Most))
		if errors.Is(err, asynq.ErrQueueNotFound) {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("list active tasks: %w", err)
		}
		all = append(all, infos...)
	}
	return all, nil
}
