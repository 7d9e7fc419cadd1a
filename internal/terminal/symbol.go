package terminal

import (
	"fmt"
	"image/color"
	"strings"

	"github.com/boombuler/barcode/qr"
)

// Symbol is a QR symbol with its quiet zone: rows of modules, true is dark.
type Symbol [][]bool

// QuietZone is how many light modules a symbol has on each side, by ISO/IEC 18004.
const QuietZone = 4

// DrawSymbol draws a code's text: capitals and digits, which a QR symbol packs
// best. A seventh of it may be unreadable, as a phone's screen often is.
func DrawSymbol(text string) (Symbol, error) {
	drawn, err := qr.Encode(text, qr.M, qr.AlphaNumeric)
	if err != nil {
		return nil, fmt.Errorf("draw code: %w", err)
	}
	size := drawn.Bounds().Dx()
	s := make(Symbol, size+2*QuietZone)
	for y := range s {
		s[y] = make([]bool, len(s))
	}
	for y := range size {
		for x := range size {
			grey, _ := color.GrayModel.Convert(drawn.At(x, y)).(color.Gray)
			s[y+QuietZone][x+QuietZone] = grey.Y < 0x80
		}
	}
	return s, nil
}

// Text is the symbol in half blocks, two rows a line. A block is light, because
// most terminals are dark; painted, it is so on every terminal.
func (s Symbol) Text(painted bool) string {
	var b strings.Builder
	for y := 0; y < len(s); y += 2 {
		line := ""
		for x := range s {
			line += halfBlock(!s[y][x], y+1 < len(s) && !s[y+1][x])
		}
		if painted { // bright white on black
			line = "\x1b[97;40m" + line + "\x1b[0m"
		}
		b.WriteString(line + "\n")
	}
	return b.String()
}

func halfBlock(above, below bool) string {
	switch {
	case above && below:
		return "█"
	case above:
		return "▀"
	case below:
		return "▄"
	default:
		return " "
	}
}
