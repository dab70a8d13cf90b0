package netcdf

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"math"
)

// Decode reads what Encode wrote with the same mark, every bit as it was.
//
// The error wraps ErrForeign if the file was not made so, and ErrDamaged if it
// was changed since, in any byte. Decode needs memory in proportion to
// len(raw), whatever raw says, and does not keep raw.
func Decode(mark string, raw []byte) (Group, error) {
	return decode(mark, raw, true)
}

// decode is Decode; without the digest, tests reach what is behind it.
func decode(mark string, raw []byte, checkDigest bool) (Group, error) {
	if err := checkHead(mark, raw); err != nil {
		return Group{}, err
	}
	r := &reader{raw: raw, left: len(raw), linked: map[uint64]bool{}, heaps: map[uint64]collection{}}
	root, err := r.object(binary.LittleEndian.Uint64(raw[36:]))
	if err != nil {
		return Group{}, err
	}
	if checkDigest {
		if err := r.checkDigest(root); err != nil {
			return Group{}, err
		}
	}
	return r.group(root, "", true)
}

// checkHead tells whether the file is ours and whole.
func checkHead(mark string, raw []byte) error {
	if !bytes.HasPrefix(raw, []byte(signature)) {
		return fmt.Errorf("%w: it is not NetCDF-4", ErrForeign)
	}
	if len(raw) < headSize {
		return damaged("it ends after %d bytes", len(raw))
	}
	if got := bytes.TrimRight(raw[superblock:headSize], "\x00"); string(got) != mark {
		return fmt.Errorf("%w: it is NetCDF-4 or HDF5 of another program", ErrForeign)
	}
	if got, want := lookup3(raw[:44]), binary.LittleEndian.Uint32(raw[44:]); got != want {
		return damaged("the checksum of its head is wrong")
	}
	want := &writer{}
	want.u8(2, 8, 8, 0)
	want.u64(0)
	want.u64(undefined)
	if !bytes.Equal(raw[8:28], want.buf) {
		return damaged("its head is of another version")
	}
	if end := binary.LittleEndian.Uint64(raw[28:]); end != uint64(len(raw)) {
		return damaged("it has %d bytes (want %d)", len(raw), end)
	}
	return nil
}

func damaged(format string, args ...any) error {
	return fmt.Errorf("%w: "+format, append([]any{ErrDamaged}, args...)...)
}

// reader reads one file. Nothing in a file is trusted: places are checked
// against its end, an object is read once only, and all arrays together are
// not larger than the file.
type reader struct {
	raw    []byte
	left   int // bytes that arrays and heaps may still take
	linked map[uint64]bool
	heaps  map[uint64]collection
}

// slice returns size bytes at an address.
func (r *reader) slice(at, size uint64) ([]byte, error) {
	n := uint64(len(r.raw))
	if at > n || size > n-at {
		return nil, damaged("%d bytes at %d reach beyond its end at %d", size, at, n)
	}
	return r.raw[at : at+size], nil
}

// take is slice of what belongs to one array or heap alone.
func (r *reader) take(at, size uint64) ([]byte, error) {
	b, err := r.slice(at, size)
	if err != nil {
		return nil, err
	}
	if r.left -= len(b); r.left < 0 {
		return nil, damaged("its arrays overlap")
	}
	return b, nil
}

// message is one message of an object header.
type message struct {
	kind byte
	body []byte
}

// object reads the messages of an object header.
func (r *reader) object(at uint64) ([]message, error) {
	if r.linked[at] {
		return nil, damaged("the object at %d is linked twice", at)
	}
	r.linked[at] = true
	head, err := r.slice(at, 10)
	if err != nil {
		return nil, err
	}
	if string(head[:6]) != "OHDR\x02\x02" {
		return nil, damaged("there is no object at %d", at)
	}
	all, err := r.slice(at, 14+uint64(binary.LittleEndian.Uint32(head[6:])))
	if err != nil {
		return nil, err
	}
	end := len(all) - 4
	if lookup3(all[:end]) != binary.LittleEndian.Uint32(all[end:]) {
		return nil, damaged("the checksum of the object at %d is wrong", at)
	}
	var out []message
	for c := (&cursor{b: all[10:end]}); len(c.b) > 0; {
		m := message{kind: c.u8()}
		n := c.u16()
		c.u8() // flags
		m.body = c.next(int(n))
		if c.short {
			return nil, damaged("a message of the object at %d is cut off", at)
		}
		out = append(out, m)
	}
	return out, nil
}

