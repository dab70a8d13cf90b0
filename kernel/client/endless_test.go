//go:build unix

package client

import (
	"context"
	"fmt"
	"os"

	"mixmodel/kernel/nbformat"
)

// runEndless runs a notebook whose third cell never ends, and says when that
// has started.
func runEndless() {
	nb, err := nbformat.ReadFile("testdata/endless.ipynb")
	if err == nil {
		err = Run(context.Background(), nb, Options{Dir: "testdata", Progress: func(e Event) {
			if e.Kind == CellStart && e.ID == "endless" {
				fmt.Println("running")
			}
		}})
	}
	fmt.Println(err)
	os.Exit(1)
}
