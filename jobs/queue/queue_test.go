package queue

import (
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"oshirase/jobs/ledger"
)

func TestATaskThatNobodyHasInHandIsGone(t *testing.T) {
	t.Parallel()
	r, err := Open(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = r.Close() })
	q := New(r.Feeding, time.Minute)
	kept := ledger.Task{Delivery: 1, Feed: 1, Channel: ledger.Email}
	worked := ledger.Task{Delivery: 2, Feed: 1, Channel: ledger.Email}
	orphan := ledger.Task{Delivery: 3, Feed: 1, Channel: ledger.Email}
	never := ledger.Task{Delivery: 4, Feed: 1, Channel: ledger.Email}
	if left, err := q.Push(t.Context(), []ledger.Task{kept, worked, orphan}); len(left) > 0 || err != nil {
		t.Fatalf("%d left, %v", len(left), err)
	}
	// What asynq's script does when it gives a task to a worker, without the worker.
	for k, lease := range map[ledger.Task]time.Duration{worked: time.Minute, orphan: -time.Second} {
		id := ID(k)
		pipe := r.Client.Pipeline()
		pipe.LRem(t.Context(), "asynq:{email}:pending", 1, id)
		pipe.LPush(t.Context(), "asynq:{email}:active", id)
		pipe.HSet(t.Context(), "asynq:{email}:t:"+id, "state", "active")
		pipe.ZAdd(t.Context(), "asynq:{email}:lease",
			redis.Z{Score: float64(time.Now().Add(lease).Unix()), Member: id})
		if _, err := pipe.Exec(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	gone, err := q.Gone([]ledger.Task{kept, worked, orphan, never})
	if err != nil || len(gone) != 2 || gone[0] != orphan || gone[1] != never {
		t.Errorf("gone %v, %v", gone, err)
	}
}
