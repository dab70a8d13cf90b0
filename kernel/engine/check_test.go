package engine

import (
	"strings"
	"testing"
	"time"
)

func TestCheckFindsEveryFaultAndRunsNothing(t *testing.T) {
	dir := module(t)
	s := open(t, Options{Dir: dir})
	ds, err := s.Check(t.Context(), []Cell{
		{"imports", "import \"example.com/main/lib\"\n\nimport \"example.com/none\""},
		{"good", "!touch made\nvar x = lib.F()\n%%\nfmt.Println(x)"},
		{"type", "func f() string {\n\treturn x\n}\n%%\nfmt.Println(undefined)"},
		{"syntax", "%%\nfmt.Println("},
		{"uses", "%%\nf()"},
		{"twice", "type x int"},
		{"missing", "%%\nnone.X()"},
		{"command", "%env\n%cd nowhere"},
		{"test", "%test\nfunc TestX(t *testing.T) { t.Nothing() }"},
		{"script", "%%bash\nif"},
		{"unused", "%%\ny := 1"},
	})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, d := range ds {
		got = append(got, strings.Split(d.Error(), "\n")[0])
	}
	want := []string{
		"type:2:9: cannot use x (variable of type int) as string value in return statement",
		"type:5:13: undefined: undefined",
		"syntax:2: expected operand, found '}'",
		"twice:1:6: x redeclared in this block",
		"imports:3:8: no required module provides package example.com/none; to add it:",
		"command:1: `%env <VAR_NAME> <value>` (or `%env <VAR_NAME>=<value>`): it takes 2 arguments, the variable name and its content, but 0 were given",
		"test:2:30: t.Nothing undefined (type *testing.T has no field or method Nothing)",
		"unused:2:1: declared and not used: y",
	}
	missing := 0
	for _, w := range want {
		found := false
		for _, g := range got {
			found = found || g == w
		}
		if !found {
			missing++
			t.Errorf("not found: %s", w)
		}
	}
	if missing > 0 || len(got) > len(want)+3 {
		t.Errorf("got\n%+q", ds)
	}
	if out, err := execute(t, s, "after", "%%\nx := 1\nfmt.Println(x)"); err != nil {
		t.Errorf("Check changed the session: %s %v", out, err)
	}
}

func TestCompileErrorsNameTheCellAndForgetIt(t *testing.T) {
	s := open(t, Options{})
	if out, err := execute(t, s, "a", "func f() int { return 1 }"); err != nil {
		t.Fatal(out, err)
	}
	out, err := execute(t, s, "b", "func f() string { return \"s\" }\nvar y = 1\n\n%%\nfmt.Println(f(),\n\tz)")
	if want := "error CompileError: \"b:6:2: undefined: z\"\nb:6:2: undefined: z\n"; out != want || err == nil {
		t.Errorf("got %s, %v, want %s", out, err, want)
	}
	if out, err := execute(t, s, "c", "%%\nvar x int = f()\nfmt.Println(x)"); out != "stdout: \"1\\n\"\n" || err != nil {
		t.Errorf("got %s, %v: the failed cell is remembered", out, err)
	}
	if _, err := execute(t, s, "d", "func g() int { return 7 }\n%%\npanic(1)"); err == nil {
		t.Error("no error")
	}
	if out, err := execute(t, s, "e", "%%\nfmt.Println(g())"); out != "stdout: \"7\\n\"\n" || err != nil {
		t.Errorf("got %s, %v: the cell that failed as it ran is forgotten", out, err)
	}
	out, err = execute(t, s, "f", "import \"example.com/none\"\n%%\nnone.X()")
	if want := "error CompileError: \"f:1:8: no required module provides package example.com/none; to add it:\\n\\tgo get example.com/none\""; !strings.HasPrefix(out, want) || err == nil {
		t.Errorf("got %s, %v, want %s", out, err, want)
	}
	if out, err := execute(t, s, "g", "import . \"math\"\n%%\nfmt.Println(1)"); out != "stdout: \"1\\n\"\n" || err != nil {
		t.Errorf("an import into the name space that is not used: got %s, %v", out, err)
	}
	if out, err := execute(t, s, "h", "%%\nfmt.Println(Pi > 3)"); out != "stdout: \"true\\n\"\n" || err != nil {
		t.Errorf("an import into the name space: got %s, %v", out, err)
	}
}

func TestWhatIsCompiledAheadIsUsedAndChangesNothing(t *testing.T) {
	s := open(t, Options{})
	cells := []Cell{
		{"a", "func f() int { return 1 }"},
		{"b", "%%\ntime.Sleep(time.Second)\nfmt.Println(f())"},
		{"c", "func f() int { return 2 }\n%%\nfmt.Println(f())"},
		{"d", "%env MIXMODEL_X y\n%%\nfmt.Println(os.Getenv(\"MIXMODEL_X\"), f())"},
		{"e", "var x int = \"s\""},
		{"f", "%%\nfmt.Println(f())"},
	}
	s.Prepare(cells)
	want := []string{"", "stdout: \"1\\n\"\n", "stdout: \"2\\n\"\n", "stdout: \"Set: MIXMODEL_X=\\\"y\\\"\\n\"\nstdout: \"y 2\\n\"\n", "error CompileError", "stdout: \"2\\n\"\n"}
	for i, c := range cells {
		start := time.Now()
		out, _ := execute(t, s, c.ID, c.Source)
		if !strings.HasPrefix(out, want[i]) || want[i] == "" && out != "" {
			t.Errorf("%s: got %s, want %s", c.ID, out, want[i])
		}
		t.Logf("%s took %v", c.ID, time.Since(start).Round(time.Millisecond))
	}
	// Cells other than those that were announced run as well.
	s.Prepare([]Cell{{"x", "%%\nfmt.Println(\"x\")"}, {"y", "%%\nfmt.Println(\"y\")"}})
	if out, err := execute(t, s, "z", "func f() int { return 3 }\n%%\nfmt.Println(f())"); out != "stdout: \"3\\n\"\n" || err != nil {
		t.Errorf("got %s, %v", out, err)
	}
	if out, err := execute(t, s, "y", "%%\nfmt.Println(\"y\")"); out != "stdout: \"y\\n\"\n" || err != nil {
		t.Errorf("got %s, %v", out, err)
	}
}
