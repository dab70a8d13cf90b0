package words

import (
	"strconv"
	"strings"
	"time"
)

// List joins names: "TV", "TV and Radio", "TV, Radio and Search".
func List(names []string) string {
	switch n := len(names); n {
	case 0:
		return ""
	case 1:
		return names[0]
	default:
		return strings.Join(names[:n-1], ", ") + " and " + names[n-1]
	}
}

// First joins the first most of the names: "TV, Radio and 2 more".
func First(names []string, most int) string {
	if len(names) <= most+1 { // "and 1 more" is no shorter than its name
		return List(names)
	}
	return strings.Join(names[:most], ", ") + " and " + strconv.Itoa(len(names)-most) + " more"
}

// Count writes a number of things: "1 week", "26 weeks", "no channels".
func Count(n int, what string) string {
	switch n {
	case 0:
		return "no " + what + "s"
	case 1:
		return "1" + Space + what
	}
	return grouped(strconv.Itoa(n)) + Space + what + "s"
}

// A puts the article before a period: "a week", "an hour".
func A(what string) string {
	if what != "" && strings.ContainsRune("aeio", rune(what[0])) || what == "hour" {
		return "an " + what
	}
	return "a " + what
}

// Odds says how likely something is, as the words before what it is about:
// "almost certainly", "probably", "about as likely as not".
func Odds(p float64) string {
	switch {
	case p >= 0.95:
		return "almost certainly"
	case p >= 0.8:
		return "very probably"
	case p >= 0.6:
		return "probably"
	case p > 0.4:
		return "about as likely as not"
	case p > 0.2:
		return "probably not"
	case p > 0.05:
		return "very probably not"
	}
	return "almost certainly not"
}

// Day writes a date for readers: "3 August 2014"; what is no date stays.
func Day(date string) string {
	t, err := time.Parse(time.DateOnly, date)
	if err != nil {
		return date
	}
	return t.Format("2" + Space + "January" + Space + "2006")
}

// Capital starts s with a capital letter.
func Capital(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}
