package netcdf

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"math"
)

// Encode returns the file. Equal arguments give equal bytes. The mark, of 1 to
// 16 bytes, tells Decode that a file is of the caller's kind.
//
// Encode reports names and texts that the format cannot hold, and variables
// that do not fit their dimensions.
func Encode(mark string, root Group) ([]byte, error) {
	if err := check(mark, root); err != nil {
		return nil, err
	}
	w := &writer{buf: make([]byte, headSize, headSize+sizeHint(root))}
	copy(w.buf[superblock:], mark)
	at := w.group(root, true)
	w.writeHeap()
	for _, h := range w.headers {
		binary.LittleEndian.PutUint32(w.buf[h.end:], lookup3(w.buf[h.start:h.end]))
	}
	w.writeSuperblock(at)
	sum := sha256.Sum256(w.buf)
	hex.Encode(w.buf[w.pool[w.digest].at:], sum[:])
	return w.buf, nil
}

// sizeHint is enough memory for the numbers and some more.
func sizeHint(root Group) int {
	n := 1 << 16
	for _, g := range append([]Group{root}, root.Groups...) {
		for _, v := range g.Vars {
			n += 8*v.Len() + 1024
		}
	}
	return n
}

// writer appends to the file what refers to earlier parts by address. What
// refers to later ones, or sums up what is still to change, is filled in at
// the end.
type writer struct {
	buf     []byte
	headers []span       // object headers, whose checksums are to be filled in
	pool    []heapObject // values of variable length, in the order of use
	digest  int          // index in pool of the file's digest
	dims    int          // dimensions numbered so far
}

type span struct{ start, end int }

func (w *writer) u8(v ...byte)         { w.buf = append(w.buf, v...) }
func (w *writer) u16(v int)            { w.buf = binary.LittleEndian.AppendUint16(w.buf, uint16(v)) }
func (w *writer) u32(v int)            { w.buf = binary.LittleEndian.AppendUint32(w.buf, uint32(v)) }
func (w *writer) u64(v uint64)         { w.buf = binary.LittleEndian.AppendUint64(w.buf, v) }
func (w *writer) text(s string)        { w.buf = append(w.buf, s...) }
func (w *writer) align()               { w.buf = append(w.buf, make([]byte, -len(w.buf)&7)...) }
func (w *writer) setU16(at int, v int) { binary.LittleEndian.PutUint16(w.buf[at:], uint16(v)) }
func (w *writer) setU32(at int, v int) { binary.LittleEndian.PutUint32(w.buf[at:], uint32(v)) }

// writeSuperblock fills in the head of the file: version 2, which has a
// checksum.
func (w *writer) writeSuperblock(root uint64) {
	head := writer{buf: w.buf[:0]}
	head.text(signature)
	head.u8(2, 8, 8, 0)          // version, bytes per address, bytes per length, flags
	head.u64(0)                  // base address
	head.u64(undefined)          // extension
	head.u64(uint64(len(w.buf))) // end of file
	head.u64(root)
	head.u32(int(lookup3(head.buf)))
}

// object writes an object header, version 2, and returns its address.
func (w *writer) object(messages func()) uint64 {
	w.align()
	at := len(w.buf)
	w.text("OHDR")
	w.u8(2, 2) // version; the size has 4 bytes
	w.u32(0)
	messages()
	w.setU32(at+6, len(w.buf)-at-10)
	w.headers = append(w.headers, span{at, len(w.buf)})
	w.u32(0)
	return uint64(at)
}

func (w *writer) message(kind byte, body func()) {
	w.u8(kind)
	w.u16(0)
	w.u8(0) // flags
	at := len(w.buf)
	body()
	if len(w.buf)-at > math.MaxUint16 {
		panic(fmt.Sprintf("netcdf: message %d has %d bytes; check should have refused it", kind, len(w.buf)-at))
	}
	w.setU16(at-3, len(w.buf)-at)
}

// dataspace writes the shape: nil is a single value.
func (w *writer) dataspace(shape []int) {
	if len(shape) == 0 {
		w.u8(2, 0, 0, 0) // version 2, rank 0, no flags, scalar
		return
	}
	w.u8(2, byte(len(shape)), 0, 1)
	for _, n := range shape {
		w.u64(uint64(n))
	}
}

// attribute writes an attribute message, version 3; data writes its value.
func (w *writer) attribute(name, datatype string, shape []int, data func()) {
	w.message(msgAttribute, func() {
		w.u8(3, 0)
		w.u16(len(name) + 1)
		w.u16(len(datatype))
		w.u16(4 + 8*len(shape))
		w.u8(charsetUTF8)
		w.text(name + "\x00" + datatype)
		w.dataspace(shape)
		data()
	})
}

