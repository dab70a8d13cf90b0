//go:build unix

package client

import (
	"context"
	"fmt"
	"os"

	"mixmodel/kernel/execute"
	"mixmodel/kernel/nbformat"
)

// runEndless runs a notebook whose third cell never ends, and says when that
// has started.
func runEndless() {
	nb, err := nbformat.ReadFile("testdata/endless.ipynb")
	if err == nil {
		err = execute.Run(context.Background(), nb, GoNB("testdata"), execute.Options{Dir: "testdata", Progress: func(e execute.Event) {
			if e.Kind == execute.CellStart && e.ID == "endless" {
				fmt.Println("running")
			}
		}})
	}
	fmt.Println(err)
	os.Exit(1)
}
