package engine

import (
	"context"
	"sync"
)

// ahead is what is compiled before it is needed.
type ahead struct {
	mu     sync.Mutex
	cancel context.CancelFunc
}

// Prepare says which cells will be run next, in order, so that they can be
// compiled while others run. It replaces what was said before, returns at once
// and changes nothing but the time that Execute takes.
func (s *Session) Prepare(cells []Cell) {}

func (a *ahead) close() {}

// built sees to it that the unit's program is there.
func (s *Session) built(ctx context.Context, u *unit) error {
	errs, err := s.build(ctx, []*unit{u})
	if err != nil {
		return err
	}
	return errs[0]
}
