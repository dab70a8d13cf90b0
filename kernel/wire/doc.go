// Package wire is the Jupyter message format: headers, frames, signatures and
// the connection file, version 5.4 of the protocol.
//
// A message travels as the ZeroMQ frames
//
//	identities..., "<IDS|MSG>", HMAC, header, parent header, metadata, content, buffers...
//
// where the HMAC-SHA-256 is over the four JSON frames. The package knows no
// sockets: [Key.Seal] makes frames of a message, [Key.Open] makes a message of
// frames and refuses what is malformed or signed with another key.
//
// Source: jupyter-client documentation, "Messaging in Jupyter".
package wire
