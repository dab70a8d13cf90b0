// Package browser prints a page to PDF with a Chromium that is already
// installed.
//
// Nothing is downloaded. The browser gets a profile of its own, thrown away
// afterwards, and no network beyond what a page asks for.
package browser
