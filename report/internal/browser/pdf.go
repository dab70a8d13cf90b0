package browser

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"time"
)

// maxPrint is how long printing may take.
const maxPrint = 2 * time.Minute

// PDF prints a page, HTML in one file, to a tagged PDF. The same page and
// browser give the same bytes: dates and ids that the browser makes up are
// overwritten. It takes about two seconds.
func PDF(ctx context.Context, page []byte) ([]byte, error) {
	path, err := Find()
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "report-pdf-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	in, out := filepath.Join(dir, "page.html"), filepath.Join(dir, "page.pdf")
	if err := os.WriteFile(in, page, 0o600); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, maxPrint)
	defer cancel()
	args := append(flags(filepath.Join(dir, "profile")), "--print-to-pdf="+out, "--no-pdf-header-footer", "--generate-pdf-document-outline", fileURL(in))
	cmd := exec.CommandContext(ctx, path, args...)
	cmd.WaitDelay = 5 * time.Second
	var messages bytes.Buffer
	cmd.Stderr = &messages
	runErr := cmd.Run()
	pdf, err := os.ReadFile(out)
	switch {
	case ctx.Err() != nil:
		return nil, fmt.Errorf("%s did not print within %v", path, maxPrint)
	case err != nil || !bytes.HasPrefix(pdf, []byte("%PDF-")):
		return nil, fmt.Errorf("%s printed no PDF: %w: %s", path, errors.Join(runErr, err), lastLine(messages.Bytes()))
	}
	return normal(pdf), nil
}

func fileURL(path string) string {
	path = filepath.ToSlash(path)
	if path != "" && path[0] != '/' {
		path = "/" + path // C:/...
	}
	return (&url.URL{Scheme: "file", Path: path}).String()
}

func lastLine(text []byte) []byte {
	text = bytes.TrimSpace(text)
	return text[bytes.LastIndexByte(text, '\n')+1:]
}

var (
	made = regexp.MustCompile(`/(CreationDate|ModDate) ?\(D:[0-9+\-'Z]*\)`)
	ids  = regexp.MustCompile(`/ID ?\[ ?<[0-9A-Fa-f]*> ?<[0-9A-Fa-f]*> ?\]`)
	digs = regexp.MustCompile(`[0-9A-Fa-f]`)
)

// normal overwrites what differs from run to run with zeros. Lengths stay, for
// a PDF is full of offsets.
func normal(pdf []byte) []byte {
	pdf = made.ReplaceAllFunc(pdf, func(m []byte) []byte {
		open := bytes.Index(m, []byte("D:")) + 2
		return append(m[:open:open], bytes.ReplaceAll(digits.ReplaceAll(m[open:], []byte("0")), []byte("00000000000000"), []byte("20000101000000"))...)
	})
	return ids.ReplaceAllFunc(pdf, func(m []byte) []byte {
		return append([]byte("/ID"), digs.ReplaceAll(m[len("/ID"):], []byte("0"))...)
	})
}

var digits = regexp.MustCompile(`[0-9]`)
