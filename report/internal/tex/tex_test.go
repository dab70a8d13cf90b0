package tex

import (
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"
)

func TestFormulasBecomeMathML(t *testing.T) {
	cases := []struct{ in, want string }{
		{`x`, `<mi>x</mi>`},
		{`x_1^2`, `<msubsup><mi>x</mi><mn>1</mn><mn>2</mn></msubsup>`},
		{`x_{t-l}`, `<msub><mi>x</mi><mrow><mi>t</mi><mo>−</mo><mi>l</mi></mrow></msub>`},
		{`10^6`, `<msup><mn>10</mn><mn>6</mn></msup>`},
		{`x^12`, `<mrow><msup><mi>x</mi><mn>1</mn></msup><mn>2</mn></mrow>`},
		{`\frac{a}{b}`, `<mfrac><mi>a</mi><mi>b</mi></mfrac>`},
		{`\frac12`, `<mfrac><mn>1</mn><mn>2</mn></mfrac>`},
		{`\sqrt{x}`, `<msqrt><mi>x</mi></msqrt>`},
		{`\sqrt[3]{x}`, `<mroot><mi>x</mi><mn>3</mn></mroot>`},
		{`\sum_{l=0}^{L}`, `<munderover><mo>∑</mo><mrow><mi>l</mi><mo>=</mo><mn>0</mn></mrow><mi>L</mi></munderover>`},
		{`\int_0^1`, `<msubsup><mo>∫</mo><mn>0</mn><mn>1</mn></msubsup>`},
		{`\alpha\Sigma`, `<mrow><mi>α</mi><mi mathvariant="normal">Σ</mi></mrow>`},
		{`\text{if } x`, "<mrow><mtext>if\u00a0</mtext><mi>x</mi></mrow>"},
		{`\mathrm{ROAS}`, `<mi>ROAS</mi>`},
		{`\mathbb{E}`, `<mi>𝔼</mi>`},
		{`\mathbf{x}\boldsymbol\beta`, `<mrow><mi>𝐱</mi><mi>𝛃</mi></mrow>`},
		{`\mathcal{N}(0,1)`, `<mrow><mi>𝒩</mi><mo stretchy="false">(</mo><mn>0</mn><mo>,</mo><mn>1</mn><mo stretchy="false">)</mo></mrow>`},
		{`\log x`, `<mrow><mi>log</mi><mspace width="0.1667em"/><mi>x</mi></mrow>`},
		{`\log(x)`, `<mrow><mi>log</mi><mo stretchy="false">(</mo><mi>x</mi><mo stretchy="false">)</mo></mrow>`},
		{`\left(\frac{1}{2}\right)`, `<mrow><mo stretchy="true">(</mo><mfrac><mn>1</mn><mn>2</mn></mfrac><mo stretchy="true">)</mo></mrow>`},
		{`\hat{R}`, `<mover accent="true"><mi>R</mi><mo stretchy="false">^</mo></mover>`},
		{`f'`, `<msup><mi>f</mi><mo>′</mo></msup>`},
		{`a < b`, `<mrow><mi>a</mi><mo>&lt;</mo><mi>b</mi></mrow>`},
		{`94\%`, `<mrow><mn>94</mn><mo>%</mo></mrow>`},
		{`a &= b \\ &= c`, `<mtable><mtr><mtd class="r"><mi>a</mi></mtd><mtd class="l"><mrow><mo>=</mo><mi>b</mi></mrow></mtd></mtr><mtr><mtd class="r"><mrow></mrow></mtd><mtd class="l"><mrow><mo>=</mo><mi>c</mi></mrow></mtd></mtr></mtable>`},
		{`\begin{cases}1 & x>0\\0\end{cases}`, `<mrow><mo stretchy="true">{</mo><mtable><mtr><mtd class="l"><mn>1</mn></mtd><mtd class="l"><mrow><mi>x</mi><mo>&gt;</mo><mn>0</mn></mrow></mtd></mtr><mtr><mtd class="l"><mn>0</mn></mtd></mtr></mtable></mrow>`},
		{`\operatorname{HalfNormal}(\sigma)`, `<mrow><mi>HalfNormal</mi><mo stretchy="false">(</mo><mi>σ</mi><mo stretchy="false">)</mo></mrow>`},
		{`\max_x f`, `<mrow><munder><mo movablelimits="true" lspace="0" rspace="0">max</mo><mi>x</mi></munder><mspace width="0.1667em"/><mi>f</mi></mrow>`},
	}
	for _, c := range cases {
		got, err := MathML(c.in, false)
		if want := "<math>" + c.want + "</math>"; err != nil || got != want {
			t.Errorf("MathML(%q), %v\n got %s\nwant %s", c.in, err, got, want)
		}
	}
}

