package display

import (
	"testing"

	"mixmodel/kernel/display/typed"
)

func TestNumbersArePrintedAsFinelyAsTheyAreKnown(t *testing.T) {
	for _, test := range []struct{ got, want string }{
		{number(typed.Unit{Of: typed.Money, Currency: "$"}, 1_234_567), "$1.23 M"},
		{number(typed.Unit{Of: typed.Sales}, 20.6e9), "20.6 bn"},
		{number(typed.Unit{Of: typed.Money, Currency: "€"}, -1234), "-€1.23 k"},
		{number(typed.Unit{Of: typed.Fraction}, 0.2312), "23.1 %"},
		{number(typed.Unit{Of: typed.Count}, 1234.4), "1,234"},
		{number(typed.Unit{}, 0), "0.00"},
		{number(typed.Unit{}, 12345), "12,345"},
		{withInterval(typed.Unit{Of: typed.Ratio}, typed.Estimate{Mean: 14.84, Low: 8.94, High: 20.66, Prob: 0.94}), "15 (94 % interval 9 to 21)"},
		{withInterval(typed.Unit{Of: typed.Fraction}, typed.Estimate{Mean: 0.1123, Low: -0.0411, High: 0.284, Prob: 0.94}), "11 % (94 % interval -4 % to 28 %)"},
		{withInterval(typed.Unit{Of: typed.Sales}, typed.Estimate{Mean: 4.71e9, Low: 0.93e9, High: 6.66e9, Prob: 0.5}), "4.7 bn (50 % interval 900 M to 6.7 bn)"},
		{interval(typed.Unit{Of: typed.Sales}, 36_012, 2.9e9), "0 to 2.9 bn"},
		{interval(typed.Unit{Of: typed.Money}, 161, 11.2e6), "0 to 11 M"},
		{interval(typed.Unit{}, 0.9312, 1.1234), "0.93 to 1.12"},
		{withInterval(typed.Unit{Of: typed.Ratio}, typed.Estimate{Mean: 2, Low: 2, High: 2, Prob: 0.94}), "2.00 (94 % interval 2.00 to 2.00)"},
	} {
		if test.got != test.want {
			t.Errorf("got %q, want %q", test.got, test.want)
		}
	}
}
