package typed

import "testing"

func TestNumbersArePrintedAsFinelyAsTheyAreKnown(t *testing.T) {
	for _, test := range []struct{ got, want string }{
		{Unit{Of: Money, Currency: "$"}.Text(1_234_567), "$1.23 M"},
		{Unit{Of: Sales}.Text(20.6e9), "20.6 bn"},
		{Unit{Of: Money, Currency: "€"}.Text(-1234), "-€1.23 k"},
		{Unit{Of: Fraction}.Text(0.2312), "23.1 %"},
		{Unit{Of: Count}.Text(1234.4), "1,234"},
		{Unit{}.Text(0), "0.00"},
		{Unit{}.Text(12345), "12,345"},
		{Unit{Of: Ratio}.Estimate(Estimate{Mean: 14.84, Low: 8.94, High: 20.66, Prob: 0.94}), "15 (94 % interval 9 to 21)"},
		{Unit{Of: Fraction}.Estimate(Estimate{Mean: 0.1123, Low: -0.0411, High: 0.284, Prob: 0.94}), "11 % (94 % interval -4 % to 28 %)"},
		{Unit{Of: Sales}.Estimate(Estimate{Mean: 4.71e9, Low: 0.93e9, High: 6.66e9, Prob: 0.5}), "4.7 bn (50 % interval 930 M to 6.7 bn)"},
		{Unit{}.Interval(0.9312, 1.1234), "0.93 to 1.12"},
		{Unit{Of: Ratio}.Estimate(Estimate{Mean: 2, Low: 2, High: 2, Prob: 0.94}), "2.00 (94 % interval 2.00 to 2.00)"},
	} {
		if test.got != test.want {
			t.Errorf("got %q, want %q", test.got, test.want)
		}
	}
}
