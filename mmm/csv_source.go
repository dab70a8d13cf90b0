package mmm

import (
	"bytes"
	"encoding/binary"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"
	"time"
	"unicode/utf16"
	"unicode/utf8"

	"mixmodel/mmm/internal/trace"
)

// fetchTimeout bounds the whole download of a table.
const fetchTimeout = 60 * time.Second

// load reads a file or URL. The name is fit for messages: a URL loses its
// password and query, which may hold keys.
func load(src string) (raw []byte, name string, err error) {
	if u, ok := httpURL(src); ok {
		name = (&url.URL{Scheme: u.Scheme, Host: u.Host, Path: u.Path}).String()
		raw, err = fetch(u, fetchTimeout)
		err = errors.Join(err, trace.Fetched(name))
	} else {
		name = src
		raw, err = readFile(src)
		err = trace.Read(src, raw, err)
	}
	if err != nil {
		return nil, name, sourceError(name, err)
	}
	return raw, name, nil
}

// sourceError is the error for a source that holds no table.
func sourceError(name string, err error) error {
	f := &Faults{Name: name}
	f.addWhole(faultSource, "%w", err)
	return f
}

func httpURL(src string) (*url.URL, bool) {
	lower := strings.ToLower(src)
	if !strings.HasPrefix(lower, "http://") && !strings.HasPrefix(lower, "https://") {
		return nil, false
	}
	u, err := url.Parse(src)
	return u, err == nil && u.Host != ""
}

func readFile(path string) ([]byte, error) {
	if path == "" {
		return nil, errors.New("no file is named (want a path or an http(s) URL)")
	}
	if strings.Contains(path, "://") {
		return nil, errors.New("not a file name or web address that can be read (want a path or an http(s) URL)")
	}
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return nil, fmt.Errorf("there is no such file (want a path seen from %s, or an http(s) URL): %w", workDir(), os.ErrNotExist)
	case err != nil:
		return nil, err
	case info.IsDir():
		return nil, errors.New("this is a folder (want a CSV file)")
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	return readLimited(file)
}

// workDir names the folder that relative paths start from.
func workDir() string {
	dir, err := os.Getwd()
	if err != nil {
		return "the current folder"
	}
	return dir
}

// fetch downloads a table.
func fetch(u *url.URL, timeout time.Duration) ([]byte, error) {
	client := http.Client{Timeout: timeout}
	resp, err := client.Get(u.String())
	var failed *url.Error
	if errors.As(err, &failed) {
		if failed.Timeout() {
			return nil, fmt.Errorf("no answer within %s: is the address right and the network up?", timeout)
		}
		return nil, fmt.Errorf("the download failed: %w", failed.Err) // failed itself repeats the query
	}
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("the server answered %q (want 200 OK): check the address, and that it needs no login", resp.Status)
	}
	kind, _, _ := mime.ParseMediaType(resp.Header.Get("Content-Type"))
	if kind == "text/html" || kind == "application/xhtml+xml" {
		return nil, errWebPage
	}
	return readLimited(resp.Body)
}

var errWebPage = errors.New("this is a web page (want the CSV file itself): use the link behind \"raw\" or \"download\"")

// readLimited reads at most MaxFileBytes.
func readLimited(r io.Reader) ([]byte, error) {
	raw, err := io.ReadAll(io.LimitReader(r, MaxFileBytes+1))
	if err != nil {
		return nil, err
	}
	if len(raw) > MaxFileBytes {
		return nil, fmt.Errorf("the file is larger than %d MB (want at most that)", MaxFileBytes>>20)
	}
	return raw, nil
}

// decodeText returns the text of a file without its byte order mark. It
// explains files that are something else: a spreadsheet, a web page.
func decodeText(raw []byte) (string, error) {
	switch {
	case bytes.HasPrefix(raw, []byte("\xef\xbb\xbf")):
		raw = raw[3:]
	case bytes.HasPrefix(raw, []byte("\xff\xfe")):
		return decodeUTF16(raw[2:], binary.LittleEndian)
	case bytes.HasPrefix(raw, []byte("\xfe\xff")):
		return decodeUTF16(raw[2:], binary.BigEndian)
	case bytes.HasPrefix(raw, []byte("PK\x03\x04")):
		return "", errors.New("this is a spreadsheet or zip file (want CSV): open it and save it as \"CSV UTF-8\"")
	case bytes.HasPrefix(raw, []byte("\xd0\xcf\x11\xe0")):
		return "", errors.New("this is an old spreadsheet (want CSV): open it and save it as \"CSV UTF-8\"")
	case bytes.HasPrefix(raw, []byte("\x1f\x8b")):
		return "", errors.New("this file is compressed (want CSV): unpack it first")
	}
	start := strings.ToLower(string(bytes.TrimSpace(raw[:min(len(raw), 512)])))
	if strings.HasPrefix(start, "<!doctype html") || strings.HasPrefix(start, "<html") {
		return "", errWebPage
	}
	return checkText(string(raw))
}

func decodeUTF16(raw []byte, order binary.ByteOrder) (string, error) {
	if len(raw)%2 != 0 {
		return "", errors.New("the file ends within a UTF-16 character: it is cut off")
	}
	units := make([]uint16, len(raw)/2)
	for i := range units {
		units[i] = order.Uint16(raw[2*i:])
	}
	return checkText(string(utf16.Decode(units)))
}

// checkText refuses what is not text, naming the line.
func checkText(text string) (string, error) {
	bad := strings.IndexByte(text, 0)
	if i := invalidUTF8(text); i >= 0 && (bad < 0 || i < bad) {
		bad = i
	}
	if bad < 0 {
		// Files of old Macs end lines with \r alone.
		if !strings.Contains(text, "\n") {
			text = strings.ReplaceAll(text, "\r", "\n")
		}
		return text, nil
	}
	line := 1 + strings.Count(text[:bad], "\n")
	return "", fmt.Errorf("line %d holds the byte 0x%02x, which is not UTF-8 text (want UTF-8): save the file as \"CSV UTF-8\"", line, text[bad])
}

func invalidUTF8(text string) int {
	for i, r := range text {
		if r == utf8.RuneError {
			if _, size := utf8.DecodeRuneInString(text[i:]); size == 1 {
				return i
			}
		}
	}
	return -1
}

// detectDelimiter returns the one of comma, semicolon and tab under which the
// header has most of the wanted columns, and of these the one with most columns.
func detectDelimiter(text string, c Columns) rune {
	wanted := []string{c.Date, c.Target}
	for _, ch := range c.Channels {
		wanted = append(wanted, ch.Column)
	}
	wanted = append(wanted, c.Controls...)
	best, bestFound, bestWidth := ',', -1, 0
	for _, comma := range []rune{',', ';', '\t'} {
		r := csv.NewReader(strings.NewReader(text))
		r.Comma, r.FieldsPerRecord = comma, -1
		header, err := r.Read()
		if err != nil {
			continue
		}
		for i := range header {
			header[i] = strings.TrimSpace(header[i])
		}
		found := 0
		for _, w := range wanted {
			if slices.Contains(header, w) {
				found++
			}
		}
		if found > bestFound || found == bestFound && len(header) > bestWidth {
			best, bestFound, bestWidth = comma, found, len(header)
		}
	}
	return best
}
