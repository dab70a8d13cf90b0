package netcdf

// Datatype messages, all little-endian. The first byte is version 1 and the
// class; then three bytes of class bits, the size, and the class's properties.
var (
	typeFloat64 = "\x11\x20\x3f\x00\x08\x00\x00\x00" + // IEEE: implied leading bit, sign at bit 63
		"\x00\x00\x40\x00\x34\x0b\x00\x34\xff\x03\x00\x00" // 64 bits, exponent at 52 (11 bits), mantissa at 0 (52 bits), bias 1023
	typeInt64 = "\x10\x08\x00\x00\x08\x00\x00\x00" + "\x00\x00\x40\x00" // signed, 64 bits
	typeInt32 = "\x10\x08\x00\x00\x04\x00\x00\x00" + "\x00\x00\x20\x00"
	typeInt8  = "\x10\x08\x00\x00\x01\x00\x00\x00" + "\x00\x00\x08\x00"
	typeText  = "\x19\x01\x01\x00\x10\x00\x00\x00" + // a string of any length, NUL-terminated, UTF-8,
		"\x10\x00\x00\x00\x01\x00\x00\x00\x00\x00\x08\x00" // of unsigned bytes
	typeReference  = "\x17\x00\x00\x00\x08\x00\x00\x00" // to an object
	typeReferences = "\x19\x00\x00\x00\x10\x00\x00\x00" + typeReference
)

// typeASCII is a string of n bytes, its final NUL included.
func typeASCII(n int) string { return "\x13\x00\x00\x00" + string([]byte{byte(n), byte(n >> 8), 0, 0}) }
