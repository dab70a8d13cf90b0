package plot_test

import (
	"fmt"
	"time"

	"mixmodel/mmm"
	"mixmodel/mmm/plot"
)

func ExampleTotalSpend() {
	fig := plot.TotalSpend([]string{"TV", "Radio", "Search"}, []float64{300e3, 80e3, 120e3}, plot.Options{Currency: "$"})
	fmt.Println(fig)
	fmt.Println(fig.Caption())
	fmt.Println(fig.Alt())
	// Output:
	// Total spend per channel
	// TV takes 60.0 % of $500 k.
	// Total spend per channel. Bars, largest first: TV $300 k (60.0 %), Search $120 k (24.0 %), Radio $80.0 k (16.0 %).
}

func ExampleSales() {
	first := time.Date(2024, 1, 7, 0, 0, 0, 0, time.UTC)
	var dates []time.Time
	for week := range 4 {
		dates = append(dates, first.AddDate(0, 0, 7*week))
	}
	fig := plot.Sales(dates, []float64{90e6, 120e6, 110e6, 80e6}, plot.Options{})
	fmt.Println(fig.Alt())
	// Output:
	// Sales over time. Line of 4 weeks, Jan 2024: mean 100 M, lowest 80.0 M on 28 Jan 2024, highest 120 M on 14 Jan 2024.
}

func ExampleForest() {
	roas := mmm.ByChannel{
		Name: "ROAS", Unit: "sales per unit of spend", Channels: []string{"TV", "Radio"},
		Draws: [][]float64{{2, 2.2, 2.4, 2.6, 2.8}, {0.5, 1, 1.5, 2, 2.5}},
	}
	fig := plot.Forest(roas, plot.ForestOptions{Reference: 1, ReferenceName: "pays for itself"})
	fmt.Println(fig.Caption())
	// Output:
	// TV has the highest median, 2.4, with 94 % of the draws from 2.0 to 2.8.
}
