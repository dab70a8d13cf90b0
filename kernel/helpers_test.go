package main

import (
	"os/exec"
	"regexp"
	"strings"
	"testing"
)

var digests = regexp.MustCompile(`digest [0-9a-f]{8}`)

// keepGoCaches keeps the go command's caches where they are while the user's
// cache is elsewhere.
func keepGoCaches(t *testing.T) {
	t.Helper()
	for _, name := range []string{"GOCACHE", "GOMODCACHE"} {
		out, err := exec.Command("go", "env", name).Output()
		if err != nil {
			t.Skipf("no go command: %v", err)
		}
		t.Setenv(name, strings.TrimSpace(string(out)))
	}
}
