// Package e2e runs the real program against real servers and counts at the far end: what the mail
// server took, what lies in Redis, what was printed. It has tests only.
package e2e
