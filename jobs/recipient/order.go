package recipient

import (
	"context"

	"golang.org/x/sync/errgroup"
)

// job is a piece of work on its way from what makes it to what takes its result.
type job[A, B any] struct {
	in   A
	out  B
	done chan struct{}
}

// inOrder works on pieces on several goroutines and collects the results on one, in the order in which
// the pieces were made. work is called once for each goroutine. What is under way is bounded: two pieces
// a worker.
func inOrder[A, B any](ctx context.Context, workers int, produce func(context.Context, func(A) error) error,
	work func() func(A) (B, error), collect func(B) error) error {
	g, ctx := errgroup.WithContext(ctx)
	line, todo := make(chan *job[A, B], 2*workers), make(chan *job[A, B])
	g.Go(func() error {
		defer close(todo)
		defer close(line)
		return produce(ctx, func(in A) error {
			j := &job[A, B]{in: in, done: make(chan struct{})}
			for _, to := range []chan *job[A, B]{line, todo} {
				select {
				case to <- j:
				case <-ctx.Done():
					return ctx.Err()
				}
			}
			return nil
		})
	})
	for range workers {
		g.Go(func() (err error) {
			do := work()
			for j := range todo {
				if j.out, err = do(j.in); err != nil {
					return err
				}
				close(j.done)
			}
			return nil
		})
	}
	g.Go(func() error { return takeInOrder(ctx, line, collect) })
	return g.Wait()
}

func takeInOrder[A, B any](ctx context.Context, line chan *job[A, B], collect func(B) error) error {
	for j := range line {
		select {
		case <-j.done:
		case <-ctx.Done():
			return ctx.Err()
		}
		if err := collect(j.out); err != nil {
			return err
		}
	}
	return nil
}
