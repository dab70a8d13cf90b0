package nbformat

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// large writes a notebook like the largest in use: 733 cells and 137 pictures
// of 150 kB, 28 MB in all.
func large(t testing.TB) string {
	rng := rand.New(rand.NewPCG(1, 2))
	nb := &Notebook{Metadata: Metadata{}}
	for i := range 733 {
		c := &Cell{ID: fmt.Sprintf("cell-%d", i+1), Type: Markdown, Metadata: Metadata{}, Source: strings.Repeat("Some *prose* with a formula $x^2$.\n", 4)}
		if i%2 == 1 {
			c.Type, c.ExecutionCount = Code, i
			c.Outputs = []Output{{Type: Stream, Name: "stdout", Text: strings.Repeat("a line of output\n", 20)}}
		}
		if i%16 < 3 && i < 731 { // 138 cells, of which the last is left out
			picture := make([]byte, 153_000)
			for j := range picture {
				picture[j] = byte(rng.Uint32())
			}
			copy(picture, "\x89PNG\r\n\x1a\n")
			c.Type = Code
			c.Outputs = append(c.Outputs, Output{Type: DisplayData, Data: MIMEBundle{}, Metadata: Metadata{}})
			c.Outputs[len(c.Outputs)-1].Data.SetText("image/png", base64.StdEncoding.EncodeToString(picture))
			c.Outputs[len(c.Outputs)-1].Data.SetText("text/plain", "<Figure size 640x480 with 1 Axes>")
		}
		nb.Cells = append(nb.Cells, c)
	}
	path := filepath.Join(t.TempDir(), "large.ipynb")
	if err := WriteFile(path, nb); err != nil {
		t.Fatal(err)
	}
	return path
}

func BenchmarkReadLarge(b *testing.B) {
	path := large(b)
	info, err := os.Stat(path)
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(info.Size())
	b.ReportAllocs()
	for b.Loop() {
		if _, err := ReadFile(path); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkWriteLarge(b *testing.B) {
	nb, err := ReadFile(large(b))
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if err := Write(io.Discard, nb); err != nil {
			b.Fatal(err)
		}
	}
}

const largeVariable = "MIXMODEL_TEST_LARGE"

// TestReadingInAProcess is a process of the test below.
func TestReadingInAProcess(t *testing.T) {
	path := os.Getenv(largeVariable)
	if path == "" {
		t.Skip("runs only as a process of another test")
	}
	start := time.Now()
	nb, err := ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	took := time.Since(start)
	var size int
	for _, c := range nb.Cells {
		for _, o := range c.Outputs {
			if picture, ok := o.Data.Bytes("image/png"); ok {
				size += len(picture)
			}
		}
	}
	status, _ := os.ReadFile("/proc/self/status")
	_, peak, _ := strings.Cut(string(status), "VmHWM:")
	fmt.Printf("RESULT %d %d %s\n", took.Milliseconds(), size, strings.Fields(peak + " 0")[0])
}

// TestALargeNotebookIsReadWithoutCopies takes time and the largest memory of a
// process that reads 28 MB and looks at every picture.
func TestALargeNotebookIsReadWithoutCopies(t *testing.T) {
	path := large(t)
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	c := exec.Command(os.Args[0], "-test.run=^TestReadingInAProcess$")
	c.Env = append(os.Environ(), largeVariable+"="+path)
	out, err := c.CombinedOutput()
	_, line, ok := bytes.Cut(out, []byte("RESULT "))
	if err != nil || !ok {
		t.Fatalf("%v\n%s", err, out)
	}
	var millis, size int
	var peak string
	fmt.Sscan(string(line), &millis, &size, &peak)
	kB, _ := strconv.Atoi(peak)
	processor := c.ProcessState.UserTime() + c.ProcessState.SystemTime()
	t.Logf("%.1f MB read in %d ms; the process took %v of processor time and %d MB at most", float64(info.Size())/1e6, millis, processor, kB/1000)
	if size < 27_000_000 {
		t.Errorf("saw %d bytes of pictures, want 137 of 204 kB", size)
	}
	if kB > 64_000 { // 0 where the system does not tell
		t.Errorf("took %d MB, want at most 64", kB/1000)
	}
	if processor > 500*time.Millisecond { // a tenth of it on an idle machine
		t.Errorf("took %v of processor time", processor)
	}
}

func TestWhatWasReadIsAWindowOfTheFile(t *testing.T) {
	nb, err := ReadFile(large(t))
	if err != nil {
		t.Fatal(err)
	}
	allocated := testing.AllocsPerRun(1, func() {
		for _, c := range nb.Cells {
			for _, o := range c.Outputs {
				o.Data.Bytes("image/png")
			}
		}
	})
	if allocated > 0 {
		t.Errorf("looking at all pictures allocated %v times", allocated)
	}
	for _, c := range nb.Cells {
		for _, o := range c.Outputs {
			if raw := o.Data["image/png"]; raw != nil && cap(raw) != len(raw) {
				t.Fatal("a window can grow into what follows it")
			}
		}
	}
}
