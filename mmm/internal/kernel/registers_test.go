package kernel

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

// The register allocator hands out the 32 registers of AVX-512 for AVX2 as
// well when it runs short; the assembler takes them, and a processor that has
// AVX2 only stops at them.
func TestAVX2LoopsUseRegistersOfAVX2Only(t *testing.T) {
	text, err := os.ReadFile("kernel_amd64.s")
	if err != nil {
		t.Fatal(err)
	}
	further := regexp.MustCompile(`\b([XY](1[6-9]|2\d|3[01])|Z\d+|K[0-7])\b`)
	loops := 0
	for _, f := range strings.Split(string(text), "\nTEXT ")[1:] {
		name, body, _ := strings.Cut(f, "\n")
		if !strings.Contains(name, "AVX2(") {
			continue
		}
		loops++
		if found := further.FindAllString(body, -1); found != nil {
			t.Errorf("%s uses %d times what only AVX-512 has, first %s", name, len(found), found[0])
		}
	}
	if loops < 10 {
		t.Errorf("found %d AVX2 loops: the test looks at the wrong text", loops)
	}
}
