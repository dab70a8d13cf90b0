package main

import (
	"bytes"
	"encoding/base64"
	"flag"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"mixmodel/kernel/nbformat"
)

var (
	speed     = flag.Bool("speed", false, "compare rendering with nbconvert")
	nbconvert = flag.String("nbconvert", "jupyter-nbconvert", "the command to compare with")
	runs      = flag.Int("runs", 5, "how often each is run, in turns")
)

// At least twenty times as fast as nbconvert to HTML, start of the process
// included, and never more than 64 MB:
//
//	go test ./report -run TwentyTimes -speed -nbconvert .../jupyter-nbconvert -v
func TestRenderingIsTwentyTimesAsFastAsNbconvert(t *testing.T) {
	if !*speed {
		t.Skip("takes minutes: run with -speed")
	}
	converter, err := exec.LookPath(*nbconvert)
	if err != nil {
		t.Skip("needs nbconvert 7: pip install nbconvert==7.17.1, and -nbconvert=PATH if it is not in PATH:", err)
	}
	dir := t.TempDir()
	ours := filepath.Join(dir, "report.exe")
	if out, err := exec.Command("go", "build", "-o", ours, ".").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for name, path := range largeNotebooks(t, dir) {
		out := filepath.Join(dir, name+".html")
		var theirs, mine []time.Duration
		memory := 0
		for range *runs {
			d, _ := timed(converter, "--to", "html", "--log-level", "ERROR", "--output", out, path)
			theirs = append(theirs, d)
			d, kb := apart(t, ours, "-o", out, path)
			mine, memory = append(mine, d), max(memory, kb)
		}
		a, b := median(theirs), median(mine)
		t.Logf("%s, %s: nbconvert %v, ours %v, %.0f times as fast, at most %d MB", name, size(fileSize(t, path)), a.Round(time.Millisecond), b.Round(time.Millisecond), float64(a)/float64(b), memory>>10)
		if a < 20*b {
			t.Errorf("%s: %.1f times as fast, want 20", name, float64(a)/float64(b))
		}
		if memory > 64<<10 {
			t.Errorf("%s: %d MB, want at most 64", name, memory>>10)
		}
	}
}

// timed runs a command and returns how long it took and its largest resident
// size in kB, 0 where that is not known.
func timed(name string, args ...string) (time.Duration, int) {
	cmd := exec.Command(name, args...)
	start := time.Now()
	if out, err := cmd.CombinedOutput(); err != nil {
		panic(fmt.Sprintf("%s: %v\n%s", name, err, out))
	}
	return time.Since(start), residentKB(cmd.ProcessState)
}

const measured = "REPORT_MEASURED_COMMAND"

// apart does the same from a process of its own: a child is born with the size
// of its parent, and that of a test is large.
func apart(t *testing.T, name string, args ...string) (d time.Duration, kb int) {
	t.Helper()
	cmd := exec.Command(os.Args[0], "-test.run=TestMain")
	cmd.Env = append(os.Environ(), measured+"="+strings.Join(append([]string{name}, args...), "\n"))
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if _, err := fmt.Sscan(string(out), (*int64)(&d), &kb); err != nil {
		t.Fatalf("%q: %v", out, err)
	}
	return d, kb
}

func TestMain(m *testing.M) {
	if line := os.Getenv(measured); line != "" {
		args := strings.Split(line, "\n")
		d, kb := timed(args[0], args[1:]...)
		fmt.Println(int64(d), kb)
		return
	}
	os.Exit(m.Run())
}

func median(list []time.Duration) time.Duration {
	slices.Sort(list)
	return list[len(list)/2]
}

func fileSize(t *testing.T, path string) int {
	t.Helper()
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	return int(info.Size())
}

// largeNotebooks are GoNB's tutorial, if the module is at hand, and two made of
// what notebooks of this field are made of.
func largeNotebooks(t *testing.T, dir string) map[string]string {
	t.Helper()
	list := map[string]string{}
	if out, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/janpfeifer/gonb").Output(); err == nil {
		if path := filepath.Join(strings.TrimSpace(string(out)), "examples", "tutorial.ipynb"); fileSize(t, path) > 0 {
			list["GoNB tutorial"] = path
		}
	}
	for name, pictures := range map[string]int{"1.5 MB": 7, "28 MB": 137} {
		path := filepath.Join(dir, strings.ReplaceAll(name, " ", "-")+".ipynb")
		if err := nbformat.WriteFile(path, largeNotebook(pictures)); err != nil {
			t.Fatal(err)
		}
		list[name] = path
	}
	return list
}

// largeNotebook has pictures of about 150 kB among text, code and tables.
func largeNotebook(pictures int) *nbformat.Notebook {
	rng := rand.New(rand.NewPCG(1, 2))
	nb := &nbformat.Notebook{Metadata: nbformat.Metadata{}}
	nb.Metadata.Set("kernelspec", map[string]string{"name": "gonb", "language": "go", "display_name": "Go"})
	for i := range pictures {
		text := &nbformat.Cell{Type: nbformat.Markdown, Source: fmt.Sprintf("## Section %d\n\nThe effect of $x_%d$ on *sales*:\n\n$$y = \\alpha + \\beta_%d x$$\n\n| a | b |\n|---|---|\n| 1 | 2 |\n", i, i, i)}
		code := &nbformat.Cell{Type: nbformat.Code, Source: "%%\nfor i := range 10 {\n\tfmt.Println(i, \"rows\")\n}\n", ExecutionCount: i + 1}
		code.Outputs = append(code.Outputs, nbformat.Output{Type: nbformat.Stream, Name: "stdout", Text: strings.Repeat("a line of output\n", 20)})
		code.Outputs = append(code.Outputs, shown("image/png", noise(rng, 220)), shown("text/html", "<table><tr><th>channel</th><th>ROAS</th></tr>"+strings.Repeat("<tr><td>TV</td><td>1.5</td></tr>", 30)+"</table>"))
		nb.Cells = append(nb.Cells, text, code, &nbformat.Cell{Type: nbformat.Markdown, Source: "Some words about it."})
	}
	for i, c := range nb.Cells {
		c.ID, c.Metadata = fmt.Sprintf("cell-%d", i+1), nbformat.Metadata{}
	}
	return nb
}

func shown(mime, text string) nbformat.Output {
	o := nbformat.Output{Type: nbformat.DisplayData, Data: nbformat.MIMEBundle{}, Metadata: nbformat.Metadata{}}
	o.Data.SetText(mime, text)
	o.Data.SetText("text/plain", "output")
	return o
}

// noise is a PNG that does not compress, in base64.
func noise(rng *rand.Rand, side int) string {
	img := image.NewRGBA(image.Rect(0, 0, side, side))
	for y := range side {
		for x := range side {
			img.Set(x, y, color.RGBA{uint8(rng.Uint32()), uint8(rng.Uint32()), uint8(rng.Uint32()), 255})
		}
	}
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		panic(err)
	}
	return base64.StdEncoding.EncodeToString(b.Bytes())
}
