package render

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
)

func TestTheSealIsTheHashOfWhatWasWritten(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for _, pieces := range []int{0, 1, 3, 300} {
		var got, want bytes.Buffer
		s := newSealer(&got)
		for i := range pieces {
			piece := strings.Repeat(fmt.Sprint(i), rng.IntN(3*blockSize)/(1+i))
			want.WriteString(piece)
			if i%2 == 0 {
				_, _ = s.Write([]byte(piece))
			} else {
				_, _ = s.WriteString(piece)
			}
		}
		if err := s.seal(); err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&want, "<!-- SHA-256 of all above: %x -->\n", sha256.Sum256(want.Bytes()))
		if got.String() != want.String() {
			t.Errorf("%d pieces: got %d bytes, want %d", pieces, got.Len(), want.Len())
		}
	}
}

// full fails once it took so many bytes.
type full int

func (f *full) Write(p []byte) (int, error) {
	if *f -= full(len(p)); *f < 0 {
		return 0, errors.New("disk full")
	}
	return len(p), nil
}

func TestAFullDiskIsAnErrorAndEndsTheWriting(t *testing.T) {
	for _, room := range []full{0, 10, 3 * blockSize} {
		s := newSealer(&room)
		for range 100 {
			_, _ = s.Write(make([]byte, blockSize/2))
		}
		if err := s.seal(); err == nil {
			t.Error("got no error")
		}
	}
}
