package mmm

import (
	"math"
	"slices"
	"testing"

	"gonum.org/v1/gonum/floats"

	"mixmodel/mmm/diag"
)

// derived computes every entry of reference/case_study_derived.json that
// concerns this package, in the entry's order and unit.
func derived(r *reference) map[string]func() []float64 {
	d, c := r.draws, r.draws.c
	logpDraws := []int{0, 1, 500, 999}
	week10 := []int{0, 1, 2, 3, 4, 178, 179, 180, 181, 182}

	estimates := func(b ByChannel, f func(Estimate) []float64) []float64 {
		var out []float64
		for _, e := range b.Estimates() {
			out = append(out, f(e)...)
		}
		return out
	}
	mean := func(e Estimate) []float64 { return []float64{e.Mean} }
	median := func(e Estimate) []float64 { return []float64{e.Median} }
	hdi94 := func(e Estimate) []float64 { return e.HDI94[:] }
	hdi50 := func(e Estimate) []float64 { return e.HDI50[:] }
	quartiles := func(e Estimate) []float64 { return []float64{e.Q25, e.Q75} }
	perDraw := func(f func(i int) []float64) []float64 {
		var out []float64
		for _, i := range logpDraws {
			out = append(out, f(i)...)
		}
		return out
	}
	unconstrained := func(i int) []float64 {
		u := make([]float64, c.layout.dim)
		c.unconstrain(u, d.theta(i))
		return u
	}
	logDensity := func(i int) float64 {
		return newDensity(c).LogDensity(unconstrained(i), make([]float64, c.layout.dim))
	}
	jacobian := func(i int) float64 {
		sum := 0.0
		for j, u := range unconstrained(i) {
			_, _, ls, _ := c.links[j].constrain(u)
			sum += ls
		}
		return sum
	}
	moments := func(f func([]float64) float64) []float64 {
		var out []float64
		for _, n := range d.Names() {
			out = append(out, f(slices.Concat(d.Parameter(n)...)))
		}
		return out
	}
	allLogp := func() []float64 {
		out := make([]float64, d.Len())
		for i := range out {
			out[i] = logDensity(i)
		}
		return out
	}
	scaledUp := func(x []float64, f float64) []float64 { return floats.ScaleTo(make([]float64, len(x)), f, x) }
	contributionTotals := d.ContributionTotals()
	share, roas := d.ShareOfMedia(), d.ROAS()
	dec := d.Decompose()
	waterfall := dec.Waterfall()
	totalContributions := scaledUp(d.MediaTotal().Draws, 1/r.scale)
	components := func(weeks []int) []float64 {
		var out []float64
		for _, t := range weeks {
			for _, comp := range dec.Components {
				out = append(out, comp.Mean[t])
			}
		}
		return out
	}
	componentPlot := func(f func(b Band, t int) []float64) []float64 {
		var out []float64
		for _, b := range d.Components() {
			for _, t := range week10 {
				out = append(out, f(b, t)...)
			}
		}
		return out
	}
	deltas := floats.Span(make([]float64, 12), 0, 1.5)
	grid := func(f func(Estimate) []float64) []float64 {
		var out []float64
		for _, es := range d.SpendGrid(deltas).Estimates {
			for _, e := range es {
				out = append(out, f(e)...)
			}
		}
		return out
	}
	predict := func(what Predicted) *Prediction {
		return Must(d.Predict(r.test, PredictOptions{What: what}))
	}
	draw0 := func(p *Prediction) []float64 {
		var out []float64
		for _, row := range p.Draws {
			out = append(out, row[0])
		}
		return out
	}
	testContributions := func(o PredictOptions, weeks int) []float64 {
		bands := Must(d.PredictContributions(r.test, o))
		var out []float64
		for t := range weeks {
			for _, b := range bands {
				out = append(out, b.Mean[t])
			}
		}
		return out
	}
	contraction := func(block string) []float64 {
		var out []float64
		for _, s := range d.Summaries() {
			if contains(s.Name, block+"[") {
				out = append(out, s.Contraction)
			}
		}
		return out
	}
	testMean := scaledUp(r.test.TotalSpend(), 1/float64(r.test.Len()))
	newSpend := func(im Impulse) [][][]float64 { return d.NewSpend(testMean, im) }
	rowMeans := func(rows [][]float64) []float64 {
		var out []float64
		for _, v := range rows {
			out = append(out, diag.Mean(v))
		}
		return out
	}
	tv := slices.Index(d.Channels(), "TV")
	budgetNames := func(p float64) []float64 { return scaledUp(r.test.TotalSpend(), 1/p) }

	return map[string]func() []float64{
		"draws_mean": func() []float64 { return moments(diag.Mean) },
		"draws_sd":   func() []float64 { return moments(diag.SD) },
		"logp_terms": func() []float64 {
			return perDraw(func(i int) []float64 {
				theta := d.theta(i)
				var out []float64
				for _, b := range c.layout.blocks {
					sum := 0.0
					for j := range b.size() {
						sum += c.priors[b.at+j].LogProb(theta[b.at+j])
					}
					out = append(out, sum)
				}
				return append(out, logDensity(i)-jacobian(i)-c.logPrior(theta), jacobian(i))
			})
		},
		"logp_constrained": func() []float64 {
			return perDraw(func(i int) []float64 { return []float64{logDensity(i) - jacobian(i)} })
		},
		"logp_unconstrained":      func() []float64 { return perDraw(func(i int) []float64 { return []float64{logDensity(i)} }) },
		"logp_unconstrained_mean": func() []float64 { return []float64{diag.Mean(allLogp())} },
		"logp_unconstrained_sd":   func() []float64 { return []float64{diag.SD(allLogp())} },
		"theta_unconstrained":     func() []float64 { return perDraw(unconstrained) },
		"logp_gradient_unconstrained": func() []float64 {
			return perDraw(func(i int) []float64 {
				g := make([]float64, c.layout.dim)
				newDensity(c).LogDensity(unconstrained(i), g)
				return g
			})
		},
		"mu_draw0_scaled": func() []float64 { return scaledUp(draw0(d.PredictTrain(PredictOptions{What: PredictMu})), 1/r.scale) },
		"mu_draw0":        func() []float64 { return draw0(d.PredictTrain(PredictOptions{What: PredictMu})) },

		"contribution_total_mean":   func() []float64 { return estimates(contributionTotals, mean) },
		"contribution_total_median": func() []float64 { return estimates(contributionTotals, median) },
		"contribution_total_hdi94":  func() []float64 { return estimates(contributionTotals, hdi94) },
		"contribution_total_hdi50":  func() []float64 { return estimates(contributionTotals, hdi50) },
		"share_of_media_mean":       func() []float64 { return estimates(share, mean) },
		"share_of_media_hdi94":      func() []float64 { return estimates(share, hdi94) },
		"roas_mean":                 func() []float64 { return estimates(roas, mean) },
		"roas_median":               func() []float64 { return estimates(roas, median) },
		"roas_quartiles":            func() []float64 { return estimates(roas, quartiles) },
		"roas_hdi94":                func() []float64 { return estimates(roas, hdi94) },
		"prob_highest_roas":         func() []float64 { return roas.ProbHighest() },
		"prob_roas_above_1": func() []float64 {
			var out []float64
			for _, name := range roas.Channels {
				out = append(out, roas.Channel(name).ProbAbove(1))
			}
			return out
		},
		"total_contributions_mean": func() []float64 { return []float64{diag.Mean(totalContributions)} },
		"total_contributions_quantiles": func() []float64 {
			s := slices.Clone(totalContributions)
			slices.Sort(s)
			return []float64{diag.Quantile(s, .05), diag.Quantile(s, .5), diag.Quantile(s, .95)}
		},

		"components_first5":   func() []float64 { return components([]int{0, 1, 2, 3, 4}) },
		"components_last5":    func() []float64 { return components([]int{178, 179, 180, 181, 182}) },
		"component_plot_mean": func() []float64 { return componentPlot(func(b Band, t int) []float64 { return []float64{b.Mean[t]} }) },
		"component_plot_hdi94": func() []float64 {
			return componentPlot(func(b Band, t int) []float64 { return b.HDI94[t][:] })
		},
		"waterfall_value": func() []float64 {
			var out []float64
			for _, comp := range dec.Components {
				out = append(out, comp.Total())
			}
			return out
		},
		"waterfall_percentage": func() []float64 {
			out := make([]float64, len(waterfall))
			for _, bar := range waterfall {
				out[indexOf(dec, bar.Name)] = 100 * bar.Fraction
			}
			return out
		},
		"waterfall_total": func() []float64 { return []float64{waterfall[len(waterfall)-1].To} },
		"waterfall_order": func() []float64 {
			var out []float64
			for _, bar := range waterfall {
				out = append(out, float64(indexOf(dec, bar.Name)))
			}
			return out
		},
		"waterfall_bars": func() []float64 {
			var out []float64
			for _, bar := range waterfall {
				out = append(out, min(bar.From, bar.To), max(bar.From, bar.To))
			}
			return out
		},

		"grid_mean":                   func() []float64 { return grid(mean) },
		"grid_hdi94":                  func() []float64 { return grid(hdi94) },
		"direct_contribution_tv_x":    func() []float64 { return d.Train().Spend(tv) },
		"direct_contribution_tv_mean": func() []float64 { return d.Contributions()[tv].Mean },

		"test_mu_draw0":               func() []float64 { return draw0(predict(PredictMu)) },
		"test_mu_mean":                func() []float64 { return predict(PredictMu).Band().Mean },
		"test_contribution_mean":      func() []float64 { return testContributions(PredictOptions{}, r.test.Len()) },
		"test_contribution_mean_cold": func() []float64 { return testContributions(PredictOptions{Cold: true}, 6) },
		"test_contribution_draw0": func() []float64 {
			one := &Draws{c: c, chains: [][]float64{d.theta(0)}}
			bands := Must(one.PredictContributions(r.test, PredictOptions{}))
			var out []float64
			for t := range r.test.Len() {
				for _, b := range bands {
					out = append(out, b.Mean[t])
				}
			}
			return out
		},
		"expected_sales_train": func() []float64 { return d.PredictTrain(PredictOptions{What: PredictExpected}).Band().Mean },
		"expected_sales_test":  func() []float64 { return predict(PredictExpected).Band().Mean },

		"contraction_lam":   func() []float64 { return contraction("saturation_lam") },
		"contraction_alpha": func() []float64 { return contraction("adstock_alpha") },
		"contraction_beta":  func() []float64 { return contraction("saturation_beta") },

		"budget_case_study_naive": func() []float64 { return budgetNames(26 * 7) },
		"budget_true_scale_naive": func() []float64 { return budgetNames(26) },

		"new_spend_amount":  func() []float64 { return testMean },
		"new_spend_tv_mean": func() []float64 { return rowMeans(newSpend(Impulse{})[tv]) },
		"new_spend_tv_quantiles": func() []float64 {
			var out []float64
			for _, row := range newSpend(Impulse{})[tv] {
				slices.Sort(row)
				out = append(out, diag.Quantile(row, .025), diag.Quantile(row, .975))
			}
			return out
		},
		"new_spend_tv_continued_mean": func() []float64 { return rowMeans(newSpend(Impulse{Continued: true})[tv]) },
		"new_spend_all_mean": func() []float64 {
			all := newSpend(Impulse{})
			var out []float64
			for row := range all[0] {
				for _, ch := range all {
					out = append(out, diag.Mean(ch[row]))
				}
			}
			return out
		},

		"crps_mu_train":      func() []float64 { return d.PredictTrain(PredictOptions{What: PredictMu}).CRPS() },
		"crps_mu_train_mean": func() []float64 { return []float64{d.PredictTrain(PredictOptions{What: PredictMu}).Score().CRPS} },
		"crps_mu_test":       func() []float64 { return predict(PredictMu).CRPS() },
		"crps_mu_test_mean":  func() []float64 { return []float64{predict(PredictMu).Score().CRPS} },

		"half_point_median": func() []float64 { return estimates(halfPoints(d), median) },
		"half_point_hdi94":  func() []float64 { return estimates(halfPoints(d), hdi94) },
		"mean_train_spend":  func() []float64 { return scaledUp(d.Train().TotalSpend(), 1/float64(d.Train().Len())) },

		"mroas_mean_spend_mean":      func() []float64 { return estimates(d.MarginalROASAtMean(), mean) },
		"mroas_mean_spend_median":    func() []float64 { return estimates(d.MarginalROASAtMean(), median) },
		"mroas_mean_spend_hdi94":     func() []float64 { return estimates(d.MarginalROASAtMean(), hdi94) },
		"mroas_actual_pattern_mean":  func() []float64 { return estimates(d.MarginalROAS(), mean) },
		"mroas_actual_pattern_hdi94": func() []float64 { return estimates(d.MarginalROAS(), hdi94) },
	}
}

