// Package render turns an executed notebook into a page for readers: one HTML
// file that needs nothing but a browser, or Markdown for GitHub with its
// pictures beside it.
//
//	nb, err := nbformat.ReadFile("case_study.ipynb")
//	page, err := render.HTML(nb, render.Options{Name: "case_study"})
//	os.WriteFile("case_study.html", page.Text, 0o644)
//
// A page is for one of two readers. The [Tutorial] shows the notebook in its
// order with its code. The [Stakeholder] report shows what the typed outputs of
// the notebook say (see package typed): package brief makes sentences, cards
// and tables of them, a doubt beside every headline; figures stand in the
// section that their label names; the notebook follows as an appendix.
//
// Tags change what a cell shows, in both spellings: hide-cell, hide-input and
// hide-output fold; remove-cell, remove-input and remove-output leave out;
// exec-summary, stakeholder and appendix say where a cell stands in a report,
// tutorial-only that it stands in none. Text refers to figures and headings by
// their labels, as {ref}`fig-roas` or @fig-roas; a line (name)= labels what
// follows. Comments such as "//| label: fig-roas" label the figure of a cell.
//
// A notebook is taken for untrusted: what it holds is cleaned (see package
// safe) and, in HTML, shown under a content security policy that allows the
// page's own script and style by their hashes, and no request. The same
// notebook gives the same bytes, at any time and on any machine.
//
// The package does not execute notebooks and reads no file but the notebook:
// pictures that are not inside it are not shown.
package render
