package safe

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"image"
	_ "image/gif"  // for the size of a picture
	_ "image/jpeg" // for the size of a picture
	_ "image/png"  // for the size of a picture
	"io"
	"net/url"
	"strings"
)

// Picture is a checked image of the type MIME.
//
// Width and Height are in CSS pixels, 0 if unknown. Title is the <title> of an
// SVG, for want of a better alternative text.
type Picture struct {
	MIME          string
	Width, Height int
	Title         string

	// One of the two: the bytes, or their base64, which may be a window of the
	// notebook. Megabytes of it pass from notebook to page without being
	// decoded or copied.
	data, base64 []byte
}

// Types names the types of pictures that can be shown, best first.
var Types = []string{"image/svg+xml", "image/png", "image/jpeg", "image/gif", "image/webp"}

// Ext returns the file name extension for p, with its dot.
func (p Picture) Ext() string {
	switch p.MIME {
	case "image/svg+xml":
		return ".svg"
	case "image/jpeg":
		return ".jpg"
	}
	return "." + strings.TrimPrefix(p.MIME, "image/")
}

// FromBundle returns the picture in an entry of a MIME bundle: SVG as text, all
// else as base64. The picture keeps the bytes of text.
func FromBundle(mime string, text []byte) (Picture, error) {
	if mime == "image/svg+xml" {
		return FromSVG(string(text))
	}
	return fromBase64(mime, text)
}

func fromBase64(mime string, text []byte) (Picture, error) {
	if base64.StdEncoding.DecodedLen(len(text)) > MaxImage {
		return Picture{}, fmt.Errorf("picture of %d bytes (want at most %d)", len(text), MaxImage)
	}
	if !isBase64(text) {
		if text = bytes.Map(dropSpace, text); !isBase64(text) {
			return Picture{}, fmt.Errorf("%s is not base64", mime)
		}
	}
	pic, err := raster(mime, base64.NewDecoder(base64.StdEncoding, bytes.NewReader(text)))
	pic.base64 = text
	return pic, err
}

func dropSpace(r rune) rune {
	if r == ' ' || r == '\n' || r == '\r' || r == '\t' {
		return -1
	}
	return r
}

// notDigit is 1 for the bytes that base64 is not made of.
var notDigit = func() (not [256]byte) {
	for c := range not {
		if !strings.ContainsRune("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/", rune(c)) {
			not[c] = 1
		}
	}
	return not
}()

// isBase64 tells whether text is base64 with its padding and nothing else, so
// that it needs no escaping wherever it is put.
func isBase64(text []byte) bool {
	if len(text)%4 != 0 {
		return false
	}
	text = bytes.TrimSuffix(bytes.TrimSuffix(text, []byte("=")), []byte("="))
	stray := byte(0)
	for _, c := range text {
		stray |= notDigit[c] // without a branch: this sees every byte of large notebooks
	}
	return stray == 0
}

// magic is how each type of picture begins.
var magic = []struct{ mime, prefix string }{
	{"image/png", "\x89PNG\r\n\x1a\n"},
	{"image/jpeg", "\xff\xd8\xff"},
	{"image/gif", "GIF8"},
	{"image/webp", "RIFF"},
}

// raster checks that what r gives begins like a picture, whatever type it
// claims to be. Only the header is read: a picture that decodes to gigabytes
// costs nothing here, and must not cost the reader's browser.
func raster(claimed string, r io.Reader) (Picture, error) {
	head := bufio.NewReader(r)
	start, _ := head.Peek(12) // fewer if there are no more
	for _, m := range magic {
		if !bytes.HasPrefix(start, []byte(m.prefix)) || m.mime == "image/webp" && !bytes.HasPrefix(start[min(8, len(start)):], []byte("WEBP")) {
			continue
		}
		pic := Picture{MIME: m.mime}
		if m.mime == "image/webp" { // which the standard library does not know
			return pic, nil
		}
		c, _, err := image.DecodeConfig(head)
		if err != nil {
			return Picture{}, fmt.Errorf("%s that cannot be read: %v", m.mime, err)
		}
		if c.Width > MaxPixels || c.Height > MaxPixels || c.Width*c.Height > MaxPixels {
			return Picture{}, fmt.Errorf("picture of %d x %d pixels (want at most %d)", c.Width, c.Height, MaxPixels)
		}
		pic.Width, pic.Height = c.Width, c.Height
		return pic, nil
	}
	return Picture{}, fmt.Errorf("%s that is not a picture", claimed)
}

