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

// MillsShift is K of Mills.
const MillsShift = 5

// Mills has the coefficients, constant first, of (a+K)·M(a) in
// t = (a-K)/(a+K), which runs from -1 to 1 as a runs from 0 to infinity.
// M(a) = (1-Φ(a))/φ(a) is Mills' ratio of the standard normal distribution.
// A Chebyshev interpolant, relative error 8e-16 on the whole half line.
//
// Source of the substitution: Shepherd and Laframboise (1981), Chebyshev
// approximation of (1+2x)exp(x²)erfc(x) in 0 <= x < ∞.
var Mills = [21]float64{
	1.9280810471531578,
	-1.6678665951889888,
	1.2415470615739104,
	-0.7859110755444265,
	0.4136447157294455,
	-0.17325473413322579,
	0.052125502482600936,
	-0.007503282358809736,
	-0.001999962677058995,
	0.0013658565999337816,
	-0.00014882918529688415,
	-0.0001247270507920554,
	4.180171633069977e-05,
	9.956429010606643e-06,
	-6.9179805616112204e-06,
	-8.10888036367098e-07,
	1.0573006226025633e-06,
	7.476919614349497e-08,
	-1.4573727205857554e-07,
	-5.9226128658589914e-09,
	1.2912874213654849e-08,
}
