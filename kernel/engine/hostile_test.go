package engine

import (
	"context"
	"errors"
	"fmt"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"
)

// A hostile cell ends in a clear error, with everything it showed before.
func TestHostileCellsEndInAClearError(t *testing.T) {
	s := open(t, Options{})
	for _, test := range []struct{ name, source, want string }{
		{"exit", "%%\nfmt.Println(\"a\")\nos.Exit(3)",
			"stdout: \"a\\n\"\nerror ExitError: \"exit status 3\"\nexit status 3\n"},
		{"log.Fatal", "%%\nlog.SetFlags(0)\nlog.Fatal(\"no\")",
			"stderr: \"no\\n\"\nerror ExitError: \"exit status 1\"\nexit status 1\n"},
		{"panic", "func f(x int) int { return 1 / x }\n%%\nfmt.Println(\"a\")\nfmt.Println(f(0))",
			"stdout: \"a\\n\"\nerror Panic: \"runtime error: integer divide by zero\"\n" +
				"runtime error: integer divide by zero\n\ngoroutine [running]:\nmain.f(...)\n\tcell panic, line 1\nmain.main()\n\tcell panic, line 4\n"},
		{"goroutine", "%%\ngo func() { panic(fmt.Errorf(\"no %p\", new(int))) }()\nselect {}",
			"error Panic: \"no 0x?\"\nno 0x?\n\ngoroutine [running]:\nmain.main.func1()\n\tcell goroutine, line 2\ncreated by main.main\n\tcell goroutine, line 2\n"},
		{"nil pointer", "type T struct{ x int }\nvar t *T\n%%\nfmt.Println(t.x)",
			"error Panic: \"runtime error: invalid memory address or nil pointer dereference\\n[signal SIGSEGV: segmentation violation]\"\n"},
		{"stack", "func g(x int) int { return g(x+1) + 1 }\n%%\ndebug.SetMaxStack(1<<16)\nfmt.Println(g(0))",
			"error FatalError: \"stack overflow\"\nstack overflow\n\ngoroutine [running]:\nmain.g(...)\n\tcell stack, line 1\n"},
		{"test", "%test\nfunc TestX(t *testing.T) { t.Error(\"no\") }", "stdout: \"=== RUN   TestX\\n"},
		{"deadlock", "%%\nfmt.Println(\"a\")\n<-make(chan int)",
			"stdout: \"a\\n\"\nerror FatalError: \"all goroutines are asleep - deadlock!\"\nall goroutines are asleep - deadlock!\n\n" +
				"goroutine [chan receive]:\nmain.main()\n\tcell deadlock, line 3\n"},
		{"signal", "%%\nsyscall.Kill(os.Getpid(), syscall.SIGKILL)\ntime.Sleep(time.Minute)",
			"error ExitError: \"signal: killed\"\nsignal: killed\n"},
		{"NUL", "%%\nfmt.Print(\"a\\x00b\")", "stdout: \"a\\x00b\"\n"},
		{"bad UTF-8", "%%\nos.Stdout.Write([]byte{'a', 0xff, 0xe2, 0x86, 'b', 0xe2})", "stdout: \"a\uFFFD\uFFFD\uFFFDb"},
		{"looks like a panic", "%%\nfmt.Fprint(os.Stderr, \"panic: not really\\npan\")", "stderr: \"panic: not really\\npan\"\n"},
		{"nil image", "import \"github.com/janpfeifer/gonb/gonbui\"\n%%\ngonbui.DisplayPNG(nil)\ngonbui.DisplayHTML(\"x\")",
			"stderr: \"not shown: image/png without data\\n\"\ndisplay: map[text/html:\"x\"]\nerror DisplayError: \"not shown: image/png without data\"\nnot shown: image/png without data\n"},
		{"no input", "%%\nvar x string\nfmt.Println(fmt.Scanln(&x))", "stdout: \"0 EOF\\n\"\n"},
		{"asks", "import \"github.com/janpfeifer/gonb/gonbui\"\n%%\ngonbui.RequestInput(\"name\", false)\ngonbui.Sync()",
			"stderr: \"the cell asks for input, and there is nobody to give any\\n\"\nerror InputError: \"the cell asks for input, and there is nobody to give any\"\nthe cell asks for input, and there is nobody to give any\n"},
		{"shell", "!echo b >&2; exit 4\n%%\nfmt.Println(\"not reached\")", "stderr: \"b\\n\"\nerror ShellError: \"exit status 4: !echo b >&2; exit 4\"\nexit status 4: !echo b >&2; exit 4\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, err := execute(t, s, test.name, test.source)
			if !strings.HasPrefix(got, test.want) {
				t.Errorf("got\n%s\nwant\n%s", got, test.want)
			}
			if failed := strings.Contains(got, "error "); failed != (err != nil) {
				t.Errorf("the last output is an error: %v, the error is %v", failed, err)
			}
			if strings.Contains(got, "0x") && !strings.Contains(got, "0x?") || strings.Contains(got, cellFolder) {
				t.Errorf("got addresses or files that are not there in\n%s", got)
			}
		})
	}
	if got, err := execute(t, s, "after", "%%\nfmt.Println(f(1))"); got != "stdout: \"1\\n\"\n" || err != nil {
		t.Errorf("after all that: got %s, %v", got, err)
	}
}

