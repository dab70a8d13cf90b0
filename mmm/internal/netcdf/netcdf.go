// Package netcdf writes and reads the part of NetCDF-4, that is of HDF5, that
// a saved fit needs: groups of named arrays with dimensions, coordinates and
// attributes. Any NetCDF-4 reader opens what Encode makes; Decode reads back
// only that, and says clearly when it is given something else.
//
//	raw, err := netcdf.Encode("my format 1\n", netcdf.Group{Groups: []netcdf.Group{{
//		Name: "posterior",
//		Vars: []netcdf.Var{
//			{Name: "channel", Dims: []string{"channel"}, Data: []string{"tv", "radio"}},
//			{Name: "beta", Dims: []string{"channel"}, Data: []float64{0.5, 0.25}},
//		},
//	}}})
//
// Numbers are stored as they are in memory, uncompressed: draws of a posterior
// shrink by a sixth only, and a fit is so read in milliseconds. A SHA-256 over
// the whole file tells damage of any kind.
//
// The package has no unlimited dimensions, dimensions without coordinates,
// types of one's own, compression or partial reads.
//
// Source: HDF5 File Format Specification 3.0, and "NetCDF-4 format" in
// appendix C of the NetCDF users' guide.
package netcdf

import "errors"

// Group is a folder of variables and attributes. The root group has no name;
// its groups hold no further groups.
type Group struct {
	Name   string
	Attrs  []Attr
	Vars   []Var // coordinates come first when read back
	Groups []Group
}

// Var is an array with one name per axis, row-major. A variable whose only
// dimension has its own name is a coordinate: it defines the length of that
// dimension and labels it. Every dimension of a group has one.
type Var struct {
	Name  string
	Dims  []string // none for a single value
	Data  any      // []float64, []int64, []bool or []string
	Attrs []Attr
}

// Attr is a named remark.
type Attr struct {
	Name  string
	Value any // string, []string, float64 or int64
}

// Attr returns the value of the attribute with this name, or nil.
func (g Group) Attr(name string) any {
	for _, a := range g.Attrs {
		if a.Name == name {
			return a.Value
		}
	}
	return nil
}

// Var returns the variable with this name; its Data is nil if there is none.
func (g Group) Var(name string) Var {
	for _, v := range g.Vars {
		if v.Name == name {
			return v
		}
	}
	return Var{}
}

// Group returns the group with this name, without content if there is none.
func (g Group) Group(name string) Group {
	for _, s := range g.Groups {
		if s.Name == name {
			return s
		}
	}
	return Group{Name: name}
}

// ErrForeign is wrapped by errors about files that Encode did not make with
// the same mark; ErrDamaged by those about files that it made and that were
// changed since.
var (
	ErrForeign = errors.New("a foreign file")
	ErrDamaged = errors.New("a damaged file")
)

// The file begins with the superblock, the root of HDF5's structure, and the
// caller's mark, which HDF5 takes for unused space.
const (
	signature  = "\x89HDF\r\n\x1a\n"
	superblock = 48
	markSize   = 16
	headSize   = superblock + markSize
)

// digestName is the attribute of the root group that holds the SHA-256, in
// hexadecimal, of the file with noDigest in the digest's place.
const (
	digestName = "sha256"
	noDigest   = "0000000000000000000000000000000000000000000000000000000000000000"
)

// Kinds of message in an object header.
const (
	msgDataspace = 0x01
	msgLinkInfo  = 0x02
	msgDatatype  = 0x03
	msgFill      = 0x05
	msgLink      = 0x06
	msgLayout    = 0x08
	msgGroupInfo = 0x0a
	msgAttribute = 0x0c
)

// Attributes that NetCDF-4 keeps for itself to tell what is a dimension.
const (
	attrClass     = "CLASS"
	attrName      = "NAME"
	attrDimID     = "_Netcdf4Dimid"
	attrDims      = "_Netcdf4Coordinates"
	attrScales    = "DIMENSION_LIST"
	attrBool      = "dtype" // = "bool" on int8: the convention of xarray
	classScale    = "DIMENSION_SCALE"
	undefined     = 1<<64 - 1 // the address of nothing
	linkFlags     = 0x14      // creation order and character set are given
	charsetUTF8   = 1
	descriptorLen = 16 // length, heap address and index of a variable-length value
)

// reserved tells whether the file format uses the attribute name itself.
func reserved(name string) bool {
	switch name {
	case attrClass, attrName, attrDimID, attrDims, attrScales, attrBool, digestName:
		return true
	}
	return false
}
