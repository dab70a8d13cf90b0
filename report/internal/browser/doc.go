// Package browser drives a Chromium that is already installed: it prints a
// page to PDF, and lets tests open pages and look at them.
//
// Nothing is downloaded. The browser gets a profile of its own, thrown away
// afterwards, and no network beyond what a page asks for.
package browser
