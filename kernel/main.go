// Command kernel runs Go notebooks without Jupyter.
//
//	go run ./kernel run notebooks/case_study.ipynb -p draws=200 -o out.ipynb
//
// It starts stock GoNB, built on first use and kept in the user's cache, and
// writes the executed notebook after every cell. The exit status is 0 if all
// cells succeeded, 1 if one failed, 2 for wrong usage, files or parameters, 3
// after a timeout, 4 after an interrupt and 5 if the kernel died; the notebook
// written then holds everything up to that moment. (The go command turns any
// status but 0 of a program it runs into 1.)
//
// See package client for what a run is, and nbformat for the file format.
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
	Run runCommand `cmd:"" help:"Execute a notebook and write it with its outputs."`
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
		kong.Description("Runs Go notebooks without Jupyter."),
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
