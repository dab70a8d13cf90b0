package mmm

import (
	"fmt"
	"strconv"
)

func (tab *table) decimal(f *Faults, given byte) byte { return '.' }

func parseCell(cell string, decimal byte) (float64, faultKind, error) {
	v, err := strconv.ParseFloat(cell, 64)
	if err != nil {
		return 0, faultNumber, fmt.Errorf("got %q (want a number)", cell)
	}
	return v, 0, nil
}
