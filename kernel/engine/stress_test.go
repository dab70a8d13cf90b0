package engine

import (
	"crypto/sha256"
	"flag"
	"fmt"
	"os/exec"
	"runtime"
	"strings"
	"testing"
	"unicode/utf8"
)

var stress = flag.Int("stress", 0, "how often to run the stress test, under load")

// stressCell is a program that prints and displays; sync says when it waits.
func stressCell(sync string) string {
	return `import "github.com/janpfeifer/gonb/gonbui"
%%
for i := range 500 {
	fmt.Printf("→ before %d\n", i)
	if i%7 == 0 {
		fmt.Fprintf(os.Stderr, "warning %d ≠\n", i)
	}
	if i%50 == 0 {
		fmt.Print(strings.Repeat("→", 40_001))
	}
	gonbui.DisplayHTML(fmt.Sprintf("<b>%d</b>", i))
	` + sync + `
}
fmt.Println("end")`
}

// Every output arrives, whole and in order. If each display is waited for, the
// place of every character is the same in every run; if not, what a stream
// says and the order of displays are.
//
//	go test ./kernel/engine -run Stress -stress 200
func TestStressLosesNothingAndKeepsTheOrder(t *testing.T) {
	runs := max(*stress, 2)
	if *stress > 0 {
		defer load(t, 3*runtime.NumCPU())()
	}
	s := open(t, Options{})
	for _, test := range []struct {
		name, source string
		exact        bool
	}{
		{"waiting", stressCell("gonbui.Sync()"), true},
		{"not waiting", stressCell(""), false},
	} {
		hashes := map[[32]byte]int{}
		for range runs {
			hashes[stressRun(t, s, test.source, test.exact)]++
		}
		if len(hashes) != 1 {
			t.Errorf("%s: %d runs gave %d different results", test.name, runs, len(hashes))
		}
		t.Logf("%s: %d runs of 500 displays, different results: %d", test.name, runs, len(hashes))
	}
}

// stressRun returns a hash of what was shown, where: text of a stream is
// joined, to the next display if that is exact.
func stressRun(t *testing.T, s *Session, source string, exact bool) [32]byte {
	t.Helper()
	text := map[string]*strings.Builder{"stdout": {}, "stderr": {}}
	var shown strings.Builder
	flush := func() {
		for _, name := range []string{"stdout", "stderr"} {
			fmt.Fprintf(&shown, "%s: %s\n", name, text[name])
			text[name].Reset()
		}
	}
	displays := 0
	err := s.Execute(t.Context(), Cell{"stress", source}, func(o Output) {
		switch o.Kind {
		case Stream:
			if strings.ContainsRune(o.Text, utf8.RuneError) {
				t.Fatalf("a character was broken in %.60q", o.Text)
			}
			text[o.Name].WriteString(o.Text)
		case Display:
			if got, want := string(o.Data["text/html"]), fmt.Sprintf("\"<b>%d</b>\"", displays); got != want {
				t.Fatalf("display %d is %s, want %s", displays, got, want)
			}
			if !strings.Contains(text["stdout"].String(), fmt.Sprintf("→ before %d\n", displays)) {
				t.Fatalf("display %d came before the text before it", displays)
			}
			if exact {
				flush()
			}
			displays++
		}
	})
	flush()
	if err != nil || displays != 500 || !strings.Contains(shown.String(), "end\n") {
		t.Fatalf("got %d displays, %v", displays, err)
	}
	for i := range 500 {
		if !strings.Contains(shown.String(), fmt.Sprintf("→ before %d\n", i)) {
			t.Fatalf("text %d is lost", i)
		}
	}
	return sha256.Sum256([]byte(shown.String()))
}

// load keeps n processes busy until the returned function is called. They are
// not goroutines: those would keep the engine itself from running.
func load(t *testing.T, n int) (stop func()) {
	t.Helper()
	var busy []*exec.Cmd
	stop = func() {
		for _, c := range busy {
			_ = c.Process.Kill()
			_ = c.Wait()
		}
	}
	for range n {
		c := exec.Command("/bin/sh", "-c", "while :; do :; done")
		if err := c.Start(); err != nil {
			stop()
			t.Skip("no load: ", err)
		}
		busy = append(busy, c)
	}
	return stop
}
