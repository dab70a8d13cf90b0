// Package poly holds the polynomials of the vector kernels, for the kernels
// and for the generator of their assembly.
package poly

// Exp2 has the coefficients, constant first, of 2^f for |f| <= 1/2: a
// Chebyshev interpolant, relative error 3.2e-16.
var Exp2 = [11]float64{
	1.0,
	0.69314718055995,
	0.24022650695910097,
	0.05550410866444772,
	0.009618129107606888,
	0.0013333558230164974,
	0.0001540353044173605,
	1.5252657260200837e-05,
	1.321544258792169e-06,
	1.0208690299958306e-07,
	7.072585949269223e-09,
}

// Half has the coefficients of a rational approximation of 2^f for |f| <= 1/2
// whose two halves differ in a sign:
//
//	2^f = (q+p)/(q-p),  p = f·(P0 + P1·f²),  q = Q0 + (Q1 + f²)·f²
//
// so p/q is tanh(f·ln 2/2), interpolated at Chebyshev's points. Relative error
// of 2^f: 1.2e-14.
var Half = struct{ P0, P1, Q0, Q1 float64 }{2525.042324661157, 28.87555955535764, 7285.732079648878, 375.02158105727983}

// Atanh has the coefficients of 2·atanh(s)/s in powers of s².
var Atanh = [9]float64{2, 2. / 3, 2. / 5, 2. / 7, 2. / 9, 2. / 11, 2. / 13, 2. / 15, 2. / 17}

// MillsShift is K of Mills.
const MillsShift = 5

// Mills has the coefficients, constant first, of (a+K)·M(a) in
// t = (a-K)/(a+K), which runs from -1 to 1 as a runs from 0 to infinity.
// M(a) = (1-Φ(a))/φ(a) is Mills' ratio of the standard normal distribution.
// A Chebyshev interpolant, relative error 5.3e-13 on the whole half line.
//
// Source of the substitution: Shepherd and Laframboise (1981), Chebyshev
// approximation of (1+2x)exp(x²)erfc(x) in 0 <= x < ∞.
var Mills = [17]float64{
	1.9280810471531578,
	-1.6678665952018545,
	1.2415470615974789,
	-0.7859110749253359,
	0.41364471459481283,
	-0.17325474285273032,
	0.052125518481344106,
	-0.007503226981617335,
	-0.0020000644808935743,
	0.0013656689612289873,
	-0.00014848319359108263,
	-0.00012436288255480066,
	4.1127069074653184e-05,
	9.546640160241322e-06,
	-6.153047946484757e-06,
	-5.560467144569962e-07,
	5.751165048737e-07,
}
