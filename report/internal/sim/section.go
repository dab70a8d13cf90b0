package sim

import (
	_ "embed" // for markup, style and script
	"fmt"
	"html/template"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"

	"mixmodel/kernel/display/typed"
)

// Section is a simulator as it stands in a page.
type Section struct {
	// HTML is one element without a heading; its id is the simulator's.
	HTML string
	// Live tells that sliders are in it. A simulator that is too large to
	// compute in a page, or whose scenarios do not follow from its draws, is
	// the table of scenarios alone, and says so.
	Live bool
}

var (
	//go:embed section.html
	sectionHTML string
	//go:embed section.css
	sectionCSS string
	//go:embed section.js
	sectionJS string

	markup = template.Must(template.New("section").Funcs(template.FuncMap{"capital": title}).Parse(sectionHTML))
)

// Style is the style sheet of all simulators of a page. It uses the page's
// colours: --bg, --ink, --soft, --line, --fill, --hover, --accent, --note.
var Style = sync.OnceValue(func() string {
	css := regexp.MustCompile(`(?s)/\*.*?\*/`).ReplaceAllString(sectionCSS, "")
	return strings.TrimSpace(regexp.MustCompile(`\s+`).ReplaceAllString(css, " "))
})

// Script is the script of all simulators of a page. It must come after them.
// What is shipped is section.js without indentation and lines of comment.
var Script = sync.OnceValue(func() string {
	var b strings.Builder
	for line := range strings.Lines(sectionJS) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "//") {
			b.WriteString(line + "\n")
		}
	}
	return strings.TrimSpace(b.String())
})

// Render returns the section of a simulator. It fails only if s is not valid.
func Render(s typed.Simulator) (Section, error) {
	data, err := typed.Marshal(s)
	if err != nil {
		return Section{}, err
	}
	m, err := NewModel(s)
	if err == nil {
		err = m.check()
	}
	v := newView(s, m, string(data))
	if err != nil {
		v.Problem, v.Data = "The sliders are left out: "+err.Error()+".", "{}"
	}
	var b strings.Builder
	if err := markup.Execute(&b, v); err != nil {
		return Section{}, fmt.Errorf("simulator %q: %w", s.ID, err)
	}
	return Section{HTML: b.String(), Live: v.Problem == ""}, nil
}

// tolerance is how far, relatively, a recomputed number may be off.
const tolerance = 1e-5

// Check recomputes the scenarios of a valid simulator from its draws. The
// error says which of them do not follow, or that there is too much to
// compute.
func Check(s typed.Simulator) error {
	m, err := NewModel(s)
	if err != nil {
		return err
	}
	return m.check()
}

func (m *Model) check() error {
	s := m.s
	for _, x := range s.Scenarios {
		got, beats := m.Outcome(x.Spend)
		size := math.Abs(got.Mean) + got.SD
		for _, p := range []struct {
			what      string
			got, want float64
		}{
			{"mean", got.Mean, x.Response.Mean}, {"standard deviation", got.SD, x.Response.SD},
			{"lower end", got.Low, x.Response.Low}, {"upper end", got.High, x.Response.High},
		} {
			if !(math.Abs(p.got-p.want) <= tolerance*size) {
				return fmt.Errorf("the %s of %s is %v and its draws give %v", p.what, x.Name, p.want, p.got)
			}
		}
		if math.Abs(beats-x.BeatsCurrent) > 1.5/float64(s.Draws) {
			return fmt.Errorf("%s is said to beat today's plan with probability %v and its draws give %v", x.Name, x.BeatsCurrent, beats)
		}
	}
	return nil
}

// view is what the markup shows.
type view struct {
	ID, Step, Horizon, Prob string
	MoneyUnit, Next         string
	Draws, FullDraws        string
	Mean, Problem           string
	Data                    template.JS
	Total                   control
	Channels                []control
	Compare, Presets        []row
	Scenarios               []row
	Spends                  []spends
}

// control is a slider with its number box.
type control struct {
	Index             int
	Name, Color       string
	Value, Max, Step  string
	Text              string
	Today, Best       string // places on the slider, in percent
	Beyond, Rest      string // where what was never spent begins, and how much follows
	today, best, most float64
}

