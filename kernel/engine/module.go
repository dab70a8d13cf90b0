package engine

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
)

// cellFolder is the folder, which does not exist, where the go command is told
// the cells' programs are.
const cellFolder = "gonb_cells"

// openModule finds the module of the notebook's folder, and gives
// $GONB_TMP_DIR one of its own, as GoNB does.
func (s *Session) openModule(ctx context.Context) error {
	settings, err := s.goEnv(ctx, "GOVERSION", "GOOS", "GOARCH", "GOAMD64", "GOARM64", "GOEXPERIMENT", "CGO_ENABLED")
	if err != nil {
		return err
	}
	s.goSettings = settings
	version, _, _ := strings.Cut(settings, "\n")
	s.release, _, _ = strings.Cut(strings.TrimPrefix(version, "go"), " ")
	mod := fmt.Sprintf("module gonb_session\n\ngo %s\n", s.release)
	if err := os.WriteFile(filepath.Join(s.tmp, "go.mod"), []byte(mod), 0o600); err != nil {
		return err
	}
	s.root = moduleRoot(s.dir)
	if s.owned = s.root == ""; s.owned {
		s.root = s.tmp
	}
	return nil
}

// moduleRoot returns the next folder upwards that holds a go.mod.
func moduleRoot(dir string) string {
	for {
		if info, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil && info.Mode().IsRegular() {
			return dir
		}
		up := filepath.Dir(dir)
		if up == dir {
			return ""
		}
		dir = up
	}
}

// dialect is the version of GoNB whose dialect this is.
func dialect() string {
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, m := range info.Deps {
			if m.Path == "github.com/janpfeifer/gonb" {
				return m.Version
			}
		}
	}
	return "v0.11.4"
}