func indexOf(d Decomposition, name string) int {
	return slices.IndexFunc(d.Components, func(c Component) bool { return c.Name == name })
}

// halfPoints is the weekly spend with half the ceiling's effect under steady
// spend: x_scale·ln 3/λ for the logistic curve.
func halfPoints(d *Draws) ByChannel {
	b := ByChannel{Name: "half point", Unit: "money", Channels: d.Channels()}
	for c, name := range d.Channels() {
		lam := slices.Concat(d.Parameter("saturation_lam[" + name + "]")...)
		for i := range lam {
			lam[i] = d.c.xScale[c] * math.Log(3) / lam[i]
		}
		b.Draws = append(b.Draws, lam)
	}
	return b
}

func TestEveryDerivedQuantityAgreesWithTheIndependentComputation(t *testing.T) {
	r := loadReference(t)
	ours := derived(r)
	checkedEntries, checkedNumbers := 0, 0
	for name, value := range r.value {
		if isBudget(name) {
			continue // package budget checks these
		}
		f, ok := ours[name]
		if !ok {
			t.Errorf("%s: no computation of ours for this entry", name)
			continue
		}
		got, want := f(), flat(value)
		if len(got) != len(want) {
			t.Errorf("%s: got %d numbers, want %d", name, len(got), len(want))
			continue
		}
		absolute := 0.0
		if name == "logp_gradient_unconstrained" {
			absolute = 1e-9 // one component is near 0
		}
		for i := range got {
			if math.Abs(got[i]-want[i]) > math.Max(1e-9*math.Abs(want[i]), absolute*math.Max(1, math.Abs(want[i]))) {
				t.Errorf("%s[%d]: got %.15g, want %.15g", name, i, got[i], want[i])
				break
			}
			checkedNumbers++
		}
		checkedEntries++
	}
	if checkedEntries != len(ours) || checkedEntries != 67 {
		t.Errorf("checked %d entries of %d", checkedEntries, len(ours))
	}
	t.Logf("checked %d entries, %d numbers", checkedEntries, checkedNumbers)
}

// isBudget tells whether an entry is about plans, but not the naive plans,
// which are data.
func isBudget(name string) bool {
	return contains(name, "budget_") && !slices.Contains([]string{"budget_case_study_naive", "budget_true_scale_naive"}, name)
}
