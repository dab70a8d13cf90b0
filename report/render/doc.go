// Package render turns an executed notebook into a page for readers: one HTML
// file that needs nothing but a browser, or Markdown for GitHub with its
// pictures beside it.
//
//	nb, err := nbformat.ReadFile("case_study.ipynb")
//	page, err := render.HTML(nb, render.Options{Name: "case_study"})
//	os.WriteFile("case_study.html", page.Text, 0o644)
//
// A notebook is taken for untrusted: what it holds is cleaned (see package
// safe) and, in HTML, shown under a content security policy that allows no
// script and no request. The same notebook gives the same bytes, at any time
// and on any machine.
//
// The package does not execute notebooks and reads no file but the notebook:
// pictures that are not inside it are not shown.
package render
