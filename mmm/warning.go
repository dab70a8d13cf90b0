package mmm

import "strings"

// Warning is one statistical doubt in plain words: something that does not
// stop the computation but that a careful analyst would want to know.
type Warning struct {
	// Code names the kind of doubt, for programs: "identical-controls".
	Code string
	// Subject is what the doubt is about: a channel, a control, the target.
	Subject string
	// Text says what was found, what was wanted, and what to do.
	Text string
}

// String returns "subject: text".
func (w Warning) String() string {
	if w.Subject == "" {
		return w.Text
	}
	return w.Subject + ": " + w.Text
}

// Warnings is a list of doubts; an empty list is good news.
type Warnings []Warning

// String returns one line per warning, or "no warnings".
func (ws Warnings) String() string {
	if len(ws) == 0 {
		return "no warnings"
	}
	lines := make([]string, len(ws))
	for i, w := range ws {
		lines[i] = w.String()
	}
	return strings.Join(lines, "\n")
}

// Markdown returns a bulleted list with the subjects in bold. Names taken
// from a data file are escaped, so they cannot change the layout.
func (ws Warnings) Markdown() string {
	if len(ws) == 0 {
		return "No warnings."
	}
	var b strings.Builder
	for _, w := range ws {
		b.WriteString("- ")
		if w.Subject != "" {
			b.WriteString("**" + markdownText.Replace(w.Subject) + "**: ")
		}
		b.WriteString(markdownText.Replace(w.Text) + "\n")
	}
	return b.String()
}

// Has tells whether a warning with the code is in the list.
func (ws Warnings) Has(code string) bool {
	for _, w := range ws {
		if w.Code == code {
			return true
		}
	}
	return false
}

// markdownText escapes what Markdown or HTML would read as markup.
var markdownText = strings.NewReplacer(
	`\`, `\\`, "`", "\\`", "*", `\*`, "_", `\_`, "[", `\[`, "]", `\]`,
	"<", "&lt;", ">", "&gt;", "&", "&amp;", "|", `\|`, "$", `\$`, "\n", " ", "\r", " ",
)
