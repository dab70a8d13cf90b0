package tex

import (
	"html"
	"strings"
)

var spaces = map[string]string{
	`\,`: thin, `\:`: `<mspace width="0.222em"/>`, `\>`: `<mspace width="0.222em"/>`, `\;`: `<mspace width="0.278em"/>`,
	`\!`: `<mspace width="-0.167em"/>`, `\ `: `<mspace width="0.333em"/>`, `\quad`: `<mspace width="1em"/>`,
	`\qquad`: `<mspace width="2em"/>`, `\enspace`: `<mspace width="0.5em"/>`, "\\\n": `<mspace width="0.333em"/>`,
}

// letters are Greek and other names; the capitals are upright, as in TeX.
var letters = table(`alpha α beta β gamma γ delta δ epsilon ϵ varepsilon ε zeta ζ eta η theta θ vartheta ϑ iota ι kappa κ
	lambda λ mu μ nu ν xi ξ omicron ο pi π varpi ϖ rho ρ varrho ϱ sigma σ varsigma ς tau τ upsilon υ phi ϕ varphi φ chi χ psi ψ
	omega ω Gamma Γ Delta Δ Theta Θ Lambda Λ Xi Ξ Pi Π Sigma Σ Upsilon Υ Phi Φ Psi Ψ Omega Ω
	infty ∞ partial ∂ nabla ∇ ell ℓ hbar ℏ Re ℜ Im ℑ aleph ℵ emptyset ∅ varnothing ∅ top ⊤ bot ⊥ imath ı jmath ȷ degree °
	ldots … dots … dotsc … cdots ⋯ dotsb ⋯ vdots ⋮ ddots ⋱ prime ′ euro €`)

