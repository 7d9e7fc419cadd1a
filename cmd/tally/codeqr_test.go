package main

import (
	"bytes"
	"encoding/xml"
	"image"
	"image/color"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode"
	"github.com/stretchr/testify/require"

	"tally/internal/cli"
	"tally/internal/intent"
	"tally/internal/terminal"
	"tally/internal/voucher"
)

// scan reads a QR symbol from a picture, by a program that is not the one that drew
// it. The picture is nothing but the symbol: the reader's search for a symbol in a
// photograph misses one code in some hundred.
func scan(t *testing.T, picture image.Image) string {
	t.Helper()
	bitmap, err := gozxing.NewBinaryBitmapFromImage(picture)
	require.NoError(t, err)
	read, err := qrcode.NewQRCodeReader().Decode(bitmap, map[gozxing.DecodeHintType]any{gozxing.DecodeHintType_PURE_BARCODE: true})
	require.NoError(t, err)
	return read.GetText()
}

// picture is a symbol's modules on white paper, as large as a scanner wants them.
func picture(s terminal.Symbol) image.Image {
	const moduleSize = 8
	picture := image.NewGray(image.Rect(0, 0, len(s)*moduleSize, len(s)*moduleSize))
	for y := range picture.Rect.Dy() {
		for x := range picture.Rect.Dx() {
			if !s[y/moduleSize][x/moduleSize] {
				picture.SetGray(x, y, color.Gray{Y: 255})
			}
		}
	}
	return picture
}

func TestCodeQR_ImageReadsBack(t *testing.T) {
	s := onstage(t)
	ref := s.claim("alice", s.found())
	file := filepath.Join(t.TempDir(), "code.png")
	text := s.code("alice", "--png", file, ref.String())
	raw, err := os.ReadFile(file)
	require.NoError(t, err)
	picture, err := png.Decode(bytes.NewReader(raw))
	require.NoError(t, err)
	require.Equal(t, text, scan(t, picture))
	s.must(redeem(scan(t, picture), "--discount", "32.00")...)
}

func TestCodeQR_SVGHasTheSameModules(t *testing.T) {
	s := onstage(t)
	ref := s.claim("alice", s.found())
	file := filepath.Join(t.TempDir(), "code.svg")
	text := s.code("alice", "--svg", file, ref.String())
	raw, err := os.ReadFile(file)
	require.NoError(t, err)
	var drawing struct {
		ViewBox string `xml:"viewBox,attr"`
		Rects   []struct {
			X      int    `xml:"x,attr"`
			Y      int    `xml:"y,attr"`
			Width  int    `xml:"width,attr"`
			Height int    `xml:"height,attr"`
			Fill   string `xml:"fill,attr"`
		} `xml:"rect"`
	}
	require.NoError(t, xml.Unmarshal(raw, &drawing))
	paper := drawing.Rects[0]
	require.Equal(t, "#fff", paper.Fill)
	seen := make(terminal.Symbol, paper.Height)
	for y := range seen {
		seen[y] = make([]bool, paper.Width)
	}
	for _, r := range drawing.Rects[1:] {
		require.Equal(t, 1, r.Height)
		for x := r.X; x < r.X+r.Width; x++ {
			seen[r.Y][x] = true
		}
	}
	require.Equal(t, text, scan(t, picture(seen)))
	for i := range terminal.QuietZone {
		require.NotContains(t, seen[i], true)
		require.NotContains(t, seen[len(seen)-1-i], true)
	}
}

func TestCodeQR_TerminalShowsTheSameModules(t *testing.T) {
	s := onstage(t)
	ref := s.claim("alice", s.found())
	r := s.run("code", "--as", "alice", "--qr", ref.String())
	require.Equal(t, cli.ExitOK, r.code)
	var seen terminal.Symbol
	for line := range strings.Lines(r.errors) {
		if strings.ContainsAny(line, "█▀▄") {
			var above, below []bool
			for _, block := range strings.TrimSuffix(line, "\n") {
				above = append(above, block != '█' && block != '▀')
				below = append(below, block != '█' && block != '▄')
			}
			seen = append(seen, above, below)
		}
	}
	for len(seen) > len(seen[0]) { // an odd number of rows leaves half a line
		seen = seen[:len(seen)-1]
	}
	require.Equal(t, strings.TrimSpace(r.out), scan(t, picture(seen)))
	drawn, err := terminal.DrawSymbol(r.out[:20])
	require.NoError(t, err)
	require.Contains(t, drawn.Text(true), "\x1b[97;40m█")
}

func TestCodeQR_LongestCodeFitsASymbol(t *testing.T) {
	text := strings.Repeat("A", intent.MaxCode)
	drawn, err := terminal.DrawSymbol(text)
	require.NoError(t, err)
	require.Equal(t, text, scan(t, picture(drawn)))
}

// A picture is a secret: also where a file that all could read was there before.
func TestCodeQR_FileIsReadByItsOwnerOnly(t *testing.T) {
	s := onstage(t)
	ref := voucher.Ref{Serial: 1}.String()
	s.key("alice")
	file := s.file("code.png", "an older one")
	require.NoError(t, os.Chmod(file, 0o644))
	s.code("alice", "--png", file, ref)
	info, err := os.Stat(file)
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode().Perm())

	s.refuses(cli.ExitMisused, cli.CodeMisused, "code", "--as", "alice", "--svg", filepath.Join(file, "code.svg"), ref)
	folder := filepath.Join(filepath.Dir(file), "folder")
	require.NoError(t, os.Mkdir(folder, 0o700))
	s.refuses(cli.ExitMisused, cli.CodeMisused, "code", "--as", "alice", "--svg", folder, ref)
	left, err := os.ReadDir(filepath.Dir(file))
	require.NoError(t, err)
	require.Len(t, left, 2, "the picture and the folder")
}
