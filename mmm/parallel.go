package mmm

import (
	"runtime"
	"sync"

	"mixmodel/mmm/internal/radix"
)

// summarizeAll summarises each row on all processors. It sorts the rows in
// place.
func summarizeAll(rows [][]float64) []Estimate {
	out := make([]Estimate, len(rows))
	parallel(len(rows), func(i int) {
		radix.Sort(rows[i])
		out[i] = SummarizeSorted(rows[i])
	})
	return out
}

// parallel calls f(0..n-1) on all processors. f must write only to places
// that belong to its index.
func parallel(n int, f func(i int)) {
	next := make(chan int)
	var wg sync.WaitGroup
	for range min(n, runtime.GOMAXPROCS(0)) {
		wg.Go(func() {
			for i := range next {
				f(i)
			}
		})
	}
	for i := range n {
		next <- i
	}
	close(next)
	wg.Wait()
}
