package main

import (
	"context"
	"fmt"
	"io"
	"time"

	"mixmodel/kernel/freeze"
)

type cacheCommand struct {
	Ls    cacheLs    `cmd:"" help:"List frozen results, the least recently used first."`
	GC    cacheGC    `cmd:"" name:"gc" help:"Remove the least recently used ones."`
	Clear cacheClear `cmd:"" help:"Remove all."`
}

type cacheLs struct{}

func (cacheLs) run(_ context.Context, stdout, stderr io.Writer) int {
	all, err := freeze.Store{}.List()
	if err != nil {
		return usage(stderr, err)
	}
	total := int64(0)
	for _, u := range all {
		fmt.Fprintf(stdout, "%s %10d  %s\n", u.Used.Format(time.DateTime), u.Bytes, u.Cell)
		total += u.Bytes
	}
	fmt.Fprintf(stdout, "%d results, %.1f MB\n", len(all), float64(total)/1e6)
	return 0
}

type cacheGC struct {
	MaxMB int64 `default:"2048" help:"How much may stay, in megabytes."`
}

func (c *cacheGC) run(_ context.Context, stdout, stderr io.Writer) int {
	n, bytes, err := freeze.Store{MaxBytes: max(1, c.MaxMB<<20)}.GC()
	if err != nil {
		return usage(stderr, err)
	}
	fmt.Fprintf(stdout, "removed %d results, %.1f MB\n", n, float64(bytes)/1e6)
	return 0
}

type cacheClear struct{}

func (cacheClear) run(_ context.Context, _, stderr io.Writer) int {
	if err := (freeze.Store{}).Clear(); err != nil {
		return usage(stderr, err)
	}
	return 0
}
