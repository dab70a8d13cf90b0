package freeze

import (
	"encoding/json"
	"fmt"
	"slices"
)

// Compare says how a new result differs from a kept one, "" if it does not.
// Inputs do not count.
func Compare(kept, now Entry) string {
	for i := range min(len(kept.Outputs), len(now.Outputs)) {
		a, errA := json.Marshal(kept.Outputs[i].Output)
		b, errB := json.Marshal(now.Outputs[i].Output)
		if errA != nil || errB != nil || string(a) != string(b) {
			return fmt.Sprintf("output %d differs: %d bytes with digest %.8s were kept, now it is %d bytes with digest %.8s",
				i+1, len(a), digestOf(a), len(b), digestOf(b))
		}
	}
	if len(kept.Outputs) != len(now.Outputs) {
		return fmt.Sprintf("%d outputs were kept, now there are %d", len(kept.Outputs), len(now.Outputs))
	}
	for _, f := range kept.Files {
		if !f.Cache && !slices.Contains(now.Files, f) {
			return fmt.Sprintf("the file %s is another one", f.Path)
		}
	}
	return ""
}
