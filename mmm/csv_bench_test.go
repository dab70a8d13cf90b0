package mmm

import "testing"

// BenchmarkReadCSV reads the case study's table: every notebook cell does.
func BenchmarkReadCSV(b *testing.B) {
	for b.Loop() {
		Must(ReadCSV("../testdata/case_study_twin.csv", caseStudyColumns))
	}
}
