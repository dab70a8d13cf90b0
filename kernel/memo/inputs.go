package memo

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"math"
	"reflect"
	"slices"
	"unsafe"
)

// Digest identifies values by their content.
type Digest struct {
	sum [sha256.Size]byte
	err error
}

// String is the digest in hexadecimal.
func (d Digest) String() string { return hex.EncodeToString(d.sum[:]) }

// Inputs returns the digest of the values a computation depends on. Equal
// values have equal digests in every process; types count by their name.
//
// A value with a method Fingerprint() string counts by that, one with
// MarshalBinary by its result, and any other by what it holds, unexported
// fields and what pointers point to included. A nil slice or map equals an
// empty one. Functions, channels and values that hold themselves have no
// digest: [Do] returns an error that names the input.
//
// Cost: 16,000 draws of 55 parameters, 7 MB, take about 10 ms.
func Inputs(values ...any) Digest {
	h := sha256.New()
	d := digester{w: bufio.NewWriterSize(h, 1<<16)}
	for i, v := range values {
		d.text(typeName(reflect.TypeOf(v)))
		if err := d.value(addressable(reflect.ValueOf(v))); err != nil {
			return Digest{err: fmt.Errorf("input %d (%T): %w", i+1, v, err)}
		}
	}
	return Digest{sum: d.sum(h)}
}

type digester struct {
	w     *bufio.Writer
	depth int // pointers, slices and maps around the value at hand
}

func (d *digester) sum(h hash.Hash) (sum [sha256.Size]byte) {
	d.w.Flush()
	h.Sum(sum[:0])
	return sum
}

func (d *digester) number(x uint64) {
	var b [8]byte
	binary.LittleEndian.PutUint64(b[:], x)
	d.w.Write(b[:])
}

func (d *digester) text(s string) {
	d.number(uint64(len(s)))
	d.w.WriteString(s)
}

func typeName(t reflect.Type) string {
	if t == nil {
		return "nil"
	}
	return t.PkgPath() + " " + t.String()
}

// addressable returns a copy whose unexported fields can be looked into.
func addressable(v reflect.Value) reflect.Value {
	if !v.IsValid() || v.CanAddr() {
		return v
	}
	c := reflect.New(v.Type()).Elem()
	c.Set(v)
	return c
}

// fingerprinted is a value that knows what identifies it.
type fingerprinted interface{ Fingerprint() string }

// value writes what identifies v, which is addressable or invalid.
func (d *digester) value(v reflect.Value) error {
	switch {
	case !v.IsValid():
		return nil
	case d.depth > maxDepth:
		return errCycle
	}
	if done, err := d.byMethod(v); done || err != nil {
		return err
	}
	switch v.Kind() {
	case reflect.Bool:
		if v.Bool() {
			d.number(1)
		} else {
			d.number(0)
		}
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		d.number(uint64(v.Int()))
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr:
		d.number(v.Uint())
	case reflect.Float32, reflect.Float64:
		d.number(math.Float64bits(v.Float()))
	case reflect.Complex64, reflect.Complex128:
		d.number(math.Float64bits(real(v.Complex())))
		d.number(math.Float64bits(imag(v.Complex())))
	case reflect.String:
		d.text(v.String())
	case reflect.Slice, reflect.Array:
		return d.list(v)
	case reflect.Map:
		return d.mapping(v)
	case reflect.Struct:
		return d.fields(v)
	case reflect.Pointer, reflect.Interface:
		return d.pointed(v)
	default: // functions, channels, unsafe pointers
		if v.IsZero() {
			d.number(0)
			return nil
		}
		return fmt.Errorf("a %s has no digest (want only what the value depends on)", v.Kind())
	}
	return nil
}

// byMethod asks v, or a pointer to it, for what identifies it.
func (d *digester) byMethod(v reflect.Value) (bool, error) {
	if v.Kind() == reflect.Interface || v.Kind() == reflect.Pointer {
		return false, nil // what it points to is asked
	}
	switch x := v.Addr().Interface().(type) {
	case fingerprinted:
		d.text(x.Fingerprint())
		return true, nil
	case encoding.BinaryMarshaler:
		raw, err := x.MarshalBinary()
		d.text(string(raw))
		return true, err
	}
	return false, nil
}

func (d *digester) list(v reflect.Value) error {
	if v.Kind() == reflect.Slice {
		d.number(uint64(v.Len()))
		switch x := v.Interface().(type) {
		case []byte:
			d.w.Write(x)
			return nil
		case []float64:
			for _, f := range x {
				d.number(math.Float64bits(f))
			}
			return nil
		}
		defer d.deeper()()
	}
	for i := range v.Len() {
		if err := d.value(v.Index(i)); err != nil {
			return within(fmt.Sprintf("[%d]", i), err)
		}
	}
	return nil
}

// mapping digests each pair by itself, since a map has no order.
func (d *digester) mapping(v reflect.Value) error {
	d.number(uint64(v.Len()))
	defer d.deeper()()
	pairs := make([][sha256.Size]byte, 0, v.Len())
	for it := v.MapRange(); it.Next(); {
		h := sha256.New()
		one := digester{w: bufio.NewWriter(h), depth: d.depth}
		err := errors.Join(one.value(addressable(it.Key())), one.value(addressable(it.Value())))
		if err != nil {
			return within(fmt.Sprintf("[%v]", it.Key()), err)
		}
		pairs = append(pairs, one.sum(h))
	}
	slices.SortFunc(pairs, func(a, b [sha256.Size]byte) int { return bytes.Compare(a[:], b[:]) })
	for _, p := range pairs {
		d.w.Write(p[:])
	}
	return nil
}

func (d *digester) fields(v reflect.Value) error {
	for i := range v.NumField() {
		f := v.Field(i)
		if !f.CanInterface() {
			f = reflect.NewAt(f.Type(), unsafe.Pointer(f.UnsafeAddr())).Elem()
		}
		if err := d.value(f); err != nil {
			return within("."+v.Type().Field(i).Name, err)
		}
	}
	return nil
}

func (d *digester) pointed(v reflect.Value) error {
	if v.IsNil() {
		d.number(0)
		return nil
	}
	d.number(1)
	if v.Kind() == reflect.Interface {
		d.text(typeName(v.Elem().Type()))
		return d.value(addressable(v.Elem()))
	}
	defer d.deeper()()
	return d.value(v.Elem())
}

var errCycle = errors.New("it is nested without end, and has no digest")

// maxDepth is how deep values may be nested: beyond, they hold themselves.
const maxDepth = 10_000

// within names the part of a value that has no digest.
func within(part string, err error) error {
	if err == errCycle {
		return err // its path has no end
	}
	return fmt.Errorf("%s: %w", part, err)
}

func (d *digester) deeper() func() {
	d.depth++
	return func() { d.depth-- }
}
