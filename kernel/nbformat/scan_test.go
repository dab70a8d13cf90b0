package nbformat

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"time"
)

var texts = []string{
	`{}`, `[]`, `""`, `0`, `-0`, `1.5e-3`, `1E+5`, `true`, `false`, `null`, ` [ 1 , { "a" : [ ] } ] `, `{"a":1,"a":2}`,
	`"\"\\\/\b\f\n\r\t\u00e9\ud83d\ude00"`, `"\\\\\""`, `["a,b]}","\\"]`, `{"a{":"}"}`, "\"\x7f\u2028\"",
	``, ` `, `{`, `[1,]`, `[1 2]`, `{"a"}`, `{"a":}`, `{a:1}`, `{"a":1,}`, `01`, `1.`, `.5`, `-`, `1e`, `+1`, `"a`, `"\x"`, `"\u12"`, "\"\n\"", "\"1234567\x1f\"",
	`tru`, `nul`, `1 1`, `{} {}`, `]`, `"\`, "\"\x00\"", `[[[[`, `"a"b`,
}

// FuzzCheckAgreesWithEncodingJSON: both know JSON from what is none, and find
// the same parts in it.
func FuzzCheckAgreesWithEncodingJSON(f *testing.F) {
	for _, text := range texts {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		wrong := check(text, 1000)
		if wrong != nil && wrong.deep {
			return
		}
		if valid := json.Valid(text); valid != (wrong == nil) {
			t.Fatalf("got %v, encoding/json says valid is %v", wrong, valid)
		}
		if wrong != nil {
			return
		}
		switch first(text) {
		case '{':
			var want map[string]json.RawMessage
			if err := json.Unmarshal(text, &want); err != nil {
				t.Fatal(err)
			}
			got := objectOf(text)
			if len(got) != len(want) {
				// Keys that are not UTF-8 are only kept apart here.
				return
			}
			for key, value := range want {
				if !bytes.Equal(value, got[key]) && strings.ToValidUTF8(key, "") == key && !strings.Contains(key, "\ufffd") {
					t.Errorf("%q is %s, want %s", key, got[key], value)
				}
			}
		case '[':
			var want []json.RawMessage
			if err := json.Unmarshal(text, &want); err != nil {
				t.Fatal(err)
			}
			i := 0
			elements(text, func(_, value json.RawMessage) {
				if i < len(want) && !bytes.Equal(value, want[i]) {
					t.Errorf("element %d is %s, want %s", i, value, want[i])
				}
				i++
			})
			if i != len(want) {
				t.Errorf("got %d elements, want %d", i, len(want))
			}
		case '"':
			var want string
			if err := json.Unmarshal(text, &want); err != nil {
				t.Fatal(err)
			}
			if got := unquoted(text); got != want && strings.ToValidUTF8(got, "\ufffd") == got {
				t.Errorf("got %q, want %q", got, want)
			}
		}
	})
}

func TestCheckCountsLevels(t *testing.T) {
	for _, test := range []struct {
		text   string
		levels int
		deep   bool
	}{
		{`1`, 0, false}, {`[]`, 0, true}, {`[]`, 1, false}, {`[{"a":[]}]`, 2, true}, {`[{"a":[]}]`, 3, false}, {`[[],[],[]]`, 2, false},
	} {
		if wrong := check([]byte(test.text), test.levels); (wrong != nil) != test.deep || wrong != nil && !wrong.deep {
			t.Errorf("%s with %d levels: got %v", test.text, test.levels, wrong)
		}
	}
}

// Each byte is looked at a bounded number of times, whatever the text holds.
func TestHostileStringsAreReadInLinearTime(t *testing.T) {
	const n = 4 << 20
	for name, text := range map[string]string{
		"escapes":     `"` + strings.Repeat(`\n`, n/2) + `"`,
		"quotes":      `"` + strings.Repeat(`\"`, n/2) + `"`,
		"backslashes": `"` + strings.Repeat(`\\`, n/2) + `"`,
		"open":        strings.Repeat(`"`, n),
		"strings":     `[` + strings.Repeat(`"\\",`, n/5) + `""]`,
	} {
		start := time.Now()
		if wrong := check([]byte(text), 100); wrong == nil {
			skip([]byte(text), 0)
		}
		if took := time.Since(start); took > 2*time.Second {
			t.Errorf("%s: %v for %d MiB", name, took, n>>20)
		}
	}
}
