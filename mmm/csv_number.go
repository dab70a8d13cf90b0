package mmm

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// A number as people write it: currency sign, minus or parentheses, groups of
// three digits, decimal point or comma. The shapes are for texts in which the
// decimal mark is '.', and ',' or '_' parts groups. They are spelled out, since
// a file has thousands of cells and a notebook reads it once per cell.

// isPlain matches ^(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,4})?$.
func isPlain(s string) bool {
	whole, s := digits(s)
	fraction := 0
	if rest, ok := strings.CutPrefix(s, "."); ok {
		fraction, s = digits(rest)
	}
	if whole+fraction == 0 {
		return false
	}
	if s == "" {
		return true
	}
	if s[0] != 'e' && s[0] != 'E' {
		return false
	}
	s = s[1:]
	if s != "" && (s[0] == '+' || s[0] == '-') {
		s = s[1:]
	}
	power, s := digits(s)
	return power >= 1 && power <= 4 && s == ""
}

// isGrouped matches ^[1-9]\d{0,2}((,\d{3})+|(_\d{3})+)(\.\d*)?$.
func isGrouped(s string) bool {
	n, rest := digits(s)
	if n < 1 || n > 3 || s[0] == '0' || rest == "" || rest[0] != ',' && rest[0] != '_' {
		return false
	}
	for mark := rest[0]; rest != "" && rest[0] == mark; {
		if n, rest = digits(rest[1:]); n != 3 {
			return false
		}
	}
	if rest == "" {
		return true
	}
	_, after := digits(rest[1:])
	return rest[0] == '.' && after == ""
}

// digits counts the digits that s begins with.
func digits(s string) (n int, rest string) {
	for n < len(s) && s[n] >= '0' && s[n] <= '9' {
		n++
	}
	return n, s[n:]
}

// ungrouped takes the separators of thousands out of a number.
var ungrouped = strings.NewReplacer(",", "", "_", "")

// missingWords are what programs and people write for "no value".
var missingWords = []string{
	"na", "n/a", "n.a.", "#n/a", "nan", "null", "none", "nil", "missing", "-", "--", "–", "—", ".", "?",
	"#value!", "#ref!", "#div/0!", "#name?", "#num!", "#null!",
}

// parseCell reads a number with the decimal mark '.' or ','. With decimal 0 it
// accepts either, for columns whose mark could not be found out.
func parseCell(cell string, decimal byte) (float64, faultKind, error) {
	if cell == "" {
		return 0, faultBlank, errors.New("the cell is blank (want a number; write 0 if it was zero)")
	}
	if slices.Contains(missingWords, strings.ToLower(cell)) {
		return 0, faultBlank, fmt.Errorf("got %q (want a number; write 0 if it was zero)", shown(cell))
	}
	body, negative := numeralBody(cell)
	point, isPoint := readNumeral(body, '.')
	comma, isComma := readNumeral(body, ',')
	v, ok := point, isPoint
	if decimal == ',' || decimal == 0 && !isPoint {
		v, ok = comma, isComma
	}
	switch {
	case ok && negative:
		return -v, 0, nil
	case ok:
		return v, 0, nil
	case isPoint:
		return 0, faultNumber, fmt.Errorf("got %q, which has a decimal point (want a decimal comma, as in the rest of the file)", shown(cell))
	case isComma:
		return 0, faultNumber, fmt.Errorf("got %q, which has a decimal comma (want a decimal point, as in the rest of the file)", shown(cell))
	case strings.HasSuffix(cell, "%"):
		return 0, faultNumber, fmt.Errorf("got %q (want a number without %%: 0.12 for 12 %%)", shown(cell))
	}
	return 0, faultNumber, fmt.Errorf("got %q (want a number)", shown(cell))
}

// numeralBody strips sign, parentheses and one currency sign, and turns spaces
// and apostrophes between groups of digits into '_'.
func numeralBody(cell string) (body string, negative bool) {
	if isPlain(cell) {
		return cell, false
	}
	s := cell
	if n := len(s); n > 2 && s[0] == '(' && s[n-1] == ')' {
		s, negative = strings.TrimSpace(s[1:n-1]), true
	}
	currency, signed := false, negative
	for range 2 { // a sign and a currency, in any order, before or after
		if rest, ok := cutAny(s, "$€£¥"); ok && !currency {
			s, currency = rest, true
		}
		if rest, ok := cutAny(s, "-−"); ok && !signed {
			s, signed, negative = rest, true, true
		} else if strings.HasPrefix(s, "+") && !signed {
			s, signed = strings.TrimSpace(s[1:]), true
		}
	}
	return strings.Map(func(r rune) rune {
		switch {
		case r == '_':
			return unicode.ReplacementChar
		case r == '\'' || r == '’' || unicode.IsSpace(r):
			return '_'
		}
		return r
	}, s), negative
}

// cutAny removes one of the marks from the start or the end of s.
func cutAny(s, marks string) (string, bool) {
	for _, m := range marks {
		mark := string(m)
		if rest, ok := strings.CutPrefix(s, mark); ok {
			return strings.TrimSpace(rest), true
		}
		if rest, ok := strings.CutSuffix(s, mark); ok {
			return strings.TrimSpace(rest), true
		}
	}
	return s, false
}

// readNumeral reads a body with the given decimal mark; the other mark may
// only part groups of three digits.
func readNumeral(body string, decimal byte) (float64, bool) {
	if decimal == ',' {
		body = strings.Map(func(r rune) rune {
			switch r {
			case ',':
				return '.'
			case '.':
				return ','
			}
			return r
		}, body)
	}
	if !isPlain(body) {
		if !isGrouped(body) {
			return 0, false
		}
		body = ungrouped.Replace(body)
	}
	v, err := strconv.ParseFloat(body, 64)
	return v, err == nil || errors.Is(err, strconv.ErrRange) // 1e999 is +Inf, refused later
}

// decimal returns the decimal mark of all numbers of the table: the one given,
// or the one that more numbers can only be read with. If nothing tells, and
// some number would be a thousand times another, that is a fault, and the
// result is 0.
func (tab *table) decimal(f *Faults, given byte) byte {
	switch given {
	case '.', ',':
		return given
	case 0:
	default:
		f.addWhole(faultHeader, "Columns.Decimal is %q (want '.' or ',', or 0 to find it out)", given)
		return 0
	}
	var points, commas, open int
	var example ParseError
	for i := range tab.roles {
		r := &tab.roles[i]
		if r.kind == roleDate {
			continue
		}
		for t, cell := range r.cells {
			body, _ := numeralBody(cell)
			p, isPoint := readNumeral(body, '.')
			c, isComma := readNumeral(body, ',')
			switch {
			case isPoint && !isComma:
				points++
			case isComma && !isPoint:
				commas++
			case isPoint && p != c:
				if open == 0 {
					example = tab.place(r, t)
				}
				open++
			}
		}
	}
	switch {
	case commas > points:
		return ','
	case points > 0 || open == 0:
		return '.'
	}
	point, _, _ := parseCell(example.Value, '.')
	comma, _, _ := parseCell(example.Value, ',')
	f.add(faultNumber, example, "got %q, which is %.15g with a decimal point and %.15g with a decimal comma, and no number of the file tells which (%d such cells): set Columns.Decimal to '.' or ','",
		shown(example.Value), point, comma, open)
	return 0
}
