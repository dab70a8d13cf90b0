package memo

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
)

// Do returns the value that compute returned when it was called before with
// the same name, inputs and code, or calls it and keeps what it returns. An
// error of compute is returned as it is, and nothing is kept.
//
// While another process computes the same value, Do waits for it. Cancelling
// ctx ends the wait, and compute sees it.
//
// Cost of a value that is there: reading it, the digest of the inputs, and the
// sources of the local packages it depends on, once per program: the model
// library takes about 20 ms.
func Do[T any](ctx context.Context, name string, inputs Digest, compute func(context.Context) (T, error)) (T, error) {
	return DoIn(ctx, Store{}, name, inputs, compute)
}

// DoIn is [Do] with a store of the caller's.
func DoIn[T any](ctx context.Context, s Store, name string, inputs Digest, compute func(context.Context) (T, error)) (T, error) {
	var value T
	defer unseen.tell()
	if inputs.err != nil {
		return value, fmt.Errorf("memo: %s: %w", name, inputs.err)
	}
	code, open, err := codeOf(compute)
	if err != nil {
		s.notKept(name, fmt.Errorf("what code it depends on is unknown: %w", err))
		return compute(ctx)
	}
	e := entry{Name: name, Key: keyOf(name, inputs, reflect.TypeFor[T](), code)}
	if underway(ctx, e.Key) {
		return value, fmt.Errorf("memo: %s needs itself to be computed", name)
	}
	if s.read(e, &value) {
		return value, nil
	}
	unlock, err := s.lock(ctx, e)
	switch {
	case err == nil:
		defer unlock()
	case ctx.Err() != nil:
		return value, fmt.Errorf("memo: %s: %w", name, context.Cause(ctx))
	} // without a lock the value may be computed twice, no more
	if s.read(e, &value) { // computed while this process waited
		return value, nil
	}
	if len(open) > 0 {
		s.warn("%s uses %s, not among its inputs: a change of the value would go unseen", name, strings.Join(open, ", "))
	}
	return computed(withUnderway(ctx, e.Key), s, e, compute)
}

// computed computes the value and keeps it if that is possible.
func computed[T any](ctx context.Context, s Store, e entry, compute func(context.Context) (T, error)) (T, error) {
	record, err := recording()
	if err != nil {
		s.notKept(e.Name, err)
		return compute(ctx)
	}
	defer record.stop()
	value, err := compute(ctx)
	if err != nil {
		return value, err
	}
	if err := keep(s, e, record, value); err != nil {
		s.notKept(e.Name, err)
	}
	return value, nil
}

func keep[T any](s Store, e entry, record *recorder, value T) (err error) {
	if e.Files, err = record.files(); err != nil {
		return err
	}
	raw, err := encode(value)
	if err != nil {
		return err
	}
	return s.write(e, raw)
}

// Must returns v, or panics if err is not nil: for cells.
func Must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// underwayKey is the context key of the values being computed.
type underwayKey struct{}

func underway(ctx context.Context, key string) bool {
	keys, _ := ctx.Value(underwayKey{}).([]string)
	return slices.Contains(keys, key)
}

func withUnderway(ctx context.Context, key string) context.Context {
	keys, _ := ctx.Value(underwayKey{}).([]string)
	return context.WithValue(ctx, underwayKey{}, append(slices.Clip(keys), key))
}

func keyOf(name string, inputs Digest, value reflect.Type, code string) string {
	d := Inputs(entryFormat, name, value.String(), inputs.sum[:], code)
	return d.String()
}

// errNotEqual is why a value is not kept.
var errNotEqual = errors.New("it does not come back equal from encoding/gob, which leaves out unexported fields and pointers to zero (want exported fields, or methods MarshalBinary and UnmarshalBinary)")
