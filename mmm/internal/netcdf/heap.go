package netcdf

import "encoding/binary"

// heapObject is a value of variable length, which HDF5 keeps apart from the
// array or attribute that it belongs to.
type heapObject struct {
	field int // where the file refers to the object
	value string
	at    int // where the object is, once written
}

// Sizes of the heap. Objects have a number of 16 bits, so many of them need
// several collections.
const (
	heapHead       = 16
	minCollection  = 4096
	maxHeapObjects = 60000
)

// texts writes one descriptor per string.
func (w *writer) texts(list []string) {
	for _, s := range list {
		w.pooledText(s)
	}
}

// emptyText stands for "": other programs show a text of length 0 as missing,
// and end this one at its NUL.
const emptyText = "\x00"

func (w *writer) pooledText(s string) {
	if s == "" {
		s = emptyText
	}
	w.pooled(s, len(s))
}

// pooled writes the descriptor of a value of n elements; its address and
// number are filled in by writeHeap.
func (w *writer) pooled(value string, n int) {
	w.u32(n)
	w.pool = append(w.pool, heapObject{field: len(w.buf), value: value})
	w.u64(0)
	w.u32(0)
}

// writeHeap writes the pool as collections of the global heap and fills in the
// descriptors.
func (w *writer) writeHeap() {
	for from := 0; from < len(w.pool); from += maxHeapObjects {
		w.writeCollection(w.pool[from:min(len(w.pool), from+maxHeapObjects)])
	}
	w.align()
}

func (w *writer) writeCollection(objects []heapObject) {
	w.align()
	at := len(w.buf)
	w.text("GCOL")
	w.u8(1, 0, 0, 0)
	w.u64(0) // its size
	for i := range objects {
		o := &objects[i]
		binary.LittleEndian.PutUint64(w.buf[o.field:], uint64(at))
		w.setU32(o.field+8, i+1)
		w.u16(i + 1)
		w.u16(0) // references counted: none, as the HDF5 library has it
		w.u32(0)
		w.u64(uint64(len(o.value)))
		o.at = len(w.buf)
		w.text(o.value)
		w.align()
	}
	used := len(w.buf) - at
	size := max(minCollection, used+heapHead)
	w.u64(0) // object 0 is the free space, its own head included
	w.u64(uint64(size - used))
	w.buf = append(w.buf, make([]byte, size-used-heapHead)...)
	binary.LittleEndian.PutUint64(w.buf[at+8:], uint64(size))
}

// collection is where the objects of one heap collection are, and the texts
// made of them so far: an object is never copied twice.
type collection struct {
	objects map[uint32]span
	texts   map[uint32]string
}

// texts reads one descriptor after the other.
func (r *reader) texts(data []byte) ([]string, error) {
	out := make([]string, 0, len(data)/descriptorLen)
	for ; len(data) > 0; data = data[descriptorLen:] {
		s, err := r.text(data[:descriptorLen])
		if err != nil {
			return nil, err
		}
		out = append(out, s)
	}
	return out, nil
}

// text reads the string of a descriptor.
func (r *reader) text(descriptor []byte) (string, error) {
	at, size, err := r.locate(descriptor)
	if err != nil {
		return "", err
	}
	texts := r.heaps[binary.LittleEndian.Uint64(descriptor[4:])].texts
	index := binary.LittleEndian.Uint32(descriptor[12:])
	s, ok := texts[index]
	if !ok {
		if s = string(r.raw[at : at+size]); s == emptyText {
			s = ""
		}
		texts[index] = s
	}
	return s, nil
}

// locate returns where the bytes of a descriptor are.
func (r *reader) locate(descriptor []byte) (at, size int, err error) {
	c := &cursor{b: descriptor}
	length := binary.LittleEndian.Uint32(c.next(4))
	address := c.u64()
	index := binary.LittleEndian.Uint32(c.next(4))
	h, ok := r.heaps[address]
	if !ok {
		if h, err = r.collection(address); err != nil {
			return 0, 0, err
		}
		r.heaps[address] = h
	}
	o, ok := h.objects[index]
	if !ok || uint64(length) != uint64(o.end-o.start) {
		return 0, 0, damaged("there is no text %d of %d bytes at %d", index, length, address)
	}
	return o.start, o.end - o.start, nil
}

// collection lists the objects of the heap collection at an address.
func (r *reader) collection(at uint64) (collection, error) {
	h := collection{objects: map[uint32]span{}, texts: map[uint32]string{}}
	head, err := r.slice(at, heapHead)
	if err != nil {
		return h, err
	}
	if string(head[:8]) != "GCOL\x01\x00\x00\x00" {
		return h, damaged("there is no heap at %d", at)
	}
	all, err := r.take(at, binary.LittleEndian.Uint64(head[8:]))
	if err != nil {
		return h, err
	}
	if len(all) < heapHead {
		return h, damaged("the heap at %d is too short", at)
	}
	for c := (&cursor{b: all[heapHead:]}); ; {
		index := c.u16()
		c.next(6) // references counted, and unused space
		size := c.u64()
		if index == 0 && !c.short {
			return h, nil
		}
		start := int(at) + len(all) - len(c.b)
		if c.short || size > uint64(len(c.b)) {
			return h, damaged("the heap at %d is cut off", at)
		}
		c.next(int(min((size+7)&^7, uint64(len(c.b)))))
		h.objects[uint32(index)] = span{start, start + int(size)}
	}
}
