// Package plot draws the figures of a marketing mix study as SVG, in one
// style: every function takes numbers and returns a finished [Figure].
//
//	fig := plot.Sales(data.Dates(), data.Target(), plot.Options{})
//	os.WriteFile("sales.svg", fig.SVG(), 0o644)
//
// Rules that hold for all figures:
//
//   - channel i has the colour [ChannelColor](i) wherever it appears, and its
//     name is written beside its marks or above its panel;
//   - estimates are drawn with their uncertainty: a dark band holds 50 % of the
//     draws, a light one 94 % (highest density intervals), and the figure says so;
//   - legends stand above the data, never on it; axes have round ticks and units;
//   - the same input gives the same bytes, and no byte depends on fonts installed.
//
// Scales, tickers, canvases and font metrics are those of gonum.org/v1/plot; the
// layout of axes, legends and panels and the SVG writer are this package's own.
//
// Inputs of mismatched shapes are a bug of the caller and panic. Values that
// are not finite are left out of the picture. The package does no statistics
// beyond summaries of draws and a kernel density estimate, and it draws no
// interactive charts.
package plot
