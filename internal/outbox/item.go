package outbox

import (
	"encoding/json"
	"errors"
	"fmt"

	"tally/internal/disk"
	"tally/internal/exact"
	"tally/internal/voucher"
)

// version is that of the files.
const version = 1

// Item is a command that was signed and may have left.
type Item struct {
	Version     int             `json:"version"`
	Fingerprint voucher.Hash    `json:"fingerprint"` // of what the person asked for
	ID          voucher.Hash    `json:"id"`          // of the command
	Server      string          `json:"server"`      // the address that it is sent to
	Ledger      voucher.Hash    `json:"ledger"`
	Verb        string          `json:"verb"`     // of the command line
	Given       string          `json:"given"`    // the command line, without what is secret
	Key         voucher.Address `json:"key"`      // who signed
	Signed      uint64          `json:"signed"`   // when, by this machine's clock, Unix seconds
	Deadline    uint64          `json:"deadline"` // after which the ledger does not accept it, Unix seconds

	Path           string `json:"path"` // where the body is posted to, from the server's root
	IdempotencyKey string `json:"idempotency_key,omitempty"`
	Salt           string `json:"salt,omitempty"` // of the details whose hash is sent, 0x…
	Body           string `json:"body"`           // the bytes that are sent, the same every time; a secret
}

// ErrDamaged says that a file is none that this package wrote.
var ErrDamaged = errors.New("is damaged")

var errItem = errors.New("it is not an item of an outbox")

// encode is an item as its file has it.
func (i Item) encode() ([]byte, error) {
	i.Version = version
	text, err := json.Marshal(i)
	if err != nil {
		return nil, fmt.Errorf("encode item: %w", err)
	}
	if text = disk.WithSum(text); len(text) > MaxItem {
		return nil, fmt.Errorf("%w: an item of %d bytes, at most %d", ErrFull, len(text), MaxItem)
	}
	return text, nil
}

func decode(text []byte) (i Item, err error) {
	text, summed, ok := disk.CutSum(text)
	if !ok || !summed {
		return Item{}, fmt.Errorf("%w: its sum is not that of its text", errItem)
	}
	if err := exact.JSON(text, &i); err != nil {
		return Item{}, errItem // a reader's words may repeat what it read, and that is a secret
	}
	if i.Version != version {
		return Item{}, fmt.Errorf("%w: version %d is unknown", errItem, i.Version)
	}
	if i.Fingerprint.IsZero() || i.ID.IsZero() || i.Server == "" || i.Path == "" || i.Body == "" {
		return Item{}, errItem
	}
	return i, nil
}
