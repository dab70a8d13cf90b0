package adstocktest

import (
	"errors"
	"math"
	"strings"
	"testing"

	"mixmodel/mmm/dist"
)

// twoWeeks is a correct transform with weights 1-share and share. Its fault,
// if set, breaks the rule of that name.
type twoWeeks struct{ fault string }

func (a twoWeeks) Params() []dist.Param {
	p := []dist.Param{{Name: "share", Prior: dist.Beta{Alpha: 2, Beta: 2}}}
	if a.fault == "parameters" {
		p[0].Name = ""
	}
	return p
}

func (a twoWeeks) Len() int { return 2 }

func (a twoWeeks) Check() error {
	if a.fault == "valid" {
		return errors.New("a fault")
	}
	return nil
}

var sink []float64

func (a twoWeeks) Weights(w []float64, dw [][]float64, theta []float64) {
	w[0], w[1] = 1-theta[0], theta[0]
	if dw != nil {
		dw[0][0], dw[0][1] = -1, 1
	}
	switch a.fault {
	case "weights":
		w[1] = math.NaN()
	case "pure":
		if dw == nil {
			w[1] = math.Nextafter(w[1], 1)
		}
	case "gradient":
		if dw != nil {
			dw[0][1] = 1.00001
		}
	case "allocation":
		sink = make([]float64, 3)
	}
}

func TestCorrectTransformPasses(t *testing.T) {
	Run(t, twoWeeks{})
	if err := Check(twoWeeks{}); err != nil {
		t.Error(err)
	}
}

func TestEachRuleFindsItsFault(t *testing.T) {
	for _, r := range rules {
		err := Check(twoWeeks{fault: r.name})
		if err == nil || !strings.Contains(err.Error(), "adstocktest: "+r.name+": ") {
			t.Errorf("fault %q: got %v", r.name, err)
		}
	}
	if len(rules) != 6 {
		t.Errorf("tried %d rules, want 6", len(rules))
	}
}

func TestPanicIsReported(t *testing.T) {
	if err := Check(nil); err == nil || !strings.Contains(err.Error(), "panic") {
		t.Errorf("got %v, want a panic reported", err)
	}
}
