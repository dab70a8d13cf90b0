// Package sim puts a what-if simulator into a page: a reader moves a slider
// and sees what media would then bring, with its uncertainty, offline.
//
//	s, err := sim.Render(simulator)   // a typed.Simulator
//	page.WriteString(s.HTML)
//
// The page must hold [Style] once and, after the sections, [Script] once;
// their hashes go into its content security policy. Draws and names travel as
// data in a <script type="application/json">, which no browser runs, and never
// as a part of code or markup.
//
// The script computes the response of [typed.Simulator] from the draws, without
// interpolation; [Model] computes the same in Go. A test lets both and the
// model library compute a thousand plans in a real browser. Without scripts
// the section is a table of scenarios.
package sim
