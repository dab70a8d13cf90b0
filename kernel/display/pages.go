package display

import (
	"fmt"
	"math"
	"strings"

	"mixmodel/kernel/display/typed"
)

var (
	ratio    = typed.Unit{Of: typed.Ratio}
	fraction = typed.Unit{Of: typed.Fraction}
)

func channelsPage(v typed.Channels) page {
	money, sales := typed.Unit{Of: typed.Money, Currency: v.Currency}, typed.Unit{Of: typed.Sales, Currency: v.Currency}
	did := grid{caption: fmt.Sprintf("What each channel did, %s to %s", v.From, v.To), left: 1,
		header: []string{"channel", "spend", "share", "contribution", "ROAS", "ROAS before the data", "P(highest)", "rests on"}}
	next := grid{caption: "What the next unit of money brings, and where on its curve each channel stands", left: 1,
		header: []string{"channel", "marginal ROAS", "before the data", "P(highest)", "spend per " + v.Step, "half-saturation at", "most ever spent", "curve rests on"}}
	for _, c := range v.Channels {
		did.rows = append(did.rows, []string{c.Name, number(money, c.Spend), number(fraction, c.SpendShare), within(sales, c.Contribution.Estimate),
			within(ratio, c.ROAS.Estimate), prior(ratio, c.ROAS), percent1(c.BestROAS), tier(c.ROAS)})
		half, curve := "-", "-"
		if h := c.Saturation.HalfSpend; h != nil {
			half, curve = within(money, h.Estimate), tier(*h)
		}
		next.rows = append(next.rows, []string{c.Name, within(ratio, c.MarginalROAS.Estimate), prior(ratio, c.MarginalROAS), percent1(c.BestMarginal),
			number(money, c.Saturation.MeanSpend), half, number(money, c.Saturation.MaxSpend), curve})
	}
	return page{{table: did}, {table: next}}
}

func prior(u typed.Unit, x typed.Finding) string {
	if x.Prior == nil {
		return "-"
	}
	return within(u, *x.Prior)
}

func tier(x typed.Finding) string {
	if x.Evidence == nil {
		return "-"
	}
	return string(x.Evidence.Tier)
}

func basePage(v typed.Base) page {
	sales := typed.Unit{Of: typed.Sales, Currency: v.Currency}
	g := grid{caption: fmt.Sprintf("Where sales come from, %s to %s", v.From, v.To), left: 1,
		header: []string{"part", "sales", "share", "before the data"}}
	for _, p := range v.Parts {
		g.rows = append(g.rows, []string{p.Name, within(sales, p.Estimate), share(p.Mean, v.Expected.Mean), prior(sales, p.Finding)})
	}
	g.rows = append(g.rows, []string{"expected sales", within(sales, v.Expected), "", ""}, []string{"observed", number(sales, v.Observed), "", ""})
	return page{{table: g}}
}

func share(part, total float64) string {
	if total == 0 {
		return "-"
	}
	return number(fraction, part/total)
}

func planPage(v typed.Plan) page {
	money, sales := typed.Unit{Of: typed.Money, Currency: v.Currency}, typed.Unit{Of: typed.Sales, Currency: v.Currency}
	g := grid{caption: fmt.Sprintf("Budget per %s over %d %ss", v.Step, v.Periods, v.Step), left: 1,
		header: []string{"channel", "today", "plan", "change", "from", "to", "brings today", "planned", "next unit brings"}}
	for _, c := range v.Channels {
		g.rows = append(g.rows, []string{c.Name, number(money, c.Current), number(money, c.Recommended), change(c.Current, c.Recommended), number(money, c.Lower), number(money, c.Upper),
			within(sales, c.CurrentResponse), within(sales, c.PlannedResponse), within(ratio, c.MarginalReturn)})
	}
	g.rows = append(g.rows, []string{"total", number(money, v.CurrentTotal), number(money, v.Total), change(v.CurrentTotal, v.Total), "", "",
		within(sales, v.Current), within(sales, v.Planned), number(ratio, v.MarginalReturn)})
	return page{
		{lead: "The plan brings " + withInterval(fraction, v.Gain) + " more from media than today's;", text: "the probability that it beats today's is " + percent1(v.BeatsCurrent) + "."},
		{table: g}, {list: warnings(v.Warnings)},
	}
}

func change(from, to float64) string {
	if from == 0 {
		return "-"
	}
	return fmt.Sprintf("%+.0f %%", 100*(to/from-1))
}

func warnings(list []typed.Warning) []string {
	var out []string
	for _, w := range list {
		s := w.Text
		if w.Subject != "" {
			s = w.Subject + ": " + s
		}
		out = append(out, s)
	}
	return out
}

