// Package safe makes HTML and SVG of unknown origin harmless.
//
// Three walls stand one behind the other. The fragment is parsed as a browser
// would and everything that runs, loads, frames or restyles is cut out of the
// tree; pictures leave the tree and come back only as checked bytes. What is
// left passes bluemonday's allow-list. And the page that shows it forbids
// scripts, foreign styles and every request in its content security policy.
//
// Inline <svg> becomes a picture too: inside <img> a browser runs no script,
// follows no link and loads nothing.
package safe

// Limits on one fragment or picture; larger ones are refused with an error.
const (
	MaxHTML   = 8 << 20 // bytes of one HTML fragment
	MaxDepth  = 200     // open elements
	MaxSVG    = 4 << 20 // bytes of one SVG picture
	MaxImage  = 32 << 20
	MaxPixels = 50_000_000
)
