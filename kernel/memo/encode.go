package memo

import (
	"bytes"
	"encoding"
	"encoding/gob"
	"fmt"
	"reflect"
)

// encode returns the value's bytes if what is decoded from them is equal: gob
// leaves out what it cannot hold without a word.
func encode[T any](v T) ([]byte, error) {
	raw, err := marshal(v)
	if err != nil {
		return nil, err
	}
	var back T
	if err := decode(raw, &back); err != nil {
		return nil, fmt.Errorf("it cannot be decoded again: %w", err)
	}
	before, after := Inputs(v), Inputs(back)
	switch {
	case before.err != nil:
		return nil, fmt.Errorf("it cannot be compared with what is decoded: %w", before.err)
	case before != after:
		return nil, errNotEqual
	}
	return raw, nil
}

func marshal[T any](v T) ([]byte, error) {
	if m, ok := any(v).(encoding.BinaryMarshaler); ok {
		return m.MarshalBinary()
	}
	if m, ok := any(&v).(encoding.BinaryMarshaler); ok {
		return m.MarshalBinary()
	}
	var raw bytes.Buffer
	err := gob.NewEncoder(&raw).EncodeValue(reflect.ValueOf(&v).Elem())
	return raw.Bytes(), err
}

// decode fills what v points to.
func decode(raw []byte, v any) error {
	target := reflect.ValueOf(v).Elem()
	fresh := reflect.New(target.Type())
	p := fresh
	if target.Kind() == reflect.Pointer {
		fresh.Elem().Set(reflect.New(target.Type().Elem()))
		p = fresh.Elem()
	}
	var err error
	if u, ok := p.Interface().(encoding.BinaryUnmarshaler); ok {
		err = u.UnmarshalBinary(raw)
	} else {
		err = gob.NewDecoder(bytes.NewReader(raw)).DecodeValue(fresh)
	}
	if err == nil {
		target.Set(fresh.Elem()) // nothing half-decoded is seen
	}
	return err
}
