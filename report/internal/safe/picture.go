package safe

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"image"
	_ "image/gif"  // for the size of a picture
	_ "image/jpeg" // for the size of a picture
	_ "image/png"  // for the size of a picture
	"net/url"
	"strings"
)

// Picture is a checked image: Data is of the type MIME says.
//
// Width and Height are in CSS pixels, 0 if unknown. Title is the <title> of an
// SVG, for want of a better alternative text.
type Picture struct {
	MIME          string
	Data          []byte
	Width, Height int
	Title         string
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
// else as base64.
func FromBundle(mime, text string) (Picture, error) {
	if mime == "image/svg+xml" {
		return FromSVG(text)
	}
	if base64.StdEncoding.DecodedLen(len(text)) > MaxImage {
		return Picture{}, fmt.Errorf("picture of %d bytes (want at most %d)", len(text), MaxImage)
	}
	data, err := base64.StdEncoding.DecodeString(strings.Map(dropSpace, text))
	if err != nil {
		return Picture{}, fmt.Errorf("%s is not base64", mime)
	}
	return raster(mime, data)
}

func dropSpace(r rune) rune {
	if r == ' ' || r == '\n' || r == '\r' || r == '\t' {
		return -1
	}
	return r
}

// magic is how each type of picture begins.
var magic = []struct{ mime, prefix string }{
	{"image/png", "\x89PNG\r\n\x1a\n"},
	{"image/jpeg", "\xff\xd8\xff"},
	{"image/gif", "GIF8"},
	{"image/webp", "RIFF"},
}

// raster checks that data is a picture, whatever type it claims to be.
func raster(claimed string, data []byte) (Picture, error) {
	for _, m := range magic {
		if !bytes.HasPrefix(data, []byte(m.prefix)) || m.mime == "image/webp" && !bytes.HasPrefix(data[min(8, len(data)):], []byte("WEBP")) {
			continue
		}
		pic := Picture{MIME: m.mime, Data: data}
		// Only the header is read: a picture that decodes to gigabytes costs
		// nothing here, and must not cost the reader's browser.
		if m.mime != "image/webp" { // which the standard library does not know
			c, _, err := image.DecodeConfig(bytes.NewReader(data))
			if err != nil {
				return Picture{}, fmt.Errorf("%s that cannot be read: %v", m.mime, err)
			}
			if c.Width > MaxPixels || c.Height > MaxPixels || c.Width*c.Height > MaxPixels {
				return Picture{}, fmt.Errorf("picture of %d x %d pixels (want at most %d)", c.Width, c.Height, MaxPixels)
			}
			pic.Width, pic.Height = c.Width, c.Height
		}
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
		return FromBundle(mime, text)
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
	return raster(mime, data)
}

// DataURI returns p as the source of an <img>: percent-encoded or in base64,
// whichever is shorter. It holds no quotation mark, <, > or & and so needs no
// escaping between quotation marks.
func (p Picture) DataURI() string {
	b64 := "data:" + p.MIME + ";base64,"
	size := len(b64) + base64.StdEncoding.EncodedLen(len(p.Data))
	if p.MIME == "image/svg+xml" {
		if s := "data:image/svg+xml," + escapeURI(string(p.Data)); len(s) <= size {
			return s
		}
	}
	return b64 + base64.StdEncoding.EncodeToString(p.Data)
}

// escapeURI escapes what would end the attribute, the URI or the text: the
// rest, spaces and UTF-8 included, is legible to every browser.
var escapeURI = strings.NewReplacer(
	"%", "%25", "#", "%23", "<", "%3C", ">", "%3E", `"`, "%22", "&", "%26", "\n", "%0A", "\r", "%0D", "\t", "%09").Replace

// Base64URI returns p as a data: URI of letters, digits and "+/=;:,." only.
func (p Picture) Base64URI() string {
	return "data:" + p.MIME + ";base64," + base64.StdEncoding.EncodeToString(p.Data)
}
