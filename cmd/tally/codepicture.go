package main

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"os"
	"path/filepath"
	"strings"
)

// moduleSize is the width of a module in a PNG, in pixels.
const moduleSize = 8

// png is the symbol in black and white, one bit a pixel.
func (s symbol) png() ([]byte, error) {
	size := len(s) * moduleSize
	picture := image.NewPaletted(image.Rect(0, 0, size, size), color.Palette{color.White, color.Black})
	for y := range size {
		for x := range size {
			if s[y/moduleSize][x/moduleSize] {
				picture.SetColorIndex(x, y, 1)
			}
		}
	}
	var b bytes.Buffer
	err := png.Encode(&b, picture)
	return b.Bytes(), err
}

// svg is the symbol with a unit a module: white, and a black rectangle for each
// run of dark modules in a row.
func (s symbol) svg() []byte {
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" shape-rendering="crispEdges">`+"\n", len(s), len(s))
	fmt.Fprintf(&b, `<rect x="0" y="0" width="%d" height="%d" fill="#fff"/>`+"\n", len(s), len(s))
	for y, row := range s {
		for x := 0; x < len(row); x++ {
			start := x
			for row[x] { // the quiet zone ends every run
				x++
			}
			if x > start {
				fmt.Fprintf(&b, `<rect x="%d" y="%d" width="%d" height="1"/>`+"\n", start, y, x-start)
			}
		}
	}
	b.WriteString("</svg>\n")
	return []byte(b.String())
}

// writeSecret writes a file that its owner alone can read, whatever was there
// before: whole, or not at all.
func writeSecret(path string, raw []byte) error {
	f, err := os.CreateTemp(filepath.Dir(path), ".tally-*") // with mode 0600
	if err != nil {
		return misused("the file cannot be written: %w", err)
	}
	_, err = f.Write(raw)
	if err = errors.Join(err, f.Close()); err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return errors.Join(misused("the file cannot be written: %w", err), os.Remove(f.Name()))
	}
	return nil
}
