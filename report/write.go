package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"mixmodel/report/render"
)

// writeFile writes data to path as [writeStream] does.
func writeFile(path string, data []byte) error {
	_, err := writeStream(path, func(w io.Writer) error {
		_, err := w.Write(data)
		return err
	})
	return err
}

// writeStream writes a file so that at every moment it is complete: the old one
// or the new one. A symbolic link stays one. It returns the size. It does not
// wait for the disk: what a power cut takes can be rendered again.
func writeStream(path string, write func(io.Writer) error) (int, error) {
	if target, err := filepath.EvalSymlinks(path); err == nil {
		path = target
	}
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		return 0, fmt.Errorf("%s is a folder (want a file to write)", path)
	}
	partial := fmt.Sprintf("%s.%d.partial", path, os.Getpid())
	size, err := writeThrough(partial, write)
	if err == nil {
		err = os.Rename(partial, path)
	}
	if err != nil {
		_ = os.Remove(partial)
	}
	return size, err
}

func writeThrough(path string, write func(io.Writer) error) (int, error) {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o644)
	if err != nil {
		return 0, err
	}
	err = write(f)
	info, statErr := f.Stat()
	if err = errors.Join(err, statErr, f.Close()); err != nil {
		return 0, err
	}
	return int(info.Size()), nil
}

// ours is how the names of files look that a report wrote: pictures and what
// they show in numbers.
var ours = regexp.MustCompile(`^(figure-[0-9]+|image)-[0-9a-f]{8}\.(svg|png|jpg|gif|webp|csv)$`)

// writeAssets writes files into their folder under dir, never anywhere else,
// and removes from it those that an earlier report wrote and this one does not
// have.
func writeAssets(dir string, assets []render.Asset) error {
	if len(assets) == 0 {
		return nil
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return err
	}
	defer root.Close()
	folder, _, _ := strings.Cut(assets[0].Name, "/")
	if err := root.Mkdir(folder, 0o755); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	sub, err := root.OpenRoot(folder)
	if err != nil {
		return err
	}
	defer sub.Close()
	keep := map[string]bool{}
	for _, a := range assets {
		name := strings.TrimPrefix(a.Name, folder+"/")
		keep[name] = true
		if err := writeAsset(sub, name, a.Data); err != nil {
			return err
		}
	}
	return removeOthers(sub, keep)
}

func writeAsset(folder *os.Root, name string, data []byte) error {
	if old, err := folder.ReadFile(name); err == nil && bytes.Equal(old, data) {
		return nil
	}
	partial := name + ".partial"
	if err := folder.WriteFile(partial, data, 0o644); err != nil {
		return err
	}
	return folder.Rename(partial, name)
}

func removeOthers(folder *os.Root, keep map[string]bool) error {
	list, err := fs.ReadDir(folder.FS(), ".")
	if err != nil {
		return err
	}
	for _, entry := range list {
		if name := entry.Name(); ours.MatchString(name) && !keep[name] {
			if err := folder.Remove(name); err != nil {
				return err
			}
		}
	}
	return nil
}
