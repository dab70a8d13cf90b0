// Command gen writes case_study_twin.csv and case_study_twin_truth.json into
// the folder that its argument names. go generate ./mmm/twin runs it.
package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"mixmodel/mmm/twin"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "gen:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) != 1 {
		return errors.New("want one argument, the folder to write to")
	}
	data, truth, err := twin.Generate(twin.Options{Seed: twin.CaseStudySeed})
	if err != nil {
		return err
	}
	var table, answers bytes.Buffer
	if err := errors.Join(twin.WriteCSV(&table, data), twin.WriteTruth(&answers, truth)); err != nil {
		return err
	}
	return errors.Join(
		os.WriteFile(filepath.Join(args[0], "case_study_twin.csv"), table.Bytes(), 0o644),
		os.WriteFile(filepath.Join(args[0], "case_study_twin_truth.json"), answers.Bytes(), 0o644),
	)
}
