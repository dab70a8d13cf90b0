// Command kernel runs Go notebooks, in Jupyter and without.
//
//	go run ./kernel check notebooks/case_study.ipynb      # compile every cell, run none
//	go run ./kernel run notebooks/case_study.ipynb -p draws=200 -o out.ipynb
//	go run ./kernel plan notebooks/case_study.ipynb       # what would run, and why
//	go run ./kernel diff out.ipynb other.ipynb            # compare outputs
//	go run ./kernel clean notebooks/case_study.ipynb      # strip outputs
//	go run ./kernel install                               # for Jupyter
//	go run ./kernel doctor                                # what this machine has
//
// A run compiles cells in the notebook's module and writes the executed notebook
// after every cell. Results of cells are kept in the user's cache and taken from
// there as long as nothing they depend on has changed; --freeze=off runs
// everything. --engine=gonb runs the cells on stock GoNB, built on first use.
//
// The exit status is 0 if all went well, 1 if a cell failed or a check found a
// fault, 2 for wrong usage, files or parameters, 3 after a timeout, 4 after an
// interrupt, 5 if the kernel died, and 6 if outputs differ or are out of date;
// the notebook written then holds everything up to that moment. (The go command
// turns any status but 0 of a program it runs into 1.)
//
// See package execute for what a run is, engine for how cells become programs,
// freeze for how results are kept, server for the Jupyter kernel, and nbformat
// for the file format.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kong"
)

type commandLine struct {
	Run     runCommand     `cmd:"" help:"Execute a notebook and write it with its outputs."`
	Check   checkCommand   `cmd:"" help:"Validate notebooks and compile every cell, without running any."`
	Plan    planCommand    `cmd:"" help:"Tell which cells would run, which are frozen, and why."`
	Diff    diffCommand    `cmd:"" help:"Compare the outputs of two notebooks."`
	Clean   cleanCommand   `cmd:"" help:"Strip the outputs of notebooks."`
	Cache   cacheCommand   `cmd:"" help:"Manage frozen results."`
	Install installCommand `cmd:"" help:"Make the kernel known to Jupyter."`
	Serve   serveCommand   `cmd:"" help:"Be a Jupyter kernel; Jupyter calls this."`
	Doctor  doctorCommand  `cmd:"" help:"Tell what this machine has that notebooks need."`
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

// run is the command less the process: it returns the exit status.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	var line commandLine
	code := -1
	parser, err := kong.New(&line,
		kong.Name("kernel"),
		kong.Description("Runs Go notebooks, in Jupyter and without."),
		kong.UsageOnError(),
		kong.Writers(stdout, stderr),
		kong.Exit(func(c int) { code = c }),
	)
	if err != nil {
		panic(err) // a mistake in commandLine
	}
	command, err := parser.Parse(args)
	if code >= 0 {
		return code // --help has been printed
	}
	if err != nil {
		var parse *kong.ParseError
		if errors.As(err, &parse) {
			_ = parse.Context.PrintUsage(true)
		}
		fmt.Fprintf(stderr, "kernel: %v\n", err)
		return 2
	}
	return command.Selected().Target.Addr().Interface().(interface {
		run(ctx context.Context, stdout, stderr io.Writer) int
	}).run(ctx, stdout, stderr)
}
