package render

import (
	"regexp"
	"strings"

	"mixmodel/kernel/nbformat"
)

// view is how a cell wants to be shown, by its tags and metadata.
type view struct {
	gone, noInput, noOutput                      bool // remove-cell, remove-input, remove-output
	foldCell, foldInput, foldOutput              bool // hide-cell, hide-input, hide-output
	summary, stakeholder, appendix, tutorialOnly bool
}

// viewOf reads the tags of a cell. Each is known in both spellings,
// "hide-input" and "hide_input", and Jupyter's own flags count like tags.
func viewOf(c *nbformat.Cell) view {
	var v view
	flags := map[string]*bool{
		"remove-cell": &v.gone, "remove-input": &v.noInput, "remove-output": &v.noOutput,
		"hide-cell": &v.foldCell, "hide-input": &v.foldInput, "hide-output": &v.foldOutput,
		"exec-summary": &v.summary, "stakeholder": &v.stakeholder, "appendix": &v.appendix, "tutorial-only": &v.tutorialOnly,
	}
	for _, tag := range c.Tags() {
		if flag, ok := flags[strings.ReplaceAll(strings.ToLower(tag), "_", "-")]; ok {
			*flag = true
		}
	}
	var hidden bool
	if c.Metadata.Get(&hidden, "jupyter", "source_hidden") && hidden || c.Metadata.Get(&hidden, "hide_input") && hidden {
		v.foldInput = true
	}
	if hidden = false; c.Metadata.Get(&hidden, "jupyter", "outputs_hidden") && hidden {
		v.foldOutput = true
	}
	return v
}

// says is what the comments at the top of a code cell say about its outputs:
//
//	//| label: fig-roas
//	//| fig-cap: Return on ad spend by channel
//	//| fig-alt: Bar chart with ...
//	//| echo: false
type says struct {
	label, caption, alt string
	noInput             bool
}

var directive = regexp.MustCompile(`^(?://|#)\|\s*([a-z-]+):\s*(.*?)\s*$`)

// directives takes these comments off a source.
func directives(source string) (string, says) {
	var s says
	rest := source
	for {
		line, after, _ := strings.Cut(rest, "\n")
		m := directive.FindStringSubmatch(line)
		if m == nil {
			return rest, s
		}
		rest = after
		value := strings.Trim(m[2], `"'`)
		switch m[1] {
		case "label":
			s.label = value
		case "fig-cap", "tbl-cap":
			s.caption = value
		case "fig-alt":
			s.alt = value
		case "echo":
			s.noInput = value == "false"
		}
	}
}

// name gives label, caption and alternative text to the first figure among
// items.
func (s says) name(items []item) {
	for _, it := range items {
		f, ok := it.(*figure)
		if !ok {
			continue
		}
		if s.label != "" {
			f.label = s.label
		}
		if s.caption != "" {
			f.caption = s.caption
		}
		if s.alt != "" {
			f.alt = s.alt
		}
		return
	}
}