// row is a plan in a table.
type row struct {
	Key, Name, Spend, Mean, Interval, Change, Beats string
}

// spends are the amounts of one channel, per scenario, and its maximum.
type spends struct {
	Name    string
	Amounts []string
}

func newView(s typed.Simulator, m *Model, data string) *view {
	today := s.Scenarios[0]
	v := &view{
		ID: s.ID, Step: s.Step, Horizon: counted(s.Periods, s.Step), Prob: percent(today.Response.Prob, 0),
		MoneyUnit: s.Currency, Next: "next " + s.Currency + "1", Draws: amount(float64(s.Draws)), FullDraws: amount(float64(s.FullDraws)),
		Mean: mean(s.Currency, today.Response),
		// The text is data inside a script element: nothing in it may end that.
		Data: template.JS(strings.ReplaceAll(data, "<", `\u003c`)),
	}
	if s.Currency == "" {
		v.MoneyUnit, v.Next = "spend", "next unit"
	}
	for i, c := range s.Channels {
		x := newControl(c.Name, c.Current, c.Optimal, c.MaxSpend, math.Max(c.Upper, c.SpendScale))
		x.Index, x.Color = i, c.Color
		v.Channels = append(v.Channels, x)
	}
	total, best := sum(today.Spend), sum(s.Scenarios[1].Spend)
	v.Total = newControl("", total, best, 0, total)
	for _, x := range s.Scenarios {
		v.Scenarios = append(v.Scenarios, newRow(s, m, x))
		v.Presets = append(v.Presets, row{Key: x.ID, Name: title(x.Name)})
	}
	if !slices.ContainsFunc(s.Scenarios, func(x typed.Scenario) bool { return x.ID == "equal" }) {
		v.Presets = append(v.Presets, row{Key: "equal", Name: "The same for every channel"})
	}
	yours := v.Scenarios[0]
	yours.Key, yours.Name = "yours", "your plan"
	v.Compare = []row{yours, v.Scenarios[0], v.Scenarios[1]}
	for c, channel := range s.Channels {
		line := spends{Name: channel.Name}
		for _, x := range s.Scenarios {
			line.Amounts = append(line.Amounts, amount(x.Spend[c]))
		}
		line.Amounts = append(line.Amounts, amount(channel.MaxSpend))
		v.Spends = append(v.Spends, line)
	}
	return v
}

// newRow is a scenario in a table. The change is the mean over draws of the
// change in each, as the gain of a plan is; m may be nil.
func newRow(s typed.Simulator, m *Model, x typed.Scenario) row {
	today := s.Scenarios[0]
	r := row{Key: x.ID, Name: x.Name, Spend: known(s.Currency, sum(x.Spend)), Mean: mean(s.Currency, x.Response),
		Interval: interval(s.Currency, x.Response), Change: "–", Beats: "–"}
	if x.ID != today.ID && today.Response.Mean > 0 {
		change := x.Response.Mean/today.Response.Mean - 1
		if m != nil {
			change = m.Gain(x.Spend).Mean
		}
		r.Change, r.Beats = signed(change), chance(x.BeatsCurrent)
	}
	return r
}

// newControl lays out a slider: it reaches beyond everything worth trying.
func newControl(name string, today, best, most, scale float64) control {
	top := 1.2 * math.Max(math.Max(2*today, 1.2*best), most)
	if top == 0 {
		top = scale
	}
	step := math.Pow(10, math.Floor(math.Log10(top/100)))
	top = math.Ceil(top/step/10) * step * 10
	c := control{Name: name, Value: number(today), Max: number(top), Step: number(step), Text: amount(today),
		Today: number(round(100 * today / top)), Best: number(round(100 * best / top)), today: today, best: best, most: most}
	if most > 0 {
		c.Beyond, c.Rest = number(round(100*most/top)), number(round(100-100*most/top))
	}
	return c
}

func round(x float64) float64 { return math.Round(100*x) / 100 }

func number(x float64) string { return strconv.FormatFloat(x, 'f', -1, 64) }

func sum(x []float64) float64 {
	total := 0.0
	for _, v := range x {
		total += v
	}
	return total
}
