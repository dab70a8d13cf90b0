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

// Mills is Mills' ratio of the standard normal distribution,
// M(a) = (1-Φ(a))/φ(a) for a >= 0:
//
//	M(a) = v·q0(x)·q1(x)·q2(x)·q3(x),  v = MillsTop/(a+MillsShift),  x = MillsStart - v
//
// with quartics in the form of Knuth (The Art of Computer Programming 4.6.4),
// two multiplications each:
//
//	q = (y + x + c2)·y + c3,  y = (x + c0)·x + c1
//
// The product is a Chebyshev interpolant of degree 16, all of whose roots are
// complex; x is scaled so that no factor is left over. Relative error 5.3e-13 on
// the whole half line.
//
// Source of the substitution: Shepherd and Laframboise (1981), Chebyshev
// approximation of (1+2x)exp(x²)erfc(x) in 0 <= x < ∞.
var Mills = [4][4]float64{
	{-0.14780022306052257, -1.3495786170750523, 0.5339358663439977, 0.6595681612985492},
	{-1.3381210374679964, 0.38104073176705716, 0.3338910260915159, 0.32207609671673176},
	{-0.8273847383837457, 0.5350417052657886, -0.342411828104205, 0.2776009764439027},
	{0.13199308558201425, 0.21621430472933115, 0.6714718041285327, 1.09849581933158},
}

// The numbers that Mills begins with.
const (
	MillsShift = 5
	MillsStart = 0.3750621891716125
	MillsTop   = 2 * MillsShift * MillsStart
)

// The density of the standard normal distribution at 0, φ(0) = 1/√(2π).
const (
	LogTwoPi = 1.837877066409345484  // -2·log φ(0)
	Log2Phi0 = -1.325748064736159249 // log φ(0) / log 2
)