// checkDigest compares the file with the SHA-256 that it holds.
func (r *reader) checkDigest(root []message) error {
	for _, m := range root {
		if m.kind != msgAttribute {
			continue
		}
		a, err := parseAttribute(m.body)
		if err != nil {
			return err
		}
		if a.name != digestName || a.datatype != typeText || len(a.data) != descriptorLen {
			continue
		}
		at, size, err := r.locate(a.data)
		if err != nil {
			return err
		}
		if size != len(noDigest) {
			break
		}
		h := sha256.New()
		h.Write(r.raw[:at])
		h.Write([]byte(noDigest))
		h.Write(r.raw[at+size:])
		if hex.EncodeToString(h.Sum(nil)) != string(r.raw[at:at+size]) {
			return damaged("its SHA-256 is wrong")
		}
		return nil
	}
	return damaged("it has no SHA-256")
}

// scales are the dimensions of a group, by their numbers.
type scales struct {
	lengths map[uint32]int
	names   map[uint32]string
}

// group turns the messages of a group into what it holds.
func (r *reader) group(messages []message, name string, root bool) (Group, error) {
	g := Group{Name: name}
	dims := scales{map[uint32]int{}, map[uint32]string{}}
	for _, m := range messages {
		var err error
		switch m.kind {
		case msgLinkInfo, msgGroupInfo:
		case msgAttribute:
			var a Attr
			if a, err = r.attr(m.body); a.Name != digestName {
				g.Attrs = append(g.Attrs, a)
			}
		case msgLink:
			err = r.follow(m.body, &g, dims, root)
		default:
			err = damaged("message %d in group %.40q", m.kind, name)
		}
		if err != nil {
			return g, err
		}
	}
	return g, nil
}

// follow reads what a link leads to and adds it to the group: a variable, or
// in the root a group.
func (r *reader) follow(body []byte, g *Group, dims scales, root bool) error {
	l, err := parseLink(body)
	if err != nil {
		return err
	}
	object, err := r.object(l.address)
	if err != nil {
		return err
	}
	if isDataset(object) {
		d, err := r.dataset(object, l.name)
		if err != nil {
			return err
		}
		g.Vars = append(g.Vars, d.v)
		return d.name(&g.Vars[len(g.Vars)-1], dims)
	}
	if !root {
		return damaged("group %.40q holds a group", g.Name)
	}
	s, err := r.group(object, l.name, false)
	g.Groups = append(g.Groups, s)
	return err
}

func isDataset(messages []message) bool {
	for _, m := range messages {
		if m.kind == msgLayout {
			return true
		}
	}
	return false
}

// parseLink reads a link in the form that the writer uses.
func parseLink(body []byte) (link, error) {
	c := &cursor{b: body}
	ok := c.u8() == 1 && c.u8() == linkFlags
	c.u64() // creation order
	ok = ok && c.u8() == charsetUTF8
	l := link{name: string(c.next(int(c.u8())))}
	l.address = c.u64()
	if !ok || c.short || len(c.b) != 0 || badName(l.name) != "" {
		return l, damaged("a link is malformed")
	}
	return l, nil
}

// rawDataset is a variable together with what describes it.
type rawDataset struct {
	v        Var
	shape    []int
	datatype string
	data     []byte
	bools    bool
	scale    bool
	dims     []uint32     // numbers of its dimensions; of itself if it is a scale
	seen     map[byte]int // messages, by kind
}

