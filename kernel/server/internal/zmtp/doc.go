// Package zmtp is the kernel's end of ZeroMQ connections: bound ROUTER and PUB
// sockets that a client can neither kill nor block.
//
//	s, err := zmtp.Listen(zmtp.Router, "tcp://127.0.0.1:5555", func(frames [][]byte) {
//		s.Send(frames) // an echo: the first frame names the peer
//	})
//
// It speaks ZMTP 3.0 with the NULL mechanism over TCP and Unix domain sockets,
// which every libzmq since 4.0 understands.
//
// Why not the sockets of go-zeromq, which package client uses to connect: bound
// sockets of v0.17.0 shake hands inside their accept loop, so that one silent
// connection locks everybody out; believe the length in a frame's header, so
// that nine bytes exhaust the memory; index a peer's properties unchecked, which
// panics; and write to all subscribers under one lock, so that one stopped
// reader stops the kernel.
//
// Source: https://rfc.zeromq.org/spec/23 (ZMTP 3.0).
package zmtp
