package engine

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// open returns a session in a folder of the module, closed after the test.
func open(t testing.TB, o Options) *Session {
	t.Helper()
	s, err := Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
		if _, err := os.Stat(s.work.dir); err == nil {
			t.Errorf("the session's folder %s is left", filepath.Base(s.work.dir))
		}
	})
	return s
}

// execute runs a cell and returns its outputs as text, one a line.
func execute(t testing.TB, s *Session, id, source string) (string, error) {
	t.Helper()
	var sb strings.Builder
	err := s.Execute(t.Context(), Cell{id, source}, func(o Output) { sb.WriteString(show(o)) })
	return sb.String(), err
}

func show(o Output) string {
	switch o.Kind {
	case Stream:
		return fmt.Sprintf("%s: %q\n", o.Name, o.Text)
	case Display:
		id := ""
		if o.DisplayID != "" {
			id = fmt.Sprintf(" id=%s update=%v", o.DisplayID, o.Update)
		}
		return fmt.Sprintf("display%s: %s\n", id, o.Data)
	case Error:
		return fmt.Sprintf("error %s: %q\n%s\n", o.Name, o.Value, strings.Join(o.Traceback, "\n"))
	}
	return fmt.Sprintf("comm: %+v\n", *o.Comm)
}

func TestACellPrintsDisplaysAndIsRemembered(t *testing.T) {
	s := open(t, Options{})
	if got, err := execute(t, s, "one", "import \"mixmodel/kernel/display\"\nvar x = 6\n"); got != "" || err != nil {
		t.Errorf("declarations: got %q, %v", got, err)
	}
	got, err := execute(t, s, "two", "func f() int { return 7 * x }\n%%\nfmt.Println(\"before →\")\ndisplay.HTML(\"<b>x</b>\")\nfmt.Println(f())\n")
	want := "stdout: \"before →\\n\"\ndisplay: map[text/html:\"<b>x</b>\" text/plain:\"<b>x</b>\"]\nstdout: \"42\\n\"\n"
	if got != want || err != nil {
		t.Errorf("got %s, %v, want %s", got, err, want)
	}
}
