package sim

import (
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"mixmodel/kernel/display/typed"
	"mixmodel/report/internal/browsertest"
)

func amounts(t *testing.T, p *browsertest.Page) string {
	t.Helper()
	var list []string
	p.Eval(`[...document.querySelectorAll("[data-channel] [type=text]")].map(e => e.value)`, &list)
	return strings.Join(list, " ")
}

func text(t *testing.T, p *browsertest.Page, selector string) string {
	t.Helper()
	var s string
	p.Eval(fmt.Sprintf(`document.querySelector(%q).textContent`, selector), &s)
	return s
}

// A shared link brings back the plan, and nothing else does.
func TestALinkBringsBackThePlanAndHostileOnesAreRefused(t *testing.T) {
	b := browsertest.Start(t)
	s := sample(t)
	path := writePage(t, pageOf(t, s))
	p := b.OpenFile(path, browsertest.Options{})
	before := amounts(t, p)
	p.Eval(`{ const e = document.querySelectorAll("[data-channel] [type=text]")[2]; e.value = "123456.5"; e.dispatchEvent(new Event("change")) }`, nil)
	p.Eval(`document.querySelector("[data-act=share]").click()`, nil)
	var link string
	p.Eval(`document.querySelector(".sim-link").value`, &link)
	_, fragment, _ := strings.Cut(link, "#")
	if !regexp.MustCompile(`^simulator=[0-9a-f]{8}:769000,81600,123456\.5,`).MatchString(fragment) {
		t.Fatalf("the link is %q", link)
	}
	shared := amounts(t, p)
	if shared == before || !strings.Contains(shared, "123,457") && !strings.Contains(shared, "123,456") {
		t.Fatalf("amounts %s", shared)
	}
	again := b.Open("file://"+path+"#"+fragment, browsertest.Options{})
	if got := amounts(t, again); got != shared {
		t.Errorf("the link gives %s, want %s", got, shared)
	}
	sign, _, _ := strings.Cut(strings.TrimPrefix(fragment, "simulator="), ":")
	seven := "1,2,3,4,5,6,7"
	for _, hostile := range []string{
		"simulator=", "simulator=" + sign, "simulator=" + sign + ":", "simulator=00000000:" + seven, "simulator=" + strings.ToUpper(sign) + "x:" + seven,
		"simulator=" + sign + ":1,2,3,4,5,6", "simulator=" + sign + ":" + seven + ",8", "simulator=" + sign + ":1,2,3,4,5,6,", "simulator=" + sign + ":,,,,,,",
		"simulator=" + sign + ":-1,2,3,4,5,6,7", "simulator=" + sign + ":NaN,2,3,4,5,6,7", "simulator=" + sign + ":Infinity,2,3,4,5,6,7", "simulator=" + sign + ":1e300,2,3,4,5,6,7",
		"simulator=" + sign + ":0x10,2,3,4,5,6,7", "simulator=" + sign + ":999999999999999,2,3,4,5,6,7", "simulator=" + sign + ":1;2;3;4;5;6;7",
		"simulator=" + sign + ":" + strings.Repeat("9", 200000) + ",2,3,4,5,6,7", "simulator=" + sign + ":" + strings.Repeat("1,", 100000) + "1",
		"simulator=<img src=x onerror=alert(1)>", "simulator=%3Cscript%3Ealert(1)%3C/script%3E", "simulator=" + sign + ":<svg/onload=alert(1)>,2,3,4,5,6,7",
		"simulator=javascript:alert(1)", "simulator=" + sign + ":" + seven + "&x=1", "simulator=" + sign + ":" + seven + "\u2028", "simulator=__proto__", "simulator=" + sign + ":__proto__,2,3,4,5,6,7",
		"simulator=" + sign + ": 1,2,3,4,5,6,7", "simulator=" + sign + ":1,2,3,4,5,6,7.", "simulator=" + sign + ":.5,2,3,4,5,6,7",
	} {
		p.Eval(fmt.Sprintf(`new Promise(done => { addEventListener("hashchange", () => setTimeout(done), { once: true }); location.hash = %q })`, hostile), nil)
		if got, said := amounts(t, p), text(t, p, ".sim-live [data-out=message]"); got != shared || !strings.Contains(said, "does not belong to this report") {
			t.Errorf("%.60q: amounts %s, message %q", hostile, got, said)
		}
	}
	for _, other := range []string{"", "simulator", "top", "other=" + sign + ":" + seven, "=" + sign + ":" + seven} {
		p.Eval(fmt.Sprintf(`{ document.querySelector(".sim-live [data-out=message]").textContent = ""; location.hash = %q }`, other), nil)
		p.Eval(`new Promise(done => setTimeout(done, 20))`, nil)
		if said := text(t, p, ".sim-live [data-out=message]"); said != "" || amounts(t, p) != shared {
			t.Errorf("%q, which is not ours: %q", other, said)
		}
	}
	p.Eval(`document.querySelector("[data-act=reset]").click()`, nil)
	if got := amounts(t, p); got != before {
		t.Errorf("after a reset: %s, want %s", got, before)
	}
	if f := p.Faults(); len(f) > 0 {
		t.Errorf("faults: %q", f)
	}
}

