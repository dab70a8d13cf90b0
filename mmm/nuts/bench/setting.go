package main

import (
	"bufio"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"time"

	"mixmodel/mmm"
	"mixmodel/mmm/adstock"
	"mixmodel/mmm/dist"
	"mixmodel/mmm/saturation"
	"mixmodel/mmm/twin"
)

// setting is what every configuration is asked to do.
type setting struct {
	data                         string // the case study's CSV file
	chains, warmup, draws, cores int
	target                       float64
}

// The model, for the peers' data.
const (
	maxLag       = 5
	fourierOrder = 5
	daysPerYear  = 365.25
)

// lastTraining is the last possible training day.
var lastTraining = time.Date(2018, 2, 1, 0, 0, 0, 0, time.UTC)

func readTraining(path string) (*mmm.Data, error) {
	all, err := mmm.ReadCSV(path, twin.Columns())
	if err != nil {
		return nil, err
	}
	train, _, err := all.SplitAt(lastTraining)
	return train, err
}

// caseStudy is the case study's model, as peers/ states it too.
func caseStudy(train *mmm.Data) mmm.Model {
	return mmm.Model{
		Adstock:     adstock.Geometric{MaxLag: maxLag, Alpha: dist.Beta{Alpha: 1, Beta: 3}},
		Saturation:  saturation.Logistic{Beta: dist.HalfNormals(train.SpendShare()), Lambda: dist.Gamma{Alpha: 3, Beta: 1}},
		Seasonality: mmm.Fourier{Order: fourierOrder, Period: daysPerYear, Coefficients: dist.Laplace{Mu: 0, B: 1}},
		Intercept:   dist.Normal{Mu: 0.2, Sigma: 0.05},
		Controls:    dist.Normal{Mu: 0, Sigma: 1},
		Likelihood:  mmm.TruncatedNormal{Sigma: dist.HalfNormal{Sigma: 1}},
	}
}

// writeDesign writes what the peers sample from into folder: y.csv, x.csv and
// z.csv (sales and spend over their largest values, controls; a row per week),
// f.csv (sines, then cosines, of the day of the year) and share.csv (the
// channels' shares in spend).
func writeDesign(data, folder string) error {
	train, err := readTraining(data)
	if err != nil {
		return err
	}
	var x, z, f [][]float64
	for c := range train.Channels() {
		x = append(x, overLargest(train.Spend(c)))
	}
	for k := range train.Controls() {
		z = append(z, train.Control(k))
	}
	for _, wave := range []func(float64) float64{math.Sin, math.Cos} {
		for n := 1; n <= fourierOrder; n++ {
			var column []float64
			for _, d := range train.Dates() {
				column = append(column, wave(2*math.Pi*float64(n)*float64(d.YearDay())/daysPerYear))
			}
			f = append(f, column)
		}
	}
	for name, columns := range map[string][][]float64{
		"y": {overLargest(train.Target())}, "x": x, "z": z, "f": f, "share": {train.SpendShare()},
	} {
		if err := writeColumns(filepath.Join(folder, name+".csv"), columns); err != nil {
			return err
		}
	}
	return nil
}

func overLargest(x []float64) []float64 {
	largest := slices.Max(x)
	out := make([]float64, len(x))
	for i, v := range x {
		out[i] = v / largest
	}
	return out
}

func writeColumns(path string, columns [][]float64) error {
	file, err := os.Create(path)
	if err != nil {
		return err
	}
	defer file.Close()
	w := bufio.NewWriter(file)
	for t := range columns[0] {
		for c := range columns {
			if c > 0 {
				w.WriteByte(',')
			}
			w.WriteString(strconv.FormatFloat(columns[c][t], 'g', -1, 64))
		}
		w.WriteByte('\n')
	}
	if err := w.Flush(); err != nil {
		return err
	}
	return file.Close()
}