func TestMuchOutputKeepsBothEnds(t *testing.T) {
	s := open(t, Options{MaxOutput: 1 << 20})
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	var total int
	var last, first string
	err := s.Execute(t.Context(), Cell{"big", "%%\nline := strings.Repeat(\"→\", 333) + \"\\n\"\nfmt.Println(\"first\")\nfor range 100_000 { os.Stdout.WriteString(line) }\nfmt.Println(\"last\")"},
		func(o Output) {
			if o.Kind != Stream || strings.ContainsRune(o.Text, '\uFFFD') {
				t.Fatalf("got %.100s", show(o))
			}
			if first == "" {
				first = o.Text
			}
			total += len(o.Text)
			last = o.Text
		})
	runtime.ReadMemStats(&after)
	if err != nil || !strings.HasPrefix(first, "first\n") || !strings.HasSuffix(last, "last\n") {
		t.Errorf("got %.20q ... %q, %v", first, last[max(0, len(last)-20):], err)
	}
	if total > 1<<20+200 || total < 900<<10 {
		t.Errorf("got %d bytes of 100 MB, want about %d", total, 1<<20)
	}
	if grown := int64(after.HeapInuse) - int64(before.HeapInuse); grown > 64<<20 {
		t.Errorf("the heap grew by %d bytes", grown)
	}
}

func TestWhatAProgramLeavesBehindDoesNotHangTheCell(t *testing.T) {
	s := open(t, Options{})
	start := time.Now()
	got, err := execute(t, s, "fork", "%%\nfmt.Println(\"a\")\ncmd := exec.Command(\"sleep\", \"4711\")\ncmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr\nfmt.Println(cmd.Start())")
	if got != "stdout: \"a\\n<nil>\\n\"\n" && got != "stdout: \"a\\n\"\nstdout: \"<nil>\\n\"\n" || err != nil {
		t.Errorf("got %s, %v", got, err)
	}
	if d := time.Since(start); d > 10*time.Second {
		t.Errorf("took %v", d)
	}
	if out := processes(t, "sleep 4711"); out != "" {
		t.Errorf("left behind:\n%s", out)
	}
}

func TestAnInterruptEndsProgramAndCompilation(t *testing.T) {
	for _, test := range []struct{ name, source, want string }{
		{"polite", "%%\nfmt.Println(\"ready\")\ntime.Sleep(time.Minute)", "stdout: \"ready\\n\"\n"},
		{"ignored", "%%\nsignal.Ignore(os.Interrupt)\nfmt.Println(\"ready\")\ntime.Sleep(time.Minute)", "stdout: \"ready\\n\"\n"},
		{"cleans up", "%%\nc := make(chan os.Signal, 1)\nsignal.Notify(c, os.Interrupt)\nfmt.Println(\"ready\")\n<-c\nfmt.Println(\"cleaned\")", "stdout: \"ready\\n\"\nstdout: \"cleaned\\n\"\n"},
		{"shell", "!echo ready; sleep 60", "stdout: \"ready\\n\"\n"},
		{"endless", "%%\nfmt.Println(\"ready\")\nfor { fmt.Println(\"x\") }", "stdout: \"ready\\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := open(t, Options{Grace: 300 * time.Millisecond, MaxOutput: 1000})
			var sb strings.Builder
			start, once := time.Now(), false
			err := s.Execute(t.Context(), Cell{test.name, test.source}, func(o Output) {
				sb.WriteString(show(o))
				if !once {
					once, start = true, time.Now()
					s.Interrupt()
				}
			})
			if !errors.Is(err, ErrInterrupted) || !strings.HasPrefix(sb.String(), test.want) || !strings.HasSuffix(sb.String(), "error Interrupted: \"interrupted\"\ninterrupted\n") {
				t.Errorf("got %s, %v", sb.String(), err)
			}
			if d := time.Since(start); d > 5*time.Second {
				t.Errorf("took %v", d)
			}
		})
	}
	t.Run("compilation", func(t *testing.T) {
		s := open(t, Options{})
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
		defer cancel()
		start := time.Now()
		err := s.Execute(ctx, Cell{"c", fmt.Sprintf("import \"mixmodel/kernel/display\"\n%%%%\ndisplay.HTML(\"%d\")", start.UnixNano())}, func(Output) {})
		if d := time.Since(start); !errors.Is(err, context.DeadlineExceeded) || d > time.Second {
			t.Errorf("got %v after %v", err, d)
		}
	})
}

