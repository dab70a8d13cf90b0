package wire

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestOpenGivesBackWhatWasSealed(t *testing.T) {
	m := Message{
		Identities: [][]byte{[]byte("id")},
		Header:     NewHeader("s", "execute_request"),
		Parent:     NewHeader("s", "kernel_info_request"),
		Metadata:   []byte(`{"a":1}`),
		Content:    []byte(`{"code":"x"}`),
		Buffers:    [][]byte{{1, 2}, {}},
	}
	for _, key := range []Key{Key("secret"), nil} {
		frames, err := key.Seal(m)
		if err != nil {
			t.Fatal(err)
		}
		got, err := key.Open(frames)
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(m, got); d != "" {
			t.Errorf("key %q (-want +got):\n%s", key, d)
		}
	}
}

func TestOpenRefusesWhatIsNotAMessageOfTheKey(t *testing.T) {
	frames, err := Key("secret").Seal(Message{Header: NewHeader("s", "status")})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Key("other").Open(frames); !errors.Is(err, ErrSignature) {
		t.Errorf("wrong key: got %v, want %v", err, ErrSignature)
	}
	for n := range frames {
		if _, err := Key("secret").Open(frames[:n]); !errors.Is(err, ErrMalformed) {
			t.Errorf("%d frames: got %v, want %v", n, err, ErrMalformed)
		}
	}
	for i := 2; i < 6; i++ {
		broken := append([][]byte{}, frames...)
		broken[i] = []byte("{")
		if _, err := Key("").Open(broken); !errors.Is(err, ErrMalformed) {
			t.Errorf("frame %d is no JSON: got %v, want %v", i, err, ErrMalformed)
		}
	}
}

func TestAddressesAreThoseOfZeroMQ(t *testing.T) {
	for _, test := range []struct {
		conn Connection
		want string
	}{
		{Connection{Transport: "tcp", IP: "127.0.0.1"}, "tcp://127.0.0.1:5"},
		{Connection{Transport: "tcp", IP: "*"}, "tcp://*:5"},
		{Connection{Transport: "tcp", IP: "::1"}, "tcp://[::1]:5"},
		{Connection{Transport: "ipc", IP: "/tmp/k"}, "ipc:///tmp/k-5"},
	} {
		if got := test.conn.Address(5); got != test.want {
			t.Errorf("%+v: got %s, want %s", test.conn, got, test.want)
		}
	}
}

func FuzzOpenNeverPanics(f *testing.F) {
	f.Add([]byte("<IDS|MSG>"), []byte("{}"), 6)
	f.Fuzz(func(t *testing.T, a, b []byte, n int) {
		frames := [][]byte{a}
		for range min(max(n, 0), 10) {
			frames = append(frames, b)
		}
		_, _ = Key(nil).Open(frames)
	})
}
