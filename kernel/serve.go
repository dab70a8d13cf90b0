package main

import (
	"context"
	"fmt"
	"io"
	"os/signal"
	"syscall"

	"mixmodel/kernel/server"
)

type serveCommand struct {
	ConnectionFile string `short:"f" required:"" placeholder:"FILE" help:"Jupyter's connection file."`
}

// run is the Jupyter kernel. An interrupt ends the running cell, not the
// kernel.
func (c *serveCommand) run(_ context.Context, _, stderr io.Writer) int {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGHUP)
	defer stop()
	if err := server.Run(ctx, c.ConnectionFile, server.Options{Log: stderr}); err != nil {
		fmt.Fprintf(stderr, "kernel: %v\n", err)
		return 1
	}
	return 0
}

type installCommand struct {
	Name      string `default:"gonb" help:"The kernelspec's name; notebooks of GoNB ask for gonb."`
	DataDir   string `placeholder:"DIR" help:"Jupyter's data folder, such as share/jupyter of a Python environment. Default: the user's."`
	Binary    bool   `help:"Install an executable of its own, which works for notebooks of any module."`
	Force     bool   `help:"Replace a kernelspec that is not ours."`
	Uninstall bool   `help:"Remove the kernelspec again."`
}

func (c *installCommand) run(_ context.Context, stdout, stderr io.Writer) int {
	o := server.InstallOptions{Name: c.Name, DataDir: c.DataDir, Binary: c.Binary, Force: c.Force}
	do, what := server.Install, "installed"
	if c.Uninstall {
		do, what = server.Uninstall, "removed"
	}
	dir, err := do(o)
	if err != nil {
		return usage(stderr, err)
	}
	fmt.Fprintf(stdout, "%s %s\n", what, dir)
	return 0
}
