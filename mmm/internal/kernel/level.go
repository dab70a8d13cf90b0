package kernel

// Level is an implementation of the kernels.
type Level int

// The levels, in ascending order of speed.
const (
	Portable Level = iota
	AVX2           // with FMA
	AVX512         // the foundation instructions
)

// String returns the name of the level.
func (l Level) String() string { return [...]string{"portable", "AVX2", "AVX-512"}[l] }

// Best returns the highest level that this processor and this build have.
func Best() Level { return best }

// level is the one in use.
var level = best

// Use switches to a level, at most Best, and returns how to switch back. It
// is for tests and benchmarks: no kernel may run meanwhile.
func Use(l Level) (restore func()) {
	if l > best {
		panic("kernel: Use: this processor or build does not have " + l.String())
	}
	before := level
	level = l
	return func() { level = before }
}