// name gives v the names of its dimensions; a scale is one itself.
func (d *rawDataset) name(v *Var, dims scales) error {
	if len(d.dims) != len(d.shape) {
		return damaged("%.40q has rank %d and %d dimensions", v.Name, len(d.shape), len(d.dims))
	}
	for i, id := range d.dims {
		if d.scale {
			dims.lengths[id], dims.names[id] = d.shape[i], v.Name
		}
		if n, ok := dims.lengths[id]; !ok || n != d.shape[i] {
			return damaged("axis %d of %.40q does not fit its dimension", i, v.Name)
		}
		v.Dims = append(v.Dims, dims.names[id])
	}
	return nil
}

func (r *reader) dataset(messages []message, name string) (*rawDataset, error) {
	d := &rawDataset{v: Var{Name: name}, seen: map[byte]int{}}
	for _, m := range messages {
		d.seen[m.kind]++
		if err := r.describe(d, m); err != nil {
			return nil, err
		}
	}
	if d.seen[msgDataspace] != 1 || d.seen[msgDatatype] != 1 || d.seen[msgLayout] != 1 || d.scale && len(d.dims) != 1 {
		return nil, damaged("the description of %.40q is incomplete", name)
	}
	values, err := r.values(d.datatype, d.data, d.bools)
	if err != nil {
		return nil, fmt.Errorf("%w in %.40q", err, name)
	}
	d.v.Data = values
	if n := count(d.shape); n != d.v.Len() || n == 0 {
		return nil, damaged("%.40q has %d values and shape %v", name, d.v.Len(), d.shape)
	}
	return d, nil
}

// describe adds what one message says.
func (r *reader) describe(d *rawDataset, m message) error {
	switch m.kind {
	case msgDataspace:
		shape, rest, ok := parseDataspace(m.body)
		if !ok || len(rest) != 0 {
			return damaged("the shape of %.40q is malformed", d.v.Name)
		}
		d.shape = shape
	case msgDatatype:
		d.datatype = string(m.body)
	case msgFill:
	case msgLayout:
		c := &cursor{b: m.body}
		ok := c.u8() == 3 && c.u8() == 1
		at, size := c.u64(), c.u64()
		if !ok || c.short || len(c.b) != 0 {
			return damaged("the layout of %.40q is not contiguous", d.v.Name)
		}
		var err error
		d.data, err = r.take(at, size)
		return err
	case msgAttribute:
		return r.describeMore(d, m.body)
	default:
		return damaged("message %d in %.40q", m.kind, d.v.Name)
	}
	return nil
}

// describeMore adds what one attribute says, the format's or the caller's.
func (r *reader) describeMore(d *rawDataset, body []byte) error {
	raw, err := parseAttribute(body)
	if err != nil {
		return err
	}
	switch raw.name {
	case attrClass:
		d.scale = true
	case attrBool:
		d.bools = true
	case attrName, attrScales: // said by links and attrDims, too
	case attrDimID, attrDims:
		if raw.datatype != typeInt32 {
			return damaged("the dimensions of %.40q are malformed", d.v.Name)
		}
		for b := raw.data; len(b) > 0; b = b[4:] {
			d.dims = append(d.dims, binary.LittleEndian.Uint32(b))
		}
	default:
		a, err := r.attr(body)
		d.v.Attrs = append(d.v.Attrs, a)
		return err
	}
	return nil
}

// count is the number of values of a shape, which parseDataspace has bounded.
func count(shape []int) int {
	n := 1
	for _, k := range shape {
		if k != 0 && n > math.MaxInt/k {
			return -1
		}
		n *= k
	}
	return n
}

// values converts what is stored.
func (r *reader) values(datatype string, data []byte, asBool bool) (any, error) {
	size := elementSize(datatype)
	switch {
	case size == 0 || asBool != (datatype == typeInt8):
		return nil, damaged("unknown type")
	case len(data)%size != 0:
		return nil, damaged("part of a value")
	}
	n := len(data) / size
	switch datatype {
	case typeFloat64:
		out := make([]float64, n)
		for i := range out {
			out[i] = math.Float64frombits(binary.LittleEndian.Uint64(data[8*i:]))
		}
		return out, nil
	case typeInt64:
		out := make([]int64, n)
		for i := range out {
			out[i] = int64(binary.LittleEndian.Uint64(data[8*i:]))
		}
		return out, nil
	case typeInt8:
		out := make([]bool, n)
		for i, b := range data {
			if b > 1 {
				return nil, damaged("a bool that is %d", b)
			}
			out[i] = b == 1
		}
		return out, nil
	}
	return r.texts(data)
}