func (w *writer) attributes(attrs []Attr) {
	for _, a := range attrs {
		switch v := a.Value.(type) {
		case string:
			w.attribute(a.Name, typeText, nil, func() { w.pooledText(v) })
		case []string:
			w.attribute(a.Name, typeText, []int{len(v)}, func() { w.texts(v) })
		case float64:
			w.attribute(a.Name, typeFloat64, nil, func() { w.u64(math.Float64bits(v)) })
		case int64:
			w.attribute(a.Name, typeInt64, nil, func() { w.u64(uint64(v)) })
		}
	}
}

func (w *writer) ascii(name, value string) {
	w.attribute(name, typeASCII(len(value)+1), nil, func() { w.text(value + "\x00") })
}

// dimension is a coordinate that was written.
type dimension struct {
	id, length int
	address    uint64
}

type link struct {
	name    string
	address uint64
}

// group writes all that is in g, then g, and returns its address. Links stand
// in the group's header; NetCDF-4 wants their creation order.
func (w *writer) group(g Group, root bool) uint64 {
	var links []link
	dims := map[string]dimension{}
	for _, v := range g.Vars {
		if v.coordinate() {
			d := dimension{id: w.dims, length: v.Len()}
			w.dims++
			d.address = w.scale(v, d)
			dims[v.Name] = d
			links = append(links, link{v.Name, d.address})
		}
	}
	for _, v := range g.Vars {
		if !v.coordinate() {
			links = append(links, link{v.Name, w.variable(v, dims)})
		}
	}
	for _, s := range g.Groups {
		links = append(links, link{s.Name, w.group(s, false)})
	}
	return w.object(func() {
		w.message(msgLinkInfo, func() {
			w.u8(0, 1) // version; creation order is tracked
			w.u64(uint64(len(links)))
			w.u64(undefined) // no heap and no tree of links
			w.u64(undefined)
		})
		w.message(msgGroupInfo, func() { w.u8(0, 0) })
		for i, l := range links {
			w.message(msgLink, func() {
				w.u8(1, linkFlags)
				w.u64(uint64(i))
				w.u8(charsetUTF8, byte(len(l.name)))
				w.text(l.name)
				w.u64(l.address)
			})
		}
		w.attributes(g.Attrs)
		if root {
			w.digest = len(w.pool)
			w.attributes([]Attr{{digestName, noDigest}})
		}
	})
}

// scale writes a coordinate variable.
func (w *writer) scale(v Var, d dimension) uint64 {
	return w.dataset(v, []int{d.length}, func() {
		w.ascii(attrClass, classScale)
		w.ascii(attrName, v.Name)
		w.attribute(attrDimID, typeInt32, nil, func() { w.u32(d.id) })
	})
}

// variable writes any other variable: it refers to its coordinates both as
// HDF5 and as NetCDF-4 do.
func (w *writer) variable(v Var, dims map[string]dimension) uint64 {
	var shape []int
	for _, name := range v.Dims {
		shape = append(shape, dims[name].length)
	}
	return w.dataset(v, shape, func() {
		if len(shape) == 0 {
			return
		}
		w.attribute(attrScales, typeReferences, []int{len(shape)}, func() {
			for _, name := range v.Dims {
				address := binary.LittleEndian.AppendUint64(nil, dims[name].address)
				w.pooled(string(address), 1)
			}
		})
		w.attribute(attrDims, typeInt32, []int{len(shape)}, func() {
			for _, name := range v.Dims {
				w.u32(dims[name].id)
			}
		})
	})
}

// dataset writes the numbers, in one piece, and the header that describes
// them.
func (w *writer) dataset(v Var, shape []int, dimensions func()) uint64 {
	w.align()
	at := len(w.buf)
	datatype := w.data(v.Data)
	size := len(w.buf) - at
	return w.object(func() {
		w.message(msgDataspace, func() { w.dataspace(shape) })
		w.message(msgDatatype, func() { w.text(datatype) })
		w.message(msgFill, func() { w.u8(3, 0x0a) }) // version; no fill value
		w.message(msgLayout, func() {
			w.u8(3, 1) // version; contiguous
			w.u64(uint64(at))
			w.u64(uint64(size))
		})
		dimensions()
		if _, ok := v.Data.([]bool); ok {
			w.ascii(attrBool, "bool")
		}
		w.attributes(v.Attrs)
	})
}

// data writes the values and returns their type.
func (w *writer) data(values any) (datatype string) {
	switch x := values.(type) {
	case []float64:
		for _, v := range x {
			w.u64(math.Float64bits(v))
		}
		return typeFloat64
	case []int64:
		for _, v := range x {
			w.u64(uint64(v))
		}
		return typeInt64
	case []bool:
		for _, v := range x {
			if v {
				w.u8(1)
			} else {
				w.u8(0)
			}
		}
		return typeInt8
	case []string:
		w.texts(x)
		return typeText
	}
	panic(fmt.Sprintf("netcdf: data are %T; check should have refused them", values))
}
