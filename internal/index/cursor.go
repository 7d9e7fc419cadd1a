package index

import (
	"encoding/hex"
	"fmt"
)

// A cursor is the key of the last item of a page, within its list, in hex. An
// item's key says when it came, so that what comes or goes between two pages
// shifts nothing.

// EncodeCursor is the cursor behind an item.
func EncodeCursor(key []byte) string { return hex.EncodeToString(key) }

// DecodeCursor reads the cursor of a list whose items' keys have this size. It
// is nil for the first page. The error is ErrCursor.
func DecodeCursor(cursor string, size int) ([]byte, error) {
	if cursor == "" {
		return nil, nil
	}
	key, err := hex.DecodeString(cursor)
	if err != nil || len(key) != size {
		return nil, fmt.Errorf("%w: %.20q", ErrCursor, cursor)
	}
	return key, nil
}

// Sizes of what the cursors of the lists hold of the keys, in bytes.
const (
	WalletCursor   = positionSize + refSize
	CampaignCursor = positionSize + 16
	OrderCursor    = positionSize // each command has its own
	HistoryCursor  = positionSize // the same
)