func writePage(t *testing.T, page string) string {
	t.Helper()
	path := t.TempDir() + "/page.html"
	if err := os.WriteFile(path, []byte(page), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestPresetsTotalsAndTheLock(t *testing.T) {
	b := browsertest.Start(t)
	s := sample(t)
	p := b.OpenHTML(pageOf(t, s), browsertest.Options{})
	spends := func() (out []float64) {
		t.Helper()
		p.Eval(`[...document.querySelectorAll("[data-channel] [type=text]")].map(e => Number(e.value.replaceAll(",", "")))`, &out)
		return out
	}
	near := func(what string, got, want float64) {
		t.Helper()
		if off(got, want) > 1e-4 { // the boxes show whole units of money
			t.Errorf("%s: %v, want %v", what, got, want)
		}
	}
	total := sum(s.Scenarios[0].Spend)
	for _, x := range s.Scenarios {
		p.Eval(fmt.Sprintf(`document.querySelector("[data-preset=%s]").click()`, x.ID), nil)
		for c, v := range spends() {
			near(x.ID+" "+s.Channels[c].Name, v, x.Spend[c])
		}
		if got, want := text(t, p, "output"), mean("$", x.Response); got != want {
			t.Errorf("%s brings %s in the page, want %s", x.ID, got, want)
		}
		var pressed []string
		p.Eval(`[...document.querySelectorAll("[aria-pressed=true]")].map(e => e.dataset.preset)`, &pressed)
		if len(pressed) != 1 || pressed[0] != x.ID {
			t.Errorf("after %s the pressed buttons are %q", x.ID, pressed)
		}
	}
	p.Eval(`document.querySelector("[data-preset=equal]").click()`, nil)
	for _, v := range spends() {
		near("equal", v, total/7)
	}
	p.Eval(`document.querySelector("[data-preset=current]").click()`, nil)
	set := func(selector, value string) {
		t.Helper()
		p.Eval(fmt.Sprintf(`{ const e = document.querySelector(%q); e.value = %q; e.dispatchEvent(new Event("change")) }`, selector, value), nil)
	}
	set("[data-total] [type=text]", "2M")
	near("the total", sum(spends()), 2e6)
	near("a part of it", spends()[0], 769000/total*2e6)
	p.Eval(`document.querySelector("[data-lock]").click()`, nil)
	set("[data-channel] [type=text]", "1,000,000")
	near("the total kept", sum(spends()), 2e6)
	near("the channel", spends()[0], 1e6)
	set("[data-channel] [type=text]", "3,000,000")
	near("a channel beyond the total kept", spends()[0], 2e6)
	near("the others", sum(spends()[1:]), 0)
	set("[data-channel] [type=text]", "500k")
	near("the total, others from nothing", sum(spends()), 2e6)
	now := fmt.Sprint(spends())
	for _, bad := range []string{"", "abc", "-5", "1,00", "1e6", "12,34,567", "∞", "1.2.3", "99999999999999999", "<b>"} {
		set("[data-channel] [type=text]", bad)
		var invalid bool
		p.Eval(`document.querySelector("[data-channel] [type=text]").getAttribute("aria-invalid") === "true"`, &invalid)
		if said := text(t, p, ".sim-live [data-out=message]"); !invalid || !strings.Contains(said, "An amount looks like") {
			t.Errorf("%q is taken: invalid %v, message %q", bad, invalid, said)
		}
	}
	set("[data-channel] [type=text]", "500k")
	if got := fmt.Sprint(spends()); got != now {
		t.Errorf("after mistakes: %s, want %s", got, now)
	}
}

// Beyond the largest spend so far the page says that it guesses.
func TestSpendNeverSeenBringsAWarning(t *testing.T) {
	b := browsertest.Start(t)
	s := sample(t)
	p := b.OpenHTML(pageOf(t, s), browsertest.Options{})
	for _, c := range []struct {
		part float64
		warn bool
	}{{0.99, false}, {1, false}, {1.01, true}} {
		p.Eval(fmt.Sprintf(`{ const e = document.querySelector("[data-channel] [type=text]"); e.value = %q; e.dispatchEvent(new Event("change")) }`, fmt.Sprint(int(c.part*s.Channels[0].MaxSpend))), nil)
		note := text(t, p, "#simulator-0-note")
		if (note != "") != c.warn || c.warn && !strings.Contains(note, "Direct Mail never got more than $1.08\u00a0M in a week") {
			t.Errorf("at %v of the largest: %q", c.part, note)
		}
	}
}

// Only the keyboard, and what a screen reader is told: once, when the hand
// rests, not at every step.
func TestTheKeyboardIsEnoughAndTheScreenReaderIsNotFlooded(t *testing.T) {
	b := browsertest.Start(t)
	p := b.OpenHTML(pageOf(t, sample(t)), browsertest.Options{})
	p.Eval(`new Promise(done => setTimeout(done, 1200))`, nil) // what is said at the start
	p.Eval(`{ window.said = []; new MutationObserver(() => said.push(document.querySelector("[role=status]").textContent)).observe(document.querySelector("[role=status]"), { childList: true, characterData: true, subtree: true }) }`, nil)
	var order []string
	for range 30 {
		p.Key("Tab")
		var name string
		p.Eval(`(e => e.getAttribute("aria-label") || e.textContent.trim())(document.activeElement)`, &name)
		order = append(order, name)
		if name == "Insert, slider" {
			break
		}
	}
	all := strings.Join(order, "; ")
	for _, want := range []string{"The recommended plan", "All channels, slider; All channels, $ per week", "Direct Mail, slider; Direct Mail, $ per week; Insert, slider"} {
		if !strings.Contains(all, want) {
			t.Errorf("the order of the focus lacks %q: %s", want, all)
		}
	}
	before := amounts(t, p)
	var outline string
	p.Eval(`getComputedStyle(document.activeElement).outlineStyle`, &outline)
	for range 12 {
		p.Key("ArrowRight")
	}
	if after := amounts(t, p); after == before || outline == "none" {
		t.Errorf("twelve arrows: %s after %s; outline %q", after, before, outline)
	}
	var value string
	p.Eval(`document.activeElement.getAttribute("aria-valuetext")`, &value)
	if !strings.Contains(value, "$") || !strings.Contains(value, "per week") {
		t.Errorf("the slider says %q", value)
	}
	p.Eval(`new Promise(done => setTimeout(done, 1500))`, nil)
	var said []string
	p.Eval(`said`, &said)
	if len(said) != 1 || !strings.Contains(said[0], "Media bring $") || !strings.Contains(said[0], "than today") {
		t.Errorf("after twelve steps it is said: %q", said)
	}
}

// Everything to touch is at least 24 by 24 pixels and has a name; nothing
// scrolls sideways, down to 320 pixels; the page asks for nothing.
func TestThePageFitsHandsAndPhones(t *testing.T) {
	b := browsertest.Start(t)
	for _, width := range []int{320, 375, 768, 1280} {
		for _, dark := range []bool{false, true} {
			p := b.OpenHTML(pageOf(t, sample(t)), browsertest.Options{Width: width, Height: 800, Dark: dark})
			p.Eval(`document.querySelector("[data-act=share]").click()`, nil)
			var small []string
			p.Eval(`[...document.querySelectorAll(".sim input, .sim button, .sim summary, .sim label")].filter(e => { const r = e.getBoundingClientRect(); return r.width > 0 && (r.width < 24 || r.height < 24) && !e.matches("label input") })
				.map(e => e.outerHTML.slice(0, 80) + " " + e.getBoundingClientRect().width + "x" + e.getBoundingClientRect().height)`, &small)
			var wide float64
			p.Eval(`document.documentElement.scrollWidth - innerWidth`, &wide)
			if len(small) > 0 || wide > 0 {
				t.Errorf("%d pixels: too small: %q; too wide by %v", width, small, wide)
			}
			var tree struct {
				Nodes []struct {
					Ignored    bool
					Role, Name struct{ Value string }
				}
			}
			p.Call("Accessibility.getFullAXTree", nil, &tree)
			count := 0
			for _, n := range tree.Nodes {
				if r := n.Role.Value; !n.Ignored && (r == "slider" || r == "textbox" || r == "button" || r == "checkbox") {
					count++
					if n.Name.Value == "" {
						t.Errorf("a %s without a name", r)
					}
				}
			}
			if count < 8+8+1+7 {
				t.Errorf("%d controls, want 8 sliders, 8 boxes, a lock and buttons", count)
			}
			if f, r := p.Faults(), p.Requests(); len(f) > 0 || len(r) != 1 {
				t.Errorf("faults %q, requests %q", f, r)
			}
		}
	}
}

func TestWithoutScriptsThereIsATable(t *testing.T) {
	b := browsertest.Start(t)
	s := sample(t)
	page := pageOf(t, s)
	p := b.OpenHTML(page, browsertest.Options{NoScript: true})
	var tree struct {
		Nodes []struct {
			Ignored    bool
			Role, Name struct{ Value string }
		}
	}
	p.Call("Accessibility.getFullAXTree", nil, &tree)
	var all []string
	for _, n := range tree.Nodes {
		if !n.Ignored {
			all = append(all, n.Name.Value)
			if n.Role.Value == "slider" {
				t.Error("a slider that does nothing is shown")
			}
		}
	}
	joined := strings.Join(all, "|")
	for _, x := range s.Scenarios {
		if !strings.Contains(joined, title(x.Name)) || !strings.Contains(joined, mean("$", x.Response)) {
			t.Errorf("%s is missing", x.Name)
		}
	}
	if !strings.Contains(joined, "The sliders need JavaScript") {
		t.Error("nobody says why there are no sliders")
	}
}

// Names come from data: they are text, wherever they stand.
func TestHostileNamesAreText(t *testing.T) {
	b := browsertest.Start(t)
	for _, evil := range []string{
		`</script><script>alert(1)</script>`, `<!--<script>`, `"><img src=x onerror=alert(1)>`, `' onfocus=alert(1) autofocus='`, `{{.}}`, "${alert(1)}", `\u003cscript\u003e`, "a\u2028b", `]]>`, `&lt;b&gt;`, `</table></div></body>`,
	} {
		s := sample(t)
		s.Currency, s.Step = evil, evil
		s.Channels[0].Name, s.Scenarios[2].Name, s.Scenarios[2].ID = evil, evil, evil
		page := pageOf(t, s)
		p := b.OpenHTML(page, browsertest.Options{})
		p.Eval(`{ const e = document.querySelector("[data-channel] [type=range]"); e.value = e.max; e.dispatchEvent(new Event("input")) }`, nil)
		var scripts, name string
		p.Eval(`String(document.scripts.length) + document.querySelectorAll("img, b, [onerror], [onfocus], [style]").length`, &scripts)
		p.Eval(`document.querySelector("[data-channel] th").textContent.trim()`, &name)
		if f := p.Faults(); len(f) > 0 || scripts != "20" || name != strings.TrimSpace(evil) {
			t.Errorf("%q: faults %q, scripts and intruders %s, name %q", evil, f, scripts, name)
		}
	}
}

// The markup keeps the rules of the page: no inline styles, no handlers, no
// code made of data.
func TestTheMarkupNeedsNoExceptionFromThePolicy(t *testing.T) {
	section, err := Render(sample(t))
	if err != nil || !section.Live {
		t.Fatal(section.Live, err)
	}
	tokens := html.NewTokenizer(strings.NewReader(section.HTML))
	elements := 0
	for tokens.Next() != html.ErrorToken {
		tok := tokens.Token()
		for _, a := range tok.Attr {
			if strings.HasPrefix(a.Key, "on") || a.Key == "style" || strings.Contains(strings.ToLower(a.Val), "javascript:") {
				t.Errorf("<%s %s=%q>", tok.Data, a.Key, a.Val)
			}
		}
		if elements++; tok.Data == "script" && tok.Type == html.StartTagToken && (len(tok.Attr) != 1 || tok.Attr[0].Val != "application/json") {
			t.Errorf("a script that is not data: %v", tok)
		}
	}
	if elements < 100 {
		t.Fatalf("saw %d tokens", elements)
	}
	for _, word := range []string{"eval(", "Function(", "innerHTML", "outerHTML", "insertAdjacent", "document.write", "fetch(", "XMLHttpRequest", "import(", ".style"} {
		if strings.Contains(Script(), word) {
			t.Errorf("the script uses %s", word)
		}
	}
	if n := len(Script()); n > 20<<10 || n < 1000 {
		t.Errorf("the script has %d bytes, want at most 20 KB", n)
	}
	t.Logf("script %d bytes, style %d, data and markup %d", len(Script()), len(Style()), len(section.HTML))
	if again, _ := Render(sample(t)); again.HTML != section.HTML {
		t.Error("two renderings differ")
	}
}

func TestTwoSimulatorsShareAPage(t *testing.T) {
	b := browsertest.Start(t)
	first, second := sample(t), sample(t)
	second.ID = "other"
	p := b.OpenHTML(pageOf(t, first, second), browsertest.Options{})
	p.Eval(`document.querySelector("#other [data-preset=more]").click()`, nil)
	var got []string
	p.Eval(`[...document.querySelectorAll("output")].map(e => e.textContent)`, &got)
	if len(got) != 2 || got[0] != mean("$", first.Scenarios[0].Response) || got[1] != mean("$", first.Scenarios[3].Response) {
		t.Errorf("outputs %q", got)
	}
	var twice int
	p.Eval(`(ids => ids.length - new Set(ids).size)([...document.querySelectorAll("[id]")].map(e => e.id))`, &twice)
	if twice > 0 {
		t.Errorf("%d ids occur twice", twice)
	}
}

// Go and the page print numbers alike.
func TestNumbersLookAlikeInGoAndInThePage(t *testing.T) {
	b := browsertest.Start(t)
	s := sample(t)
	p := b.OpenHTML(pageOf(t, s), browsertest.Options{})
	p.Eval(`document.querySelector("[data-preset=optimal]").click()`, nil)
	row := newRow(s, mustModel(t, s), s.Scenarios[1])
	for name, want := range map[string]string{"spend": row.Spend, "mean": row.Mean, "interval": row.Interval, "change": row.Change} {
		if got := text(t, p, "[data-plan=yours] [data-out="+name+"]"); got != want {
			t.Errorf("%s is %q in the page, %q in Go", name, got, want)
		}
	}
	var got struct{ Mean, Range, Known string }
	for _, e := range []typed.Estimate{{}, {Mean: 1.104e9, Low: 0.61e9, High: 1.94e9}, {Mean: 8.2, Low: 7.9, High: 8.4}, {Mean: 999_600, Low: 999_000, High: 1_001_000},
		{Mean: 9996, Low: 9000, High: 11_000}, {Mean: 769_000, Low: -31_000, High: 1_500_000}, {Mean: -12.34, Low: -20, High: 0.001}, {Mean: 123_456, Low: 123_456, High: 123_456},
		{Mean: 5e-7, Low: 1e-8, High: 1e-6}, {Mean: 3.3e13, Low: 1e12, High: 9e13}, {Mean: 1e3, Low: 100, High: 1e4}, {Mean: 0.02, Low: 0, High: 7}, {Mean: 650, Low: 120, High: 4321}} {
		for _, unit := range []string{"$", ""} {
			p.Eval(fmt.Sprintf(`(s => ({ ...s.estimate(%q, { mean: %g, low: %g, high: %g }), known: s.known(%q, %g) }))(%s)`, unit, e.Mean, e.Low, e.High, unit, e.Mean, simulator), &got)
			if got.Mean != mean(unit, e) || got.Range != interval(unit, e) || got.Known != known(unit, e.Mean) {
				t.Errorf("%v is %q, want %q, %q, %q", e, got, mean(unit, e), interval(unit, e), known(unit, e.Mean))
			}
		}
	}
}

func mustModel(t *testing.T, s typed.Simulator) *Model {
	t.Helper()
	m, err := NewModel(s)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// Looked at with axe-core by the rules of WCAG 2.2 AA: as it opens, and with a
// warning, a mistake and a link shown.
func TestTheSimulatorIsAccessibleWhateverIsShown(t *testing.T) {
	source, err := os.ReadFile(os.Getenv("AXE"))
	if err != nil {
		t.Skip("needs axe-core: AXE=/path/to/axe.min.js")
	}
	b := browsertest.Start(t)
	for name, o := range map[string]browsertest.Options{"light": {}, "dark": {Dark: true}, "phone": {Width: 375, Height: 800}, "paper": {Print: true}} {
		p := b.OpenHTML(pageOf(t, sample(t)), o)
		p.Eval(string(source), nil)
		for _, step := range []string{``, `document.querySelector("[data-channel] [type=range]").value = 1e9; document.querySelector("[data-channel] [type=range]").dispatchEvent(new Event("input"));
			document.querySelector("[data-act=share]").click(); document.querySelector("[data-preset=optimal]").focus();
			document.querySelectorAll("[type=text]")[2].value = "x"; document.querySelectorAll("[type=text]")[2].dispatchEvent(new Event("change")); document.querySelector("details").open = true`} {
			p.Eval(step, nil)
			var found []struct {
				ID    string
				Nodes []struct{ HTML, FailureSummary string }
			}
			p.Eval(`axe.run(document.querySelector(".sim"), {runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"], resultTypes: ["violations"]}).then(r => r.violations)`, &found)
			for _, v := range found {
				t.Errorf("%s: %s: %+v", name, v.ID, v.Nodes[0])
			}
		}
	}
}