func forecastPage(v typed.Forecast) page {
	sales := typed.Unit{Of: typed.Sales, Currency: v.Currency}
	g := grid{caption: "Forecast check", left: 1, header: []string{"measure", "known " + v.Step + "s", "unseen " + v.Step + "s"}}
	for _, row := range []struct {
		name string
		f    func(a typed.Accuracy) string
	}{
		{v.Step + "s", func(a typed.Accuracy) string { return fmt.Sprint(a.Periods) }},
		{"mean sales", func(a typed.Accuracy) string { return number(sales, a.MeanSales) }},
		{"CRPS", func(a typed.Accuracy) string { return number(sales, a.CRPS) }},
		{"CRPS of a forecast by past sales alone", func(a typed.Accuracy) string { return number(sales, a.NaiveCRPS) }},
		{"R²", func(a typed.Accuracy) string { return fmt.Sprintf("%.2f", a.R2) }},
		{"bias", func(a typed.Accuracy) string { return number(sales, a.Bias) }},
		{"inside the 50 % interval", func(a typed.Accuracy) string { return fmt.Sprintf("%.0f %%", 100*a.Coverage50) }},
		{"inside the 94 % interval", func(a typed.Accuracy) string { return fmt.Sprintf("%.0f %%", 100*a.Coverage94) }},
	} {
		g.rows = append(g.rows, []string{row.name, row.f(v.Train), row.f(v.Test)})
	}
	return page{{table: g}}
}

func diagnosticsPage(v typed.Diagnostics) page {
	g := grid{caption: fmt.Sprintf("%d chains of %d draws", v.Chains, v.Draws), left: 1, header: []string{"check", "value", "wanted", "result"}}
	for _, c := range v.Checks {
		result := "pass"
		if !c.Pass {
			result = "FAIL"
		}
		g.rows = append(g.rows, []string{c.Label, plainNumber(c.Value), string(c.Want) + " " + plainNumber(c.Limit), result})
	}
	verdict := block{lead: "Decision grade:", text: "every check of the draws passed."}
	if !v.DecisionGrade {
		verdict = block{lead: "Not decision grade:", text: "a check of the draws failed."}
	}
	return page{verdict, {table: g}, {list: warnings(v.Warnings)}}
}

// plainNumber keeps the digits that R-hat needs, and shows counts as counts.
func plainNumber(x float64) string {
	if math.Abs(x) >= 100 || x == math.Trunc(x) {
		return number(typed.Unit{Of: typed.Count}, x)
	}
	return strings.TrimRight(fmt.Sprintf("%.3f", x), "0")
}

func manifestPage(v typed.Manifest) page {
	g := grid{caption: "What the numbers came from", left: 2, header: []string{"what", "value"}}
	add := func(name, format string, args ...any) {
		g.rows = append(g.rows, []string{name, fmt.Sprintf(format, args...)})
	}
	add("data", "%s: %d %ss from %s to %s, %d of them for training, %d channels, %d controls", v.Data.Name, v.Data.Periods, v.Data.Step, v.Data.From, v.Data.To, v.Data.Train, v.Data.Channels, v.Data.Controls)
	add("SHA-256 of the data", "%s", v.Data.SHA256)
	add("sampler", "%s, %d chains of %d + %d draws, target acceptance %v, seed %s", v.Sampler.Name, v.Sampler.Chains, v.Sampler.Warmup, v.Sampler.Draws, v.Sampler.TargetAccept, v.Sampler.Seed)
	add("SHA-256 of the draws", "%s", v.Fit)
	for _, e := range v.Model {
		add(e.Name, "%s", e.Text)
	}
	for _, e := range v.Priors {
		add("prior of "+e.Name, "%s", e.Text)
	}
	for _, e := range v.Version {
		add(e.Name, "%s", e.Text)
	}
	for _, r := range v.Results {
		add(r.Name, "%.6g", r.Value)
	}
	return page{{table: g}}
}

func simulatorPage(v typed.Simulator) page {
	money, sales := typed.Unit{Of: typed.Money, Currency: v.Currency}, typed.Unit{Of: typed.Sales, Currency: v.Currency}
	g := grid{caption: fmt.Sprintf("What if: money per %s over %d %ss, and what media bring", v.Step, v.Periods, v.Step), left: 1, header: []string{"scenario"}}
	for _, c := range v.Channels {
		g.header = append(g.header, c.Name)
	}
	g.header = append(g.header, "media bring", "P(beats today's)")
	for i, s := range v.Scenarios {
		row := []string{s.Name}
		for _, b := range s.Spend {
			row = append(row, number(money, b))
		}
		p := percent1(s.BeatsCurrent)
		if i == 0 {
			p = "-"
		}
		g.rows = append(g.rows, append(row, within(sales, s.Response), p))
	}
	return page{{table: g}}
}
