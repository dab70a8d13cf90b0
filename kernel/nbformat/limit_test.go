package nbformat

import (
	"bytes"
	"io"
	"strings"
	"testing"
)

// endless is JSON that never ends.
type endless struct{ read int64 }

func (e *endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = ' '
	}
	e.read += int64(len(p))
	return len(p), nil
}

func TestReadStopsAtTheLargestSize(t *testing.T) {
	if testing.Short() {
		t.Skip("takes 256 MB: left out with -short")
	}
	var e endless
	_, err := Read(&e)
	if err == nil || err.Error() != "nbformat: larger than 128 MiB" {
		t.Errorf("got %v, want that it is too large", err)
	}
	if e.read > 2*MaxBytes {
		t.Errorf("read %d bytes, want few more than %d", e.read, MaxBytes)
	}
}

// A notebook at the limit of nesting is read and written; one level more is
// neither.
func TestNestingHasOneLimitForReadingAndWriting(t *testing.T) {
	nested := func(levels int) string {
		return `{"nbformat": 4, "nbformat_minor": 5, "cells": [], "metadata": {"x": ` + strings.Repeat("[", levels) + strings.Repeat("]", levels) + `}}`
	}
	nb, err := parse(nested(MaxDepth - outerDepth))
	if err != nil {
		t.Fatal(err)
	}
	if err := Write(io.Discard, nb); err != nil {
		t.Error(err)
	}
	for levels := MaxDepth - outerDepth + 1; levels < MaxDepth+3; levels++ {
		if _, err := parse(nested(levels)); err == nil {
			t.Errorf("%d levels: got no error", levels)
		}
	}
	nb.Metadata["x"] = []byte(strings.Repeat("[", 1000) + strings.Repeat("]", 1000))
	var out bytes.Buffer
	if err := Write(&out, nb); err == nil || out.Len() > 0 {
		t.Errorf("writing 1000 levels: got %v and %d bytes", err, out.Len())
	}
}
