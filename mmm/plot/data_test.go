package plot

import (
	"math"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"mixmodel/kernel/display/typed"
)

func TestEveryFigureCarriesItsData(t *testing.T) {
	n := 0
	for name, f := range figures() {
		v := f.Typed()
		data, err := typed.Marshal(v)
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if f.Data().Len() == 0 || !strings.HasPrefix(f.Label(), "fig-") {
			t.Errorf("%s: %d rows, label %q", name, f.Data().Len(), f.Label())
		}
		if len(data) > 2*len(f.SVG())+2000 {
			t.Errorf("%s: data take %d bytes, the picture %d", name, len(data), len(f.SVG()))
		}
		n++
	}
	if n != len(figures()) || n < 29 {
		t.Errorf("looked at %d figures", n)
	}
}

func TestTheDataAreTheNumbersDrawn(t *testing.T) {
	days := []time.Time{time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(2024, 1, 8, 0, 0, 0, 0, time.UTC)}
	f := Sales(days, []float64{1234567.8, 2}, Options{Currency: "$"})
	want := []typed.Column{
		{Label: "week", Text: []string{"2024-01-01", "2024-01-08"}},
		{Label: "sales", Unit: typed.Unit{Of: typed.Sales, Currency: "$"}, Values: typed.Numbers{1235000, 2}},
	}
	if d := cmp.Diff(want, f.Data().Columns); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	f = SpendSeries(days, []string{"TV", "Radio"}, [][]float64{{1, 2}, {3, math.NaN()}}, Options{})
	if got := f.Data().Columns[2]; got.Label != "Radio" || got.Values[0] != 3 || !math.IsNaN(got.Values[1]) {
		t.Errorf("got %v", got)
	}
}

func TestALabelComesFromTitleOrFunctionUnlessGiven(t *testing.T) {
	for title, want := range map[string]string{
		"Return on ad spend":        "fig-return-on-ad-spend",
		"Was würde  «es» bringen?":  "fig-was-w-rde-es-bringen",
		"ShareVsROAS":               "fig-share-vs-roas",
		"CRPS":                      "fig-crps",
		"日本":                        "fig",
		strings.Repeat("long ", 40): "fig-long-long-long-long-long-long-long-long-long-long-long-l",
	} {
		if got := labelOf(title); got != want {
			t.Errorf("%q gave %q, want %q", title, got, want)
		}
	}
	f := TotalSpend([]string{"TV"}, []float64{1}, Options{Label: "fig-money"})
	if f.Label() != "fig-money" {
		t.Errorf("got %q", f.Label())
	}
	if f := TotalSpend([]string{"TV"}, []float64{1}, Options{}); f.Label() != "fig-total-spend" {
		t.Errorf("got %q", f.Label())
	}
}
