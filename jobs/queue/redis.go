package queue

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/hibiken/asynq"
	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/logging"
)

// Redis is the queue's server: somebody's, or one inside this process.
type Redis struct {
	Opt      asynq.RedisConnOpt
	Client   redis.UniversalClient
	Embedded bool

	// Working and Feeding send what is asked for at the same time in one write. Each step of a task is a
	// script of its own; alone, it costs a round trip here and a wake-up there, half of what the queue costs.
	// The feeder has one for itself: workers would wait behind the hundreds that it enqueues at once.
	Working, Feeding redis.UniversalClient
	mini             *miniredis.Miniredis
	clients          []redis.UniversalClient
}

// Error says what is wrong with Redis.
type Error struct {
	Auth bool // the server is there and refuses the password
	Err  error
}

func (e *Error) Error() string {
	if e.Auth {
		return "redis refuses the user or password"
	}
	return fmt.Sprintf("redis cannot be reached: %v", e.Err)
}

func (e *Error) Unwrap() error { return e.Err }

// Open connects to the server of a redis://, rediss:// or redis-sentinel:// URL; an empty one
// starts a server inside the process, which is enough for one worker: the queue is disposable.
func Open(ctx context.Context, url string) (*Redis, error) {
	logging.Disable() // errors come back as errors; a library does not speak to the operator
	if url == "" {
		return embedded()
	}
	opt, err := asynq.ParseRedisURI(url)
	if err != nil {
		return nil, errors.New("redis URL cannot be read (the text is not shown, it may hold a password)")
	}
	r := &Redis{Opt: opt}
	if err := r.connect(); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	if err := r.Client.Ping(ctx).Err(); err != nil {
		auth := redis.HasErrorPrefix(err, "WRONGPASS") || redis.HasErrorPrefix(err, "NOAUTH") ||
			redis.HasErrorPrefix(err, "NOPERM")
		return nil, errors.Join(&Error{Auth: auth, Err: err}, r.Close())
	}
	return r, nil
}

func (r *Redis) connect() error {
	for _, gathered := range []*redis.UniversalClient{&r.Working, &r.Feeding} {
		client, ok := r.Opt.MakeRedisClient().(redis.UniversalClient)
		if !ok {
			return errors.New("redis URL is of an unknown kind")
		}
		pipe, err := client.AutoPipeline()
		if err != nil {
			return fmt.Errorf("gather redis calls: %w", err)
		}
		*gathered = pipe
		r.Client, r.clients = client, append(r.clients, client)
	}
	return nil
}

func embedded() (*Redis, error) {
	mini := miniredis.NewMiniRedis()
	if err := mini.Start(); err != nil {
		return nil, fmt.Errorf("start the embedded queue: %w", err)
	}
	r := &Redis{Opt: asynq.RedisClientOpt{Addr: mini.Addr()}, Embedded: true, mini: mini}
	return r, r.connect()
}

// lastWords is how long Close waits for what is still being asked.
const lastWords = time.Second

// Close ends the connections, and the server where it is ours. A client answers everybody who asks before it
// closes: one whose server hangs is left behind.
func (r *Redis) Close() error {
	closed := make(chan error, len(r.clients))
	for _, c := range r.clients {
		go func() { closed <- c.Close() }()
	}
	var errs []error
	late := time.After(lastWords)
	for range r.clients {
		select {
		case err := <-closed:
			errs = append(errs, err)
		case <-late:
			return errors.Join(append(errs, errors.New("redis does not answer"))...)
		}
	}
	if r.mini != nil {
		r.mini.Close()
	}
	return errors.Join(errs...)
}

// epochKey is there as long as Redis has not been emptied since a feeder last looked.
const epochKey = "oshirase:epoch"

// Wiped tells whether Redis was emptied since the last call, and marks it again.
func (r *Redis) Wiped(ctx context.Context) (bool, error) {
	fresh, err := r.Client.SetNX(ctx, epochKey, time.Now().UTC().Format(time.RFC3339), 0).Result()
	return fresh, err
}
