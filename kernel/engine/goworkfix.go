package engine

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// goWorkFix is %goworkfix: the modules that go.work in $GONB_TMP_DIR uses
// become replacements in go.mod there, for "!*go get". Cells in a module of
// their own are compiled as that module says, whatever go.work there says.
func (x *execution) goWorkFix() error {
	if _, err := os.Stat(filepath.Join(x.s.tmp, "go.work")); err != nil {
		return errors.New("there is no `go.work` file set up, nothing to do")
	}
	var work struct{ Use []struct{ DiskPath string } }
	if err := x.goJSON(x.s.tmp, &work, "work", "edit", "-json"); err != nil {
		return err
	}
	for _, use := range work.Use {
		dir := use.DiskPath
		if !filepath.IsAbs(dir) {
			dir = filepath.Join(x.s.tmp, dir)
		}
		if dir == x.s.tmp {
			continue
		}
		if err := x.replace(dir); err != nil {
			return err
		}
		if !slices.Contains(x.state.tracked, dir) {
			x.state.tracked = append(slices.Clone(x.state.tracked), dir)
		}
	}
	return nil
}

// goMod is what go mod edit -json tells.
type goMod struct {
	Module  struct{ Path string }
	Replace []struct {
		Old, New struct{ Path string }
	}
}

// replace makes go.mod in $GONB_TMP_DIR take the module in dir from there.
func (x *execution) replace(dir string) error {
	var theirs, ours goMod
	if err := errors.Join(x.goJSON(dir, &theirs, "mod", "edit", "-json"), x.goJSON(x.s.tmp, &ours, "mod", "edit", "-json")); err != nil {
		return err
	}
	name := theirs.Module.Path
	for _, r := range ours.Replace {
		switch {
		case r.Old.Path != name:
		case r.New.Path == dir:
			x.print("stdout", fmt.Sprintf("\t- Replace rule for module %q to local directory %q already exists.\n", name, dir))
			return nil
		default:
			x.print("stderr", fmt.Sprintf("\t- WARNING: replace rule for module %q mapping to %q, updated to `go.work` location %q\n", name, r.New.Path, dir))
			return x.goEdit(name, dir)
		}
	}
	x.print("stdout", fmt.Sprintf("\t- Added replace rule for module %q to local directory %q.\n", name, dir))
	return x.goEdit(name, dir)
}

func (x *execution) goEdit(module, dir string) error {
	said, err := x.s.goCommand(x.ctx, site{dir: x.s.tmp}, "mod", "edit", "-replace="+module+"="+dir)
	if err != nil {
		return fmt.Errorf("go mod edit: %w: %s", err, strings.TrimSpace(said))
	}
	return nil
}

// goJSON runs the go command in dir and reads the JSON it prints.
func (x *execution) goJSON(dir string, v any, args ...string) error {
	var out, said bytes.Buffer
	at := site{dir: dir, env: []string{"GOWORK="}}
	if err := x.s.goRun(x.ctx, at, &out, &said, args...); err != nil {
		return fmt.Errorf("go %s: %w: %s", strings.Join(args, " "), err, strings.TrimSpace(said.String()))
	}
	return json.Unmarshal(out.Bytes(), v)
}
