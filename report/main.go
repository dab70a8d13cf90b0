// Command report turns a notebook into a page: one HTML file that needs
// nothing but a browser, or Markdown for GitHub.
//
//	go run ./report --execute notebooks/case_study.ipynb
//	go run ./report --profile stakeholder notebooks/case_study.executed.ipynb
//	go run ./report --to md -o docs/case_study.md notebooks/case_study.executed.ipynb
//
// The page shows the notebook as it is, for who wants to learn from it. With
// --profile stakeholder it is a report for who has to decide, made from the
// typed results that cells show: recommendation first, how sure it is, and the
// notebook as an appendix.
//
// The page is written beside the notebook, as NAME.html or NAME.md, unless -o
// says otherwise, in a folder that is made if need be; "-o -" writes it to
// standard output. Markdown keeps its pictures, and their numbers as CSV, in a
// folder NAME_files beside it. With --execute the notebook is run first and
// written to NAME.executed.ipynb; if a cell fails, the report of what was
// finished is written all the same and says that it is incomplete.
//
// What a notebook holds is not trusted: it is cleaned of everything that could
// run or call home, unless --trust is given.
//
// Three verbs go with it:
//
//	go run ./report serve notebooks/case_study.ipynb        # a live preview, for this machine only
//	go run ./report verify notebooks/case_study.html        # recompute the numbers of a notebook or a page
//	go run ./report diff --format md old.html new.html      # what changed, and what of it is noise
//
// The exit status is 0 if all went well, 1 if something failed, 2 for wrong
// usage. Package render does the work.
package main

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"github.com/alecthomas/kong"

	"mixmodel/kernel/headless"
	"mixmodel/kernel/nbformat"
	"mixmodel/report/internal/browser"
	"mixmodel/report/render"
)

// verbs are the commands; without a word, a notebook is rendered.
type verbs struct {
	Render commandLine   `cmd:"" default:"withargs" help:"Write a notebook as one HTML file or as Markdown. The word may be left out."`
	Serve  serveCommand  `cmd:"" help:"Show a notebook in the browser, and again whenever it is saved."`
	Verify verifyCommand `cmd:"" help:"Recompute the numbers of a notebook or a page, and compare."`
	Diff   diffCommand   `cmd:"" help:"Say what changed between two notebooks or pages, and what of it is noise."`
}

// verb is one of them.
type verb interface {
	check() error
	run(ctx context.Context, stdout, stderr io.Writer) int
}

type commandLine struct {
	Notebook string `arg:"" help:"The notebook."`
	Execute  bool   `help:"Run the notebook first, and write it with its outputs to NAME.executed.ipynb."`
	Profile  string `placeholder:"tutorial|stakeholder" enum:"tutorial,stakeholder" default:"tutorial" help:"For whom: \"tutorial\" shows the notebook with its code; \"stakeholder\" what it recommends, and how sure that is."`
	Strict   bool   `help:"Exit with status 2 unless the notebook shows diagnostics and they passed. The report is written all the same."`
	To       string `placeholder:"html|md|pdf" enum:"html,md,pdf," default:"" help:"What to write; pdf needs an installed Chromium. Default: what the name given with -o says, else html."`
	Output   string `short:"o" placeholder:"FILE" help:"Where to write it; - is standard output. Default: beside the notebook."`
	Trust    bool   `help:"Keep the notebook's HTML as it is, scripts included. The page says so."`

	headless.Flags `embed:"" group:"With --execute:"`
}

func main() {
	collectLate()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

// run is the command less the process: it returns the exit status.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	code := -1
	parser, err := kong.New(&verbs{},
		kong.Name("report"),
		kong.Description("Turns a notebook into one self-contained HTML file, PDF or GitHub Markdown."),
		kong.Writers(stdout, stderr),
		kong.Help(help),
		kong.Exit(func(c int) { code = c }),
	)
	if err != nil {
		panic(err) // a mistake in verbs
	}
	line, err := parser.Parse(args)
	if code >= 0 {
		return code // --help has been printed
	}
	var do verb
	if err == nil {
		do = line.Selected().Target.Addr().Interface().(verb)
		err = do.check()
	}
	if err != nil {
		fmt.Fprintf(stderr, "report: %v; see report --help\n", err)
		return 2
	}
	return do.run(ctx, stdout, stderr)
}

// help prints the verbs and, since rendering needs no word, how to render.
func help(o kong.HelpOptions, line *kong.Context) error {
	if err := kong.DefaultHelpPrinter(o, line); err != nil || line.Selected() != nil {
		return err
	}
	render, err := kong.Trace(line.Kong, []string{"render", "NOTEBOOK"})
	if err != nil {
		return err
	}
	fmt.Fprintln(line.Stdout)
	return kong.DefaultHelpPrinter(o, render)
}

func (c *commandLine) check() error {
	if !c.Execute && (len(c.Param) > 0 || c.ParamFile != "") {
		return errors.New("-p and -f set parameters of a run: they need --execute")
	}
	if err := c.Check(); err != nil {
		return err
	}
	if c.To == "" {
		c.To = "html"
		switch strings.ToLower(filepath.Ext(c.Output)) {
		case ".md", ".markdown":
			c.To = "md"
		case ".pdf":
			c.To = "pdf"
		}
	}
	if c.Output != "-" && c.Output != "" && sameFile(c.Output, c.Notebook) {
		return errors.New("-o would overwrite the notebook")
	}
	return nil
}

