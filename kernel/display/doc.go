// Package display shows values in a notebook cell.
//
//	display.Show(table, figure)           // anything, in its richest form
//	display.HTML("<b>bold</b>")           // as HTML
//	display.Markdown("*soft*, $x^2$")     // as Markdown
//	bar := display.NewProgress("sampling", 4)
//
// A value tells by its methods what it can be: SVG() []byte, with Alt() and
// Caption() string for the picture's description and caption; HTML() string;
// Markdown() string; String() string. All representations it has are sent,
// always with plain text among them, and each reader takes the best it can
// show.
//
// A result in the vocabulary of package typed, or a value that has one by its
// method Typed() typed.Value, is sent as that, too: as a JSON object that a
// report takes numbers from. In Jupyter and on GitHub its tables and sentences
// are seen.
//
// Every call waits until GoNB has what was sent. Without that stock GoNB loses
// displays at the end of a cell's program. Outside a notebook, in a test or a
// plain program, the text is printed on standard output.
//
// The package is the only one that imports gonbui. It does not do widgets,
// which need a browser.
package display
