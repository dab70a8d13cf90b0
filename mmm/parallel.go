package mmm

import (
	"runtime"
	"sync"
	"time"

	"mixmodel/mmm/diag"
	"mixmodel/mmm/internal/radix"
)

// summarizeAll summarises each row on all processors. It does not modify them.
func summarizeAll(rows [][]float64) []Estimate {
	out := make([]Estimate, len(rows))
	eachSorted(rows, func(i int, sorted []float64) { out[i] = SummarizeSorted(sorted) })
	return out
}

// newBand summarises [period][draw] values.
func newBand(name, unit string, dates []time.Time, values [][]float64) Band {
	b := emptyBand(name, unit, dates)
	eachSorted(values, b.set)
	return b
}

func emptyBand(name, unit string, dates []time.Time) Band {
	n := len(dates)
	return Band{Name: name, Unit: unit, Dates: dates, Mean: make([]float64, n), HDI50: make([][2]float64, n), HDI94: make([][2]float64, n)}
}

// set summarises the draws of a period, ascending.
func (b *Band) set(t int, sorted []float64) {
	b.Mean[t] = diag.Mean(sorted)
	b.HDI50[t][0], b.HDI50[t][1] = diag.HDISorted(sorted, 0.50)
	b.HDI94[t][0], b.HDI94[t][1] = diag.HDISorted(sorted, 0.94)
}

// eachSorted calls f with a sorted copy of each row, on all processors; f must
// not keep it.
func eachSorted(rows [][]float64, f func(i int, sorted []float64)) {
	workers(len(rows), func() func(int) {
		var sorted []float64
		return func(i int) {
			sorted = append(sorted[:0], rows[i]...)
			radix.Sort(sorted)
			f(i, sorted)
		}
	})
}

// parallel calls f(0..n-1) on all processors. f must write only to places
// that belong to its index.
func parallel(n int, f func(i int)) {
	workers(n, func() func(int) { return f })
}

// workers is parallel with scratch memory: newWorker makes that of one
// goroutine and returns its work function.
func workers(n int, newWorker func() func(i int)) {
	next := make(chan int)
	var wg sync.WaitGroup
	for range min(n, runtime.GOMAXPROCS(0)) {
		wg.Go(func() {
			work := newWorker()
			for i := range next {
				work(i)
			}
		})
	}
	for i := range n {
		next <- i
	}
	close(next)
	wg.Wait()
}
