package mmm

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"mixmodel/mmm/adstock"
	"mixmodel/mmm/dist"
	"mixmodel/mmm/nuts"
)

// filled returns a value of type t without any zero field.
func filled(t *testing.T, typ reflect.Type, n *int) reflect.Value {
	t.Helper()
	v := reflect.New(typ).Elem()
	*n++
	switch typ.Kind() {
	case reflect.Struct:
		for i := range typ.NumField() {
			if typ.Field(i).Tag.Get("json") != "-" { // else it says how to run, not what to draw
				v.Field(i).Set(filled(t, typ.Field(i).Type, n))
			}
		}
	case reflect.Slice:
		v.Set(reflect.Append(v, filled(t, typ.Elem(), n)))
	case reflect.Interface:
		v.Set(reflect.ValueOf(dist.Normal{Mu: float64(*n) / 3, Sigma: 1}))
	case reflect.Float64:
		v.SetFloat(float64(*n) / 7)
	case reflect.Int:
		v.SetInt(int64(*n))
	case reflect.Uint64:
		v.SetUint(uint64(*n) << 58)
	case reflect.Bool:
		v.SetBool(true)
	default:
		t.Errorf("fields of type %v are not stored", typ)
	}
	return v
}

func TestEveryModelPartComesBack(t *testing.T) {
	n := 0
	for name, typ := range partTypes {
		want := filled(t, typ, &n)
		raw, err := json.Marshal(encodeNamed(want))
		if err != nil {
			t.Fatal(err)
		}
		d := json.NewDecoder(strings.NewReader(string(raw)))
		d.UseNumber()
		var parsed map[string]any
		if err := d.Decode(&parsed); err != nil {
			t.Fatal(err)
		}
		var got any
		if err := decodeNamed(reflect.ValueOf(&got).Elem(), parsed, name); err != nil || !reflect.DeepEqual(got, want.Interface()) {
			t.Errorf("%s: got %#v, %v; want %#v", name, got, err, want)
		}
	}
	if n < 2*len(partTypes) {
		t.Errorf("filled %d fields of %d types", n, len(partTypes))
	}
}

func TestEveryOptionComesBack(t *testing.T) {
	n := 0
	want := filled(t, reflect.TypeFor[nuts.Options](), &n).Interface().(nuts.Options)
	var got nuts.Options
	if err := json.Unmarshal(Must(json.Marshal(want)), &got); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, %v; want %+v", got, err, want)
	}
}

// TestEveryFieldOfAFitIsSaved fails when a field is added and not saved:
// extend save.go, load.go and then these numbers.
func TestEveryFieldOfAFitIsSaved(t *testing.T) {
	for typ, want := range map[reflect.Type]int{
		reflect.TypeFor[Fit]():        6,
		reflect.TypeFor[Draws]():      3, // kept is computed anew
		reflect.TypeFor[ChainStats](): 7,
		reflect.TypeFor[Data]():       9,
	} {
		if got := typ.NumField(); got != want {
			t.Errorf("%v has %d fields (want %d, those that files hold and that can be computed)", typ, got, want)
		}
	}
}

func TestModelsOfFilesNameTheirFaults(t *testing.T) {
	good := encodeModel(caseLikeModel())
	for _, c := range []struct{ old, new, want string }{
		{good, "{", "not JSON"},
		{good, "[1]", `Model: cannot be "[1]"`},
		{`"adstock.Geometric"`, `"adstock.Trapezoid"`, `Model.Adstock: cannot be of type "adstock.Trapezoid"`},
		{`"adstock.Geometric"`, `"saturation.Hill"`, `Model.Adstock: cannot be of type "saturation.Hill"`},
		{`"MaxLag"`, `"MaxLug"`, `Model.Adstock: there is no field "MaxLug"`},
		{`"MaxLag":8`, `"MaxLag":8.5`, `Model.Adstock.MaxLag: cannot be "8.5"`},
		{`"Sigma":0.7`, `"Sigma":"much"`, `Model.Saturation.Beta[1].Sigma: cannot be "much"`},
		{`"elements"`, `"other"`, "has no elements"},
	} {
		bad := strings.ReplaceAll(good, c.old, c.new)
		if _, err := decodeModel(bad); err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s for %s: got %v, want an error with %q", c.new, c.old, err, c.want)
		}
	}
}

func FuzzModelOfAFile(f *testing.F) {
	for _, m := range allModels() {
		f.Add(encodeModel(m))
	}
	f.Add(encodeModel(Model{Seasonality: Fourier{Order: 1 << 40}, Adstock: adstock.Geometric{MaxLag: 1 << 40}}))
	data := smallData(f, 40)
	f.Fuzz(func(t *testing.T, text string) {
		m, err := decodeModel(text)
		if err != nil {
			return
		}
		compile(m, data)
		if again, err := decodeModel(encodeModel(m)); err != nil {
			t.Errorf("%v reading back %+v", err, again)
		}
	})
}
