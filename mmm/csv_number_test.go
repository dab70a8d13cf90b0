package mmm

import (
	"math/rand/v2"
	"regexp"
	"testing"
)

// TestShapesOfNumbersMatchTheirPatterns compares with regular expressions on
// every text of up to five of the characters that matter, and on longer ones
// at random.
func TestShapesOfNumbersMatchTheirPatterns(t *testing.T) {
	plain := regexp.MustCompile(`^(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,4})?$`)
	grouped := regexp.MustCompile(`^[1-9]\d{0,2}((,\d{3})+|(_\d{3})+)(\.\d*)?$`)
	const alphabet = "01.,_e+-x"
	found := [2]int{}
	check := func(s string) {
		a, b := plain.MatchString(s), grouped.MatchString(s)
		if isPlain(s) != a || isGrouped(s) != b {
			t.Fatalf("%q: plain %v, grouped %v; the patterns say %v, %v", s, isPlain(s), isGrouped(s), a, b)
		}
		if a {
			found[0]++
		}
		if b {
			found[1]++
		}
	}
	var all func(s string, more int)
	all = func(s string, more int) {
		check(s)
		if more > 0 {
			for _, c := range alphabet {
				all(s+string(c), more-1)
			}
		}
	}
	all("", 5)
	rng := rand.New(rand.NewPCG(1, 0))
	groups := []string{"1", "23", "456", "000", ",000", "_123", ",", ".", "e10", "E-4", "e12345", "é", " "}
	for range 50_000 {
		s := ""
		for range 1 + rng.IntN(6) {
			s += groups[rng.IntN(len(groups))]
		}
		check(s)
	}
	if found[0] < 1000 || found[1] < 200 {
		t.Errorf("only %d texts were plain and %d grouped", found[0], found[1])
	}
}
