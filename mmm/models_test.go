package mmm

import (
	"mixmodel/mmm/adstock"
	"mixmodel/mmm/dist"
	"mixmodel/mmm/saturation"
)

// allModels has every adstock, saturation and likelihood at least once.
func allModels() map[string]Model {
	fourier := Fourier{Order: 2}
	return map[string]Model{
		"zero value":             {},
		"geometric, logistic":    {Adstock: adstock.Geometric{MaxLag: 5}, Saturation: saturation.Logistic{}, Seasonality: fourier, Likelihood: TruncatedNormal{}},
		"raw geometric, Hill":    {Adstock: adstock.Geometric{MaxLag: 3, Raw: true}, Saturation: saturation.Hill{}, Seasonality: fourier},
		"delayed, tanh":          {Adstock: adstock.Delayed{MaxLag: 4}, Saturation: saturation.Tanh{}, Seasonality: fourier, Likelihood: TruncatedNormal{}},
		"Weibull PDF, Michaelis": {Adstock: adstock.WeibullPDF{MaxLag: 4}, Saturation: saturation.MichaelisMenten{}, Likelihood: Normal{Sigma: dist.Exponential{Rate: 2}}},
		"Weibull CDF, root":      {Adstock: adstock.WeibullCDF{MaxLag: 4}, Saturation: saturation.Root{}, Likelihood: TruncatedNormal{}},
		"binomial, Hill sigmoid": {Adstock: adstock.Binomial{MaxLag: 4}, Saturation: saturation.HillSigmoid{}},
		"none, none":             {Adstock: adstock.None{}, Saturation: saturation.None{}},
		"none, inverse scaled":   {Adstock: adstock.None{}, Saturation: saturation.InverseScaledLogistic{}},
		"per-channel priors":     {Saturation: saturation.Logistic{Beta: dist.HalfNormals([]float64{0.2, 0.7})}, Controls: dist.Each{dist.Normal{Mu: 0, Sigma: 1}, dist.StudentT{Nu: 4, Mu: 0, Sigma: 1}}},
	}
}
