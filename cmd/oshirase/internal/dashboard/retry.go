package dashboard

import (
	"fmt"
	"net/http"
	"strings"
	"unicode/utf8"

	"oshirase/jobs/ledger"
)

// retryView is what the page that asks before a retry needs.
type retryView struct {
	Campaign string
	State    ledger.State
	N        int
	Why      string
	Problem  string
}

// Confirm is what an operator has to type, the same as for the command.
func (v retryView) Confirm() string { return fmt.Sprintf("%s:%d", v.Campaign, v.N) }

// maxWhy bounds the reason in the journal, in characters.
const maxWhy = 200

// asked reads which retry a request is about, and counts it in the ledger as it is now. It has answered
// where ok is false.
func (d *Dashboard) asked(w http.ResponseWriter, r *http.Request, v visitor) (ask retryView, ok bool) {
	ask = retryView{Campaign: r.PathValue("id"), State: ledger.State(r.FormValue("state"))}
	if !ask.State.Failed() {
		d.fail(w, r, v, http.StatusBadRequest, "Deliveries in this state cannot be retried.")
		return ask, false
	}
	_, err := d.Ledger.Campaign(r.Context(), ask.Campaign)
	if err == nil {
		ask.N, err = d.Ledger.Count(r.Context(), ask.failed())
	}
	if err != nil {
		d.broken(w, r, v, err)
		return ask, false
	}
	return ask, true
}

func (v retryView) failed() ledger.Failed {
	return ledger.Failed{Campaign: v.Campaign, States: []ledger.State{v.State}}
}

func (d *Dashboard) retryPage(w http.ResponseWriter, r *http.Request, v visitor) {
	if ask, ok := d.asked(w, r, v); ok {
		d.showRetry(w, r, v, http.StatusOK, ask)
	}
}

func (d *Dashboard) showRetry(w http.ResponseWriter, r *http.Request, v visitor, code int,
	ask retryView) {
	d.show(w, r, code, view{
		Page: "retry", Title: "Retry " + string(ask.State), Visitor: v, Body: ask,
	})
}

// retry makes failed deliveries sendable again where the operator typed the campaign and how many they
// are at this moment, and gave a reason.
func (d *Dashboard) retry(w http.ResponseWriter, r *http.Request, v visitor) {
	ask, ok := d.asked(w, r, v)
	if !ok {
		return
	}
	ask.Why = strings.Join(strings.Fields(r.PostFormValue("why")), " ")
	if code, problem := ask.check(strings.TrimSpace(r.PostFormValue("confirm"))); problem != "" {
		ask.Problem = problem
		d.showRetry(w, r, v, code, ask)
		return
	}
	n, err := d.Ledger.Retry(r.Context(), ask.failed(), ledger.Operator{Who: v.Name, Why: ask.Why})
	if err != nil {
		d.broken(w, r, v, err)
		return
	}
	d.Log.InfoContext(r.Context(), "retried", "campaign", ask.Campaign, "state", string(ask.State),
		"deliveries", n, "user", v.Name)
	d.sessions.leave(v.token, thousands(n)+" deliveries will be sent again.")
	http.Redirect(w, r, "/campaign/"+ask.Campaign, http.StatusSeeOther)
}

func (v retryView) check(confirm string) (code int, problem string) {
	switch {
	case v.N == 0:
		return http.StatusConflict, "There is nothing to retry any more."
	case v.Why == "" || !utf8.ValidString(v.Why) || utf8.RuneCountInString(v.Why) > maxWhy:
		return http.StatusUnprocessableEntity,
			fmt.Sprintf("Say why, in %d characters at most. It goes into the journal.", maxWhy)
	case confirm != v.Confirm():
		return http.StatusConflict, "What you typed is not the campaign and how many deliveries there " +
			"are now: " + v.Confirm() + ". Nothing was changed."
	}
	return 0, ""
}