var operators = merge(table(`times × cdot ⋅ div ÷ pm ± mp ∓ ast ∗ star ⋆ circ ∘ bullet ∙ oplus ⊕ otimes ⊗ odot ⊙ setminus ∖
	le ≤ leq ≤ leqslant ⩽ ge ≥ geq ≥ geqslant ⩾ ne ≠ neq ≠ ll ≪ gg ≫ equiv ≡ approx ≈ sim ∼ simeq ≃ cong ≅ propto ∝ doteq ≐
	triangleq ≜ in ∈ notin ∉ ni ∋ subset ⊂ subseteq ⊆ supset ⊃ supseteq ⊇ cup ∪ cap ∩ land ∧ wedge ∧ lor ∨ vee ∨ neg ¬ lnot ¬
	forall ∀ exists ∃ nexists ∄ to → rightarrow → leftarrow ← gets ← leftrightarrow ↔ Rightarrow ⇒ Leftarrow ⇐
	Leftrightarrow ⇔ implies ⟹ iff ⟺ longrightarrow ⟶ mapsto ↦ uparrow ↑ downarrow ↓ perp ⊥ parallel ∥ mid ∣ nmid ∤ colon :
	coloneqq ≔ prec ≺ succ ≻ therefore ∴ because ∵ lesssim ≲ gtrsim ≳ diamond ⋄ dagger † square □ blacksquare ■ checkmark ✓`),
	map[string]string{`\%`: "%", `\&`: "&", `\#`: "#", `\$`: "$", `\_`: "_", `\lt`: "<", `\gt`: ">", `\backslash`: `\`})

var delimiters = merge(table(`lvert | rvert | vert | lVert ‖ rVert ‖ Vert ‖ langle ⟨ rangle ⟩ lfloor ⌊ rfloor ⌋ lceil ⌈ rceil ⌉ lbrack [ rbrack ]`),
	map[string]string{`\|`: "‖", `\{`: "{", `\}`: "}", `\lbrace`: "{", `\rbrace`: "}"})

var bigOperators = table(`sum ∑ prod ∏ coprod ∐ int ∫ iint ∬ iiint ∭ oint ∮ bigcup ⋃ bigcap ⋂ bigoplus ⨁ bigotimes ⨂ bigvee ⋁ bigwedge ⋀`)

var accents = table(`hat ^ widehat ^ bar ¯ overline ‾ tilde ˜ widetilde ˜ vec → dot ˙ ddot ¨ check ˇ breve ˘ acute ´ grave ` + "`")

var alphabets = map[string]string{
	`\mathrm`: "normal", `\rm`: "normal", `\mathbf`: "bold", `\boldsymbol`: "bold", `\bm`: "bold", `\mathcal`: "script",
	`\mathscr`: "script", `\mathbb`: "double", `\mathit`: "italic", `\mathsf`: "normal", `\mathtt`: "mono", `\mathnormal`: "italic",
}

var functions = wordSet(`sin cos tan cot sec csc arcsin arccos arctan sinh cosh tanh coth exp log ln lg deg dim ker hom arg`)

var limitFunctions = map[string]string{"max": "max", "min": "min", "sup": "sup", "inf": "inf", "lim": "lim", "limsup": "lim sup",
	"liminf": "lim inf", "det": "det", "gcd": "gcd", "Pr": "Pr", "argmax": "arg max", "argmin": "arg min"}

// table reads "name symbol name symbol ..." into a map from \name.
func table(s string) map[string]string {
	f := strings.Fields(s)
	m := make(map[string]string, len(f)/2)
	for i := 0; i+1 < len(f); i += 2 {
		m[`\`+f[i]] = f[i+1]
	}
	return m
}

func merge(a, b map[string]string) map[string]string {
	for k, v := range b {
		a[k] = v
	}
	return a
}

func wordSet(s string) map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(s) {
		m[w] = true
	}
	return m
}

// greek writes a letter command in the alphabet in force.
func (p *parser) greek(s string) string {
	r := []rune(s)[0]
	if p.variant == "bold" {
		return "<mi>" + bold(r) + "</mi>"
	}
	if r >= 'Α' && r <= 'Ω' || p.variant == "normal" {
		return `<mi mathvariant="normal">` + s + "</mi>"
	}
	if strings.ContainsRune("…⋯⋮⋱", r) {
		return "<mo>" + s + "</mo>"
	}
	return "<mi>" + s + "</mi>"
}

// inAlphabet reads the argument of \mathrm and its like. An upright word is one
// name, not a product of letters.
func (p *parser) inAlphabet() string {
	if p.variant == "normal" && p.peek() == "{" {
		if word, rest, ok := strings.Cut(p.rest[1:], "}"); ok && len(word) > 1 && isWord(word) {
			p.rest = rest
			return "<mi>" + html.EscapeString(word) + "</mi>"
		}
	}
	return p.argument()
}

func isWord(s string) bool {
	for i := range len(s) {
		if !isLetter(s[i]) && (s[i] < '0' || s[i] > '9') {
			return false
		}
	}
	return true
}

// alphabet maps letters and digits to the alphabet in force.
func (p *parser) alphabet(s string) string {
	var f func(rune) string
	switch p.variant {
	case "bold":
		f = bold
	case "script":
		f = script
	case "double":
		f = double
	case "mono":
		f = mono
	default:
		return s
	}
	var b strings.Builder
	for _, r := range s {
		b.WriteString(f(r))
	}
	return b.String()
}

// shift maps A-Z, a-z and 0-9 to blocks of mathematical letters.
func shift(r, capital, small, digit rune) string {
	switch {
	case r >= 'A' && r <= 'Z':
		return string(capital + r - 'A')
	case r >= 'a' && r <= 'z':
		return string(small + r - 'a')
	case r >= '0' && r <= '9' && digit != 0:
		return string(digit + r - '0')
	}
	return string(r)
}

func bold(r rune) string {
	switch {
	case r >= 'Α' && r <= 'Ω':
		return string(0x1d6a8 + r - 'Α')
	case r >= 'α' && r <= 'ω':
		return string(0x1d6c2 + r - 'α')
	}
	return shift(r, 0x1d400, 0x1d41a, 0x1d7ce)
}

// The letters that had a place in Unicode before the mathematical alphabets.
var (
	oldScript = map[rune]string{'B': "ℬ", 'E': "ℰ", 'F': "ℱ", 'H': "ℋ", 'I': "ℐ", 'L': "ℒ", 'M': "ℳ", 'R': "ℛ", 'e': "ℯ", 'g': "ℊ", 'o': "ℴ"}
	oldDouble = map[rune]string{'C': "ℂ", 'H': "ℍ", 'N': "ℕ", 'P': "ℙ", 'Q': "ℚ", 'R': "ℝ", 'Z': "ℤ"}
)

func script(r rune) string {
	if s, ok := oldScript[r]; ok {
		return s
	}
	return shift(r, 0x1d49c, 0x1d4b6, 0)
}

func double(r rune) string {
	if s, ok := oldDouble[r]; ok {
		return s
	}
	return shift(r, 0x1d538, 0x1d552, 0x1d7d8)
}

func mono(r rune) string { return shift(r, 0x1d670, 0x1d68a, 0x1d7f6) }
