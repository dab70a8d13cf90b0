// Package kernel holds the inner loops of the sampler: geometric adstock with
// logistic saturation, likelihoods, linear columns, triangular products and
// the leapfrog's vector operations.
//
// # Lanes
//
// Every loop runs over rows of eight lanes. Lane i of a [Grid] holds the
// periods i·R … i·R+R-1 as a column, R rows long; a recursion over time
// becomes eight independent ones, every load is aligned, and "one period ago"
// is one row up. Vectors without time, such as parameters, are cut into rows
// of eight and padded with zeros.
//
// # Three implementations, one result
//
// Each kernel exists as plain Go, for AVX2 (with FMA) and for AVX-512. The
// processor decides at start, see [Level]; the build tag purego leaves plain
// Go only. All three give the same bits: they perform the same operations on
// the same lanes in the same order, and sum lanes as
//
//	((v0+v4)+(v2+v6)) + ((v1+v5)+(v3+v7))
//
// What runs over time rounds every product, and so do sums of products: plain
// Go spells the fused multiply-add [math.FMA], which costs it much on
// processors that might not have it. Short loops over parameters fuse.
//
// The assembly is generated: see gen/main.go. Slices must have the lengths
// stated, which are multiples of eight; the exported functions check them.
package kernel
