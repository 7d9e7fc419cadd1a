package terminal

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"strings"
)

// moduleSize is the width of a module in a PNG, in pixels.
const moduleSize = 8

// PNG is the symbol in black and white, one bit a pixel.
func (s Symbol) PNG() ([]byte, error) {
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

// SVG is the symbol with a unit a module: white, and a black rectangle for each
// run of dark modules in a row.
func (s Symbol) SVG() []byte {
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
