package mmm

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"reflect"
	"strconv"

	"mixmodel/mmm/adstock"
	"mixmodel/mmm/dist"
	"mixmodel/mmm/saturation"
)

// partTypes are the types that a model in a file can be made of, by the names
// they have there. A user's own types are not among them: their code is not
// in the file.
var partTypes = func() map[string]reflect.Type {
	types := map[string]reflect.Type{}
	for _, part := range []any{
		Normal{}, TruncatedNormal{},
		adstock.Binomial{}, adstock.Delayed{}, adstock.Geometric{}, adstock.None{}, adstock.WeibullCDF{}, adstock.WeibullPDF{},
		saturation.Hill{}, saturation.HillSigmoid{}, saturation.InverseScaledLogistic{}, saturation.Log{}, saturation.Logistic{},
		saturation.MichaelisMenten{}, saturation.None{}, saturation.Root{}, saturation.Tanh{}, saturation.TanhBaselined{},
		dist.Beta{}, dist.Exponential{}, dist.Gamma{}, dist.HalfCauchy{}, dist.HalfNormal{}, dist.InverseGamma{}, dist.Laplace{},
		dist.LogNormal{}, dist.Normal{}, dist.StudentT{}, dist.TruncatedNormal{}, dist.Uniform{}, dist.Each{},
	} {
		t := reflect.TypeOf(part)
		types[t.String()] = t
	}
	return types
}()

// encodeModel writes the model, defaults filled in, as JSON. Equal models give
// equal texts. What is of a type unknown to partTypes is described, not
// stored.
func encodeModel(m Model) string {
	raw, err := json.Marshal(encodePart(reflect.ValueOf(m.withDefaults())))
	if err != nil {
		panic(err) // a part of a kind that encodePart does not know
	}
	return string(raw)
}

// encodePart turns a model part into what encoding/json can write: structs
// into objects, and values of interface type into objects that name their
// type. Infinite numbers, which JSON has not, become texts.
func encodePart(v reflect.Value) any {
	switch v.Kind() {
	case reflect.Interface:
		if v.IsNil() {
			return nil
		}
		return encodeNamed(v.Elem())
	case reflect.Struct:
		out := map[string]any{}
		for i := range v.NumField() {
			out[v.Type().Field(i).Name] = encodePart(v.Field(i))
		}
		return out
	case reflect.Slice:
		if v.IsNil() {
			return nil
		}
		out := make([]any, v.Len())
		for i := range out {
			out[i] = encodePart(v.Index(i))
		}
		return out
	case reflect.Float64:
		if x := v.Float(); math.IsInf(x, 0) || math.IsNaN(x) {
			return strconv.FormatFloat(x, 'g', -1, 64)
		}
	}
	return v.Interface()
}

// Keys that objects of interface type have beside their fields.
const (
	keyType     = "type"
	keyElements = "elements" // of a slice
	keyUnknown  = "unknown"  // how Go prints a value of a user's type
)

func encodeNamed(v reflect.Value) any {
	name := v.Type().String()
	if partTypes[name] != v.Type() {
		return map[string]any{keyType: name, keyUnknown: fmt.Sprintf("%#v", v.Interface())}
	}
	part := encodePart(v)
	if fields, ok := part.(map[string]any); ok {
		fields[keyType] = name
		return fields
	}
	return map[string]any{keyType: name, keyElements: part}
}

// decodeModel is the inverse of encodeModel.
func decodeModel(text string) (Model, error) {
	d := json.NewDecoder(bytes.NewReader([]byte(text)))
	d.UseNumber()
	var raw any
	if err := d.Decode(&raw); err != nil {
		return Model{}, fmt.Errorf("the model is not JSON: %w", err)
	}
	var m Model
	return m, decodePart(reflect.ValueOf(&m).Elem(), raw, "Model")
}

// decodePart sets v to what raw says; where names the place for messages.
func decodePart(v reflect.Value, raw any, where string) error {
	switch raw := raw.(type) {
	case nil:
		if v.Kind() == reflect.Slice || v.Kind() == reflect.Interface && v.Type() != reflect.TypeFor[dist.Dist]() {
			return nil
		}
	case map[string]any:
		switch v.Kind() {
		case reflect.Interface:
			return decodeNamed(v, raw, where)
		case reflect.Struct:
			return decodeFields(v, raw, where)
		}
	case []any:
		if v.Kind() == reflect.Slice {
			v.Set(reflect.MakeSlice(v.Type(), len(raw), len(raw)))
			for i := range raw {
				if err := decodePart(v.Index(i), raw[i], fmt.Sprintf("%s[%d]", where, i)); err != nil {
					return err
				}
			}
			return nil
		}
	case bool:
		if v.Kind() == reflect.Bool {
			v.SetBool(raw)
			return nil
		}
	case json.Number, string:
		if decodeNumber(v, fmt.Sprint(raw)) {
			return nil
		}
	}
	return fmt.Errorf("%s: cannot be %.60q", where, fmt.Sprint(raw))
}

func decodeNumber(v reflect.Value, text string) bool {
	switch v.Kind() {
	case reflect.Float64:
		x, err := strconv.ParseFloat(text, 64)
		v.SetFloat(x)
		return err == nil
	case reflect.Int:
		n, err := strconv.Atoi(text)
		v.SetInt(int64(n))
		return err == nil
	}
	return false
}

func decodeFields(v reflect.Value, raw map[string]any, where string) error {
	for name, value := range raw {
		field := v.FieldByName(name)
		if !field.IsValid() || !field.CanSet() {
			return fmt.Errorf("%s: there is no field %.60q", where, name)
		}
		if err := decodePart(field, value, where+"."+name); err != nil {
			return err
		}
	}
	return nil
}

func decodeNamed(v reflect.Value, raw map[string]any, where string) error {
	name := fmt.Sprint(raw[keyType])
	if _, ok := raw[keyUnknown]; ok {
		return fmt.Errorf("%s is of type %.60s, which a file cannot hold (load with Model.LoadFit and the same model)", where, name)
	}
	t, ok := partTypes[name]
	if !ok || !t.AssignableTo(v.Type()) {
		return fmt.Errorf("%s: cannot be of type %.60q", where, name)
	}
	part := reflect.New(t).Elem()
	var err error
	if t.Kind() == reflect.Slice {
		if err = decodePart(part, raw[keyElements], where); err == nil && part.Len() == 0 {
			err = fmt.Errorf("%s: %s has no elements", where, name)
		}
	} else {
		fields := map[string]any{}
		for k, x := range raw {
			if k != keyType {
				fields[k] = x
			}
		}
		err = decodeFields(part, fields, where)
	}
	v.Set(part)
	return err
}