func TestTheFormulasOfTheModelAreCovered(t *testing.T) {
	for _, f := range []string{
		`y_t = \alpha + \sum_{c=1}^{C} \beta_c\, f\!\left(\sum_{l=0}^{L} w_{c,l}\, x_{c,t-l};\ \lambda_c\right) + \sum_k \gamma_k z_{k,t} + \varepsilon_t`,
		`w_l = \frac{\alpha^l}{\sum_{j=0}^{L}\alpha^j}, \qquad f(x) = \frac{1 - e^{-\lambda x}}{1 + e^{-\lambda x}}`,
		`\mathrm{CRPS}(F, y) = \mathbb{E}|X - y| - \tfrac12\,\mathbb{E}|X - X'|`,
		`\hat{R} = \sqrt{\frac{\widehat{\mathrm{var}}^{+}(\theta\mid y)}{W}} \le 1.01`,
		`p(\theta \mid y) \propto p(y \mid \theta)\, p(\theta)`,
		`\operatorname*{arg\,max}_{x \ge 0,\ \sum_c x_c = B} \sum_c r_c(x_c)`,
		`\varepsilon_t \sim \mathcal{N}^{+}(0, \sigma^2), \quad t = 1, \dots, T`,
		`\begin{aligned} \mathrm{ROAS}_c &= \frac{\sum_t \text{contribution}_{c,t}}{\sum_t \text{spend}_{c,t}} \\[2pt] &\approx 3.1 \end{aligned}`,
		`\gamma_{\text{fourier}} = \left\{\sin\frac{2\pi k t}{365.25}, \cos\frac{2\pi k t}{365.25}\right\}_{k=1}^{2}`,
		`\lVert \nabla \log p \rVert_\infty < 10^{-8}`,
		`\$3.10 \text{ per \$1}`,
	} {
		for _, display := range []bool{false, true} {
			ml, err := MathML(f, display)
			if err != nil {
				t.Errorf("%s: %v", f, err)
			} else if err := wellFormed(ml); err != nil {
				t.Errorf("%s: %v\n%s", f, err, ml)
			}
		}
	}
}

func TestWhatIsNotCoveredIsAnError(t *testing.T) {
	for _, f := range []string{
		`\href{javascript:alert(1)}{x}`, `\class{"><script>}{x}`, `\style{x}{y}`, `\def\x{y}`, `\unknown`, `\input{/etc/passwd}`,
		`{`, `}`, `x^`, `x^1^2`, `\frac{1}`, `\left(x`, `\right)`, `\begin{aligned} x`, `\begin{x}\end{x}`, `\begin{cases}\end{align}`,
		`\text{a`, `\sqrt[3`, `#`, `\`, `\text{\href{x}{y}}`, strings.Repeat("{", 1000), strings.Repeat("x", MaxBytes+1), "\xff",
		strings.Repeat(`\sqrt`, 500) + "x", strings.Repeat(`x^{`, 500),
	} {
		if ml, err := MathML(f, true); err == nil {
			t.Errorf("MathML(%.40q) = %.200s, want an error", f, ml)
		}
	}
}

func TestTextIsEscaped(t *testing.T) {
	for _, f := range []string{`\text{<script>alert(1)</script>}`, `<img src=x onerror=alert(1)>`, `\operatorname{<b>}`, `"><script>`, `\tag{<i>}`, `\not<`, `\mathrm{<b>}`} {
		ml, err := MathML(f, false)
		if err != nil {
			continue
		}
		if err := wellFormed(ml); err != nil {
			t.Errorf("MathML(%q) = %s: %v", f, ml, err)
		}
	}
}

// allowed is every element and attribute the package writes.
var allowed = map[string]string{"math": "display", "mrow": "", "mi": "mathvariant", "mn": "", "mo": "stretchy minsize maxsize movablelimits lspace rspace",
	"mtext": "", "mspace": "width", "mfrac": "linethickness", "msqrt": "", "mroot": "", "msub": "", "msup": "", "msubsup": "",
	"munder": "", "mover": "accent", "munderover": "", "mtable": "", "mtr": "", "mtd": "class"}

// wellFormed checks that ml is XML made of the allowed elements only.
func wellFormed(ml string) error {
	d := xml.NewDecoder(strings.NewReader(ml))
	for {
		tok, err := d.Token()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if start, ok := tok.(xml.StartElement); ok {
			attrs, ok := allowed[start.Name.Local]
			if !ok {
				return errors.New("element " + start.Name.Local)
			}
			for _, a := range start.Attr {
				if !strings.Contains(" "+attrs+" ", " "+a.Name.Local+" ") {
					return errors.New("attribute " + a.Name.Local)
				}
			}
		}
	}
}

func FuzzMathML(f *testing.F) {
	for _, s := range []string{`\frac{a}{b}`, `x_1'^2`, `\text{<b>}`, `\begin{cases}1&2\\3\end{cases}`, `\left(x\middle|y\right]`, `\not=`, "\\\n", `\operatorname*{a}_b`, "\x00"} {
		f.Add(s, true)
	}
	f.Fuzz(func(t *testing.T, src string, display bool) {
		ml, err := MathML(src, display)
		if err != nil {
			return
		}
		if strings.ContainsFunc(src, func(r rune) bool { return r < ' ' || r > 0xd7ff }) {
			return // characters that XML, unlike HTML, cannot hold
		}
		if err := wellFormed(ml); err != nil {
			t.Fatalf("MathML(%q) = %s: %v", src, ml, err)
		}
	})
}
