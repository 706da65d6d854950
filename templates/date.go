package templates

import "time"

// FormatDate writes a date as the notice does: in its language and calendar.
func (n *Notice) FormatDate(t time.Time) string {
	return n.lang.date(t, n.calendar == calendarJapanese)
}
