package queue

import (
	"fmt"
	"log/slog"
	"strings"

	"github.com/hibiken/asynq"
)

// Refusal shows a permanent refusal in the dashboard, as an archived task. It holds no personal data.
type Refusal struct {
	Code     int    // of SMTP or HTTP
	Enhanced string // RFC 3463; empty: none
}

func (r *Refusal) Error() string {
	return strings.Join(strings.Fields(fmt.Sprintf("%d %s refused", r.Code, r.Enhanced)), " ")
}

// Is makes it the end of its task: asynq does not bring it again.
func (r *Refusal) Is(target error) bool { return target == asynq.SkipRetry }

// Logger lets asynq speak through slog.
type Logger struct{ Log *slog.Logger }

// Debug implements asynq.Logger.
func (l Logger) Debug(args ...any) { l.Log.Debug("asynq", "message", fmt.Sprint(args...)) }

// Info implements asynq.Logger.
func (l Logger) Info(args ...any) { l.Log.Info("asynq", "message", fmt.Sprint(args...)) }

// Warn implements asynq.Logger.
func (l Logger) Warn(args ...any) { l.Log.Warn("asynq", "message", fmt.Sprint(args...)) }

// Error implements asynq.Logger.
func (l Logger) Error(args ...any) { l.Log.Error("asynq", "message", fmt.Sprint(args...)) }

// Fatal implements asynq.Logger. It does not end the process, which has claims to settle.
func (l Logger) Fatal(args ...any) { l.Log.Error("asynq", "message", fmt.Sprint(args...)) }