// fromDataURI returns the picture in a data: URI.
func fromDataURI(src string) (Picture, error) {
	head, body, ok := strings.Cut(src[len("data:"):], ",")
	if !ok {
		return Picture{}, fmt.Errorf("data: URI without data")
	}
	params := strings.Split(strings.ToLower(head), ";")
	mime := strings.TrimSpace(params[0])
	known := false
	for _, t := range Types {
		known = known || t == mime
	}
	if !known {
		return Picture{}, fmt.Errorf("data: URI of a type that is not shown")
	}
	inBase64 := strings.TrimSpace(params[len(params)-1]) == "base64"
	text, err := url.PathUnescape(body)
	if err != nil {
		text = body
	}
	if inBase64 && mime != "image/svg+xml" {
		return fromBase64(mime, []byte(text))
	}
	data := []byte(text)
	if inBase64 {
		if data, err = base64.StdEncoding.DecodeString(strings.Map(dropSpace, text)); err != nil {
			return Picture{}, fmt.Errorf("%s is not base64", mime)
		}
	}
	if mime == "image/svg+xml" {
		return FromSVG(string(data))
	}
	pic, err := raster(mime, bytes.NewReader(data))
	pic.data = data
	return pic, err
}

// Bytes returns the picture itself.
func (p Picture) Bytes() []byte {
	if p.data == nil && len(p.base64) > 0 {
		data, err := base64.StdEncoding.AppendDecode(nil, p.base64)
		if err != nil {
			return nil // stray bits before the padding
		}
		return data
	}
	return p.data
}

// WriteURI writes p as the source of an <img>: percent-encoded or in base64,
// whichever is shorter. It holds no quotation mark, <, > or & and so needs no
// escaping between quotation marks.
func (p Picture) WriteURI(w io.Writer) error {
	if p.MIME == "image/svg+xml" {
		size := len("data:image/svg+xml;base64,") + base64.StdEncoding.EncodedLen(len(p.data))
		if s := "data:image/svg+xml," + escapeURI(string(p.data)); len(s) <= size {
			_, err := io.WriteString(w, s)
			return err
		}
	}
	if _, err := io.WriteString(w, "data:"+p.MIME+";base64,"); err != nil {
		return err
	}
	if p.data == nil {
		_, err := w.Write(p.base64)
		return err
	}
	enc := base64.NewEncoder(base64.StdEncoding, w)
	_, err := enc.Write(p.data)
	return errors.Join(err, enc.Close())
}

// DataURI returns what [Picture.WriteURI] writes.
func (p Picture) DataURI() string {
	var b strings.Builder
	_ = p.WriteURI(&b) // a strings.Builder does not fail
	return b.String()
}

// escapeURI escapes what would end the attribute, the URI or the text: the
// rest, spaces and UTF-8 included, is legible to every browser.
var escapeURI = strings.NewReplacer(
	"%", "%25", "#", "%23", "<", "%3C", ">", "%3E", `"`, "%22", "&", "%26", "\n", "%0A", "\r", "%0D", "\t", "%09").Replace

// Base64URI returns p as a data: URI of letters, digits and "+/=;:,." only.
func (p Picture) Base64URI() string {
	return "data:" + p.MIME + ";base64," + base64.StdEncoding.EncodeToString(p.Bytes())
}