// elementSize is the size of a value in an array; 0 for a type that the
// writer does not use.
func elementSize(datatype string) int {
	switch datatype {
	case typeFloat64, typeInt64:
		return 8
	case typeInt8:
		return 1
	case typeText:
		return descriptorLen
	}
	return 0
}

// rawAttr is an attribute before its value is looked up.
type rawAttr struct {
	name, datatype string
	list           bool
	data           []byte
}

func parseAttribute(body []byte) (rawAttr, error) {
	c := &cursor{b: body}
	ok := c.u8() == 3 && c.u8() == 0
	nameSize, typeSize, spaceSize := c.u16(), c.u16(), c.u16()
	ok = ok && c.u8() == charsetUTF8
	name, datatype := c.next(int(nameSize)), c.next(int(typeSize))
	shape, rest, okSpace := parseDataspace(c.next(int(spaceSize)))
	if !ok || !okSpace || c.short || len(rest) != 0 || len(name) < 2 || name[len(name)-1] != 0 {
		return rawAttr{}, damaged("an attribute is malformed")
	}
	a := rawAttr{name: string(name[:len(name)-1]), datatype: string(datatype), list: len(shape) > 0, data: c.b}
	want := 4
	switch {
	case a.datatype == typeReferences:
		want = descriptorLen
	case a.datatype == typeASCII(len(a.data)):
		want = len(a.data)
	case a.datatype != typeInt32:
		want = elementSize(a.datatype)
	}
	if n := count(shape); want == 0 || n < 1 || n > math.MaxUint16 || len(a.data) != n*want {
		return rawAttr{}, damaged("the attribute %.40q is malformed", a.name)
	}
	return a, nil
}

// attr reads an attribute of the caller's.
func (r *reader) attr(body []byte) (Attr, error) {
	raw, err := parseAttribute(body)
	if err != nil {
		return Attr{}, err
	}
	a := Attr{Name: raw.name}
	switch {
	case raw.datatype == typeText && raw.list:
		a.Value, err = r.texts(raw.data)
	case raw.datatype == typeText:
		a.Value, err = r.text(raw.data)
	case raw.datatype == typeFloat64 && !raw.list:
		a.Value = math.Float64frombits(binary.LittleEndian.Uint64(raw.data))
	case raw.datatype == typeInt64 && !raw.list:
		a.Value = int64(binary.LittleEndian.Uint64(raw.data))
	default:
		err = damaged("the attribute %.40q has an unknown type", raw.name)
	}
	return a, err
}

// parseDataspace reads a shape at the start of b and returns what follows it.
func parseDataspace(b []byte) (shape []int, rest []byte, ok bool) {
	c := &cursor{b: b}
	version, rank, flags, class := c.u8(), c.u8(), c.u8(), c.u8()
	for range rank {
		n := c.u64()
		if n > math.MaxInt32 {
			return nil, nil, false
		}
		shape = append(shape, int(n))
	}
	ok = version == 2 && flags == 0 && (class == 0) == (rank == 0) && class < 2 && !c.short
	return shape, c.b, ok
}

// cursor reads numbers one after the other; past the end they are zero and
// short is set.
type cursor struct {
	b     []byte
	short bool
}

func (c *cursor) next(n int) []byte {
	if n > len(c.b) {
		c.short, c.b = true, nil
		return nil
	}
	out := c.b[:n]
	c.b = c.b[n:]
	return out
}

func (c *cursor) u8() byte {
	if b := c.next(1); b != nil {
		return b[0]
	}
	return 0
}

func (c *cursor) u16() uint16 {
	if b := c.next(2); b != nil {
		return binary.LittleEndian.Uint16(b)
	}
	return 0
}

func (c *cursor) u64() uint64 {
	if b := c.next(8); b != nil {
		return binary.LittleEndian.Uint64(b)
	}
	return 0
}
