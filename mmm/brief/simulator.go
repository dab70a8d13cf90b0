package brief

import (
	"fmt"
	"slices"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/stat"

	"mixmodel/kernel/display/typed"
	"mixmodel/mmm"
	"mixmodel/mmm/budget"
)

// simulatorDraws is how many draws a page carries: 56 KB for the case study,
// and Monte Carlo errors of a twentieth of a posterior sd.
const simulatorDraws = 500

// Simulator is what a page needs to compute what any plan would bring, with
// the plan p and today's to start from. It is an error if the model has an
// adstock or a saturation of the user's own, whose formula no page knows.
func (s Study) Simulator(p *budget.Plan) (typed.Simulator, error) {
	d := p.Curves().Draws()
	model, train := d.Model(), d.Train()
	name, known, normalized := adstockName(model.Adstock)
	curve := kebab(model.Saturation)
	if _, ok := typed.SaturationParameters[curve]; !known || !ok {
		return typed.Simulator{}, fmt.Errorf("brief: Simulator: adstock is %T and saturation %T (want those of packages adstock and saturation)", model.Adstock, model.Saturation)
	}
	out := typed.Simulator{
		ID: "simulator", Currency: s.Currency, Step: period(train), Periods: p.Periods, Saturation: curve, SalesScale: d.SalesScale(), FullDraws: d.Len(),
		Adstock: typed.Adstock{Name: name, Lags: model.Adstock.Len(), Normalized: normalized},
	}
	kept := thin(d.Len())
	out.Draws = len(kept)
	for c, channel := range p.Channels {
		spend := train.Spend(c)
		out.Channels = append(out.Channels, typed.SimulatorChannel{
			Name: channel, Color: channelColor(c), SpendScale: d.SpendScale()[c], Current: p.Current[c], Optimal: p.Spend[c], Lower: p.Lower[c], Upper: p.Upper[c],
			MeanSpend: stat.Mean(spend, nil), MaxSpend: floats.Max(spend),
			Adstock:    pick(channelParameters(d, "adstock_", model.Adstock.Params(), c), kept),
			Saturation: pick(channelParameters(d, "saturation_", model.Saturation.Params(), c), kept),
		})
	}
	engine, err := Engine(d, out)
	if err != nil {
		return typed.Simulator{}, err
	}
	out.Scenarios = scenarios(engine, p)
	return out, nil
}

// thin returns the numbers of the draws to keep, evenly spread over n.
func thin(n int) []int {
	kept := make([]int, min(n, simulatorDraws))
	for i := range kept {
		kept[i] = (2*i + 1) * n / (2 * len(kept))
	}
	return kept
}

func pick(draws [][]float64, kept []int) []typed.Floats {
	out := make([]typed.Floats, len(draws))
	for p := range draws {
		for _, i := range kept {
			out[p] = append(out[p], float32(draws[p][i]))
		}
	}
	return out
}

// Engine is the response by this library to the draws that a simulator
// carries: what any recomputation must agree with. d are the draws that the
// simulator was made from.
func Engine(d *mmm.Draws, s typed.Simulator) (*mmm.Response, error) {
	model, kept := d.Model(), thin(d.Len())
	if s.Draws != len(kept) || len(s.Channels) != len(d.Channels()) {
		return nil, fmt.Errorf("brief: Engine: a simulator with %d draws and %d channels (want %d and %d: that of these draws)", s.Draws, len(s.Channels), len(kept), len(d.Channels()))
	}
	at := make(map[string]typed.Floats) // what the simulator carries, by parameter
	for c, channel := range d.Channels() {
		for p, param := range model.Adstock.Params() {
			at["adstock_"+param.Name+"["+channel+"]"] = s.Channels[c].Adstock[p]
		}
		for p, param := range model.Saturation.Params() {
			at["saturation_"+param.Name+"["+channel+"]"] = s.Channels[c].Saturation[p]
		}
	}
	chain := make([][]float64, len(kept))
	for _, name := range d.Names() {
		x, carried := at[name]
		all := slices.Concat(d.Parameter(name)...)
		for i, k := range kept {
			v := all[k]
			if carried {
				v = float64(x[i])
			}
			chain[i] = append(chain[i], v)
		}
	}
	thinned, err := model.NewDraws(d.Train(), [][][]float64{chain})
	if err != nil {
		return nil, fmt.Errorf("brief: Engine: %w", err)
	}
	return thinned.Response(s.Periods), nil
}

// scenarios are the plans to show where nothing can be moved.
func scenarios(engine *mmm.Response, p *budget.Plan) []typed.Scenario {
	half := make([]float64, len(p.Spend))
	floats.AddTo(half, p.Current, p.Spend)
	floats.Scale(0.5, half)
	today := total(engine.PerDraw(p.Current))
	var out []typed.Scenario
	for _, x := range []struct {
		id, name string
		spend    []float64
	}{
		{"current", "today's plan", p.Current},
		{"optimal", "the recommended plan", p.Spend},
		{"half-way", "half of the recommended change", half},
		{"less", "today's plan less 20 %", scaled(p.Current, 0.8)},
		{"more", "today's plan plus 20 %", scaled(p.Current, 1.2)},
	} {
		response := total(engine.PerDraw(x.spend))
		out = append(out, typed.Scenario{ID: x.id, Name: x.name, Spend: x.spend, Response: estimate(response), BeatsCurrent: above(minus(response, today), 0)})
	}
	return out
}