func TestAStallIsNoticed(t *testing.T) {
	s := open(t, Options{Stall: 300 * time.Millisecond})
	got, err := execute(t, s, "stall", "%%\nfor range 5 { fmt.Println(\"x\"); time.Sleep(100*time.Millisecond) }\ntime.Sleep(time.Minute)")
	if !errors.Is(err, ErrStalled) || strings.Count(got, "x\\n") != 5 {
		t.Errorf("got %s, %v", got, err)
	}
}

func TestInputReachesProgramsAndShells(t *testing.T) {
	var asked []string
	s := open(t, Options{Input: func(_ context.Context, prompt string, password bool) (string, error) {
		asked = append(asked, fmt.Sprint(prompt, password))
		return "word", nil
	}})
	got, err := execute(t, s, "program", "import \"github.com/janpfeifer/gonb/gonbui\"\n%%\ngonbui.RequestInput(\"name\", false)\nvar name string\nfmt.Scanln(&name)\nfmt.Println(name)")
	if got != "stdout: \"word\\n\"\n" || err != nil {
		t.Errorf("program: got %s, %v", got, err)
	}
	got, err = execute(t, s, "shell", "%with_password\n!read x; echo $x")
	if got != "stdout: \"word\\n\"\n" || err != nil {
		t.Errorf("shell: got %s, %v", got, err)
	}
	if strings.Join(asked, "|") != "namefalse| true" {
		t.Errorf("asked %q", asked)
	}
}

func TestNothingIsLeft(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("looks into /proc")
	}
	before := counts(t)
	for before != steady(t) { // what other tests began may still be ending
		before = counts(t)
	}
	for range 2 {
		s, err := Open(t.Context(), Options{})
		if err != nil {
			t.Fatal(err)
		}
		cells := []Cell{{"a", "%%\nfmt.Println(1)"}, {"b", "%%\npanic(1)"}, {"c", "!sleep 4712 >/dev/null 2>&1 &"}, {"d", "x"}}
		s.Prepare(cells)
		for _, c := range cells {
			_ = s.Execute(t.Context(), c, func(Output) {})
		}
		if !eventually(func() bool { return processes(t, "sleep 4712") != "" }) {
			t.Error("what a ! line left in the background was ended before the session")
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
		if err := s.Execute(t.Context(), cells[0], func(Output) {}); !errors.Is(err, ErrClosed) {
			t.Errorf("after Close: got %v", err)
		}
	}
	if !eventually(func() bool { return counts(t) == before }) {
		t.Errorf("got %s, want as before: %s", counts(t), before)
	}
	if out := processes(t, "sleep 4712"); out != "" {
		t.Errorf("left behind:\n%s", out)
	}
}

func eventually(f func() bool) bool {
	for range 100 {
		if f() {
			return true
		}
		time.Sleep(20 * time.Millisecond)
	}
	return false
}

// steady returns counts after a while.
func steady(t testing.TB) string {
	time.Sleep(300 * time.Millisecond)
	return counts(t)
}

// counts tells open files, goroutines and children.
func counts(t testing.TB) string {
	t.Helper()
	fds, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Fatal(err)
	}
	tasks, _ := os.ReadFile(fmt.Sprintf("/proc/self/task/%d/children", os.Getpid()))
	return fmt.Sprintf("%d files, %d goroutines, children %q", len(fds), runtime.NumGoroutine(), tasks)
}

// processes returns the command lines that contain some text.
func processes(t testing.TB, text string) string {
	t.Helper()
	dirs, err := os.ReadDir("/proc")
	if err != nil {
		t.Skip("looks into /proc")
	}
	var found []string
	for _, d := range dirs {
		raw, _ := os.ReadFile("/proc/" + d.Name() + "/cmdline")
		if line := strings.TrimSpace(strings.ReplaceAll(string(raw), "\x00", " ")); line == text {
			found = append(found, d.Name()+" "+line)
		}
	}
	return strings.Join(found, "\n")
}
