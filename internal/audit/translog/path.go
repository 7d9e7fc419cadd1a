package translog

import (
	"errors"
	"fmt"
	"strings"

	"golang.org/x/mod/sumdb/tlog"
)

// TileHeight is that of C2SP tlog-tiles: a full tile has 256 hashes, a full
// bundle 256 entries.
const TileHeight = 8

// ErrPath says that a path is not one of C2SP tlog-tiles.
var ErrPath = errors.New("not a path of a tile or of entries")

const (
	bundle   = -1 // the level that sumdb gives to entries
	maxLevel = 63
)

// ParsePath reads what follows "tile/" in a URL of C2SP tlog-tiles, in its one
// form: "0/x001/234" is the tile 1234 of leaf hashes, "1/000.p/5" the first five
// hashes of level 1, "entries/x001/234.p/7" seven entries. The error is ErrPath.
func ParsePath(path string) (tlog.Tile, error) {
	// The two schemes differ in these two words only. See golang.org/design/25530-sumdb.
	level, rest, ok := strings.Cut(path, "/")
	switch {
	case !ok || level == "data":
		return tlog.Tile{}, fmt.Errorf("%w: <level>/<number> wanted", ErrPath)
	case level == "entries":
		level = "data"
	}
	tile, err := tlog.ParseTilePath(fmt.Sprintf("tile/%d/%s/%s", TileHeight, level, rest))
	if err != nil || tile.L > maxLevel {
		return tlog.Tile{}, errors.Join(ErrPath, err)
	}
	return tile, nil
}

// Path is what ParsePath reads.
func Path(t tlog.Tile) string {
	path := strings.TrimPrefix(t.Path(), fmt.Sprintf("tile/%d/", TileHeight))
	if rest, ok := strings.CutPrefix(path, "data/"); ok {
		return "entries/" + rest
	}
	return path
}
