package campaign

// NoWithdrawal says that those who are no longer affected are told nothing: a stated choice.
const NoWithdrawal = "none"

// Updates are the notices of a further revision to people who were told before.
type Updates struct {
	Notice     string `yaml:"notice"`     // to those of whom something else is known now; empty: their segment's
	Withdrawal string `yaml:"withdrawal"` // to those who are no longer affected; none: nobody writes to them
}

// notices are those that the folder must have.
func (u Updates) notices() map[string]string {
	out := map[string]string{}
	if u.Notice != "" {
		out["updates.notice"] = u.Notice
	}
	if u.Withdrawal != "" && u.Withdrawal != NoWithdrawal {
		out["updates.withdrawal"] = u.Withdrawal
	}
	return out
}

// checkUpdates sees that they are those of a further revision.
func (l *loader) checkUpdates(m *Manifest) {
	if m.Revision == 1 && m.Updates != (Updates{}) {
		l.add("updates", "a first revision has nobody to write to a second time",
			"leave updates out until there is a revision 2")
	}
}