func sameFile(a, b string) bool {
	x, errX := os.Stat(a)
	y, errY := os.Stat(b)
	return errX == nil && errY == nil && os.SameFile(x, y)
}

func (c *commandLine) run(ctx context.Context, stdout, stderr io.Writer) int {
	data, err := c.load()
	if err != nil {
		fmt.Fprintf(stderr, "report: %s\n", oneLine(err))
		return 1
	}
	if err := c.makeFolder(); err != nil { // before a run that may take long
		fmt.Fprintf(stderr, "report: %v\n", err)
		return 1
	}
	sum := hash(data) // while the notebook is rendered
	nb, err := nbformat.Parse(data)
	if err != nil {
		fmt.Fprintf(stderr, "report: %s: %s\n", c.Notebook, oneLine(err))
		return 1
	}
	status, failure := 0, ""
	if c.Execute {
		if status, failure = c.execute(ctx, nb, stderr); status != 0 && failure == "" {
			return status // nothing ran
		}
	}
	options := render.Options{Name: c.name(), Trust: c.Trust, Profile: render.Profile(c.Profile)}
	if failure != ranInto {
		options.Failure = failure
	}
	if c.Execute {
		data, _ = os.ReadFile(c.beside(".executed.ipynb")) // of a file that is gone nobody needs the hash
		sum = hash(data)
	}
	options.SHA256 = <-sum
	page, err := c.render(ctx, nb, options, stdout, stderr)
	if err != nil {
		fmt.Fprintf(stderr, "report: %s\n", oneLine(err))
		return 1
	}
	if c.Strict && !page.DecisionGrade && status == 0 {
		fmt.Fprintf(stderr, "report: %s: not decision grade: diagnostics failed or are not there\n", c.Notebook)
		return 2
	}
	return status
}

// makeFolder makes the folder that -o names, if it is missing.
func (c *commandLine) makeFolder() error {
	if c.Output == "" || c.Output == "-" {
		return nil
	}
	if err := os.MkdirAll(filepath.Dir(c.Output), 0o777); err != nil {
		return fmt.Errorf("-o %s: its folder cannot be made: %w", c.Output, err)
	}
	return nil
}

// load reads the notebook's file.
func (c *commandLine) load() ([]byte, error) {
	f, err := os.Open(c.Notebook)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if info, err := f.Stat(); err == nil {
		makeRoom(info.Size())
	}
	return nbformat.Bytes(f)
}

// hash returns the SHA-256 of data.
func hash(data []byte) <-chan string {
	sum := make(chan string, 1)
	go func() {
		h := sha256.New()
		for part := range slices.Chunk(data, 1<<20) { // the collector cannot stop a goroutine that hashes
			h.Write(part)
		}
		sum <- fmt.Sprintf("%x", h.Sum(nil))
	}()
	return sum
}

// oneLine joins the lines of an error: each fault of a notebook is one.
func oneLine(err error) string { return strings.ReplaceAll(err.Error(), "\n", "; ") }

// name is the notebook's name without folder and extensions.
func (c *commandLine) name() string {
	name := strings.TrimSuffix(filepath.Base(c.Notebook), ".ipynb")
	return strings.TrimSuffix(name, ".executed")
}

func (c *commandLine) beside(suffix string) string {
	return filepath.Join(filepath.Dir(c.Notebook), c.name()+suffix)
}

// render writes the page and tells where.
func (c *commandLine) render(ctx context.Context, nb *nbformat.Notebook, o render.Options, stdout, stderr io.Writer) (*render.Page, error) {
	out := c.Output
	if out == "" {
		out = c.beside("." + c.To)
	}
	var page *render.Page
	write := func(w io.Writer) (err error) {
		switch c.To {
		case "md":
			o.Folder = strings.TrimSuffix(filepath.Base(out), filepath.Ext(out))
			if page, err = render.Markdown(nb, o, out == "-"); err == nil {
				_, err = w.Write(page.Text)
			}
		case "pdf":
			page, err = writePDF(ctx, w, nb, o)
		default:
			page, err = render.WriteHTML(w, nb, o)
		}
		return err
	}
	if out == "-" {
		if err := write(stdout); err != nil {
			return nil, fmt.Errorf("%s: %w", c.Notebook, err)
		}
		return page, nil
	}
	written, err := writeStream(out, write)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", c.Notebook, err)
	}
	if err := writeAssets(filepath.Dir(out), page.Assets); err != nil {
		return nil, err
	}
	fmt.Fprintf(stderr, "wrote %s (%s%s)\n", out, size(written), files(page.Assets))
	return page, nil
}

func writePDF(ctx context.Context, w io.Writer, nb *nbformat.Notebook, o render.Options) (*render.Page, error) {
	page, err := render.HTML(nb, o)
	if err != nil {
		return nil, err
	}
	pdf, err := browser.PDF(ctx, page.Text)
	if err != nil {
		return nil, err
	}
	_, err = w.Write(pdf)
	return page, err
}

func files(assets []render.Asset) string {
	if len(assets) == 0 {
		return ""
	}
	total := 0
	for _, a := range assets {
		total += len(a.Data)
	}
	folder, _, _ := strings.Cut(assets[0].Name, "/")
	return fmt.Sprintf(", and %d files in %s, %s", len(assets), folder, size(total))
}

func size(bytes int) string {
	if bytes < 1_000_000 {
		return fmt.Sprintf("%.0f kB", float64(bytes)/1e3)
	}
	return fmt.Sprintf("%.1f MB", float64(bytes)/1e6)
}
