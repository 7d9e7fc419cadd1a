package evidence

import (
	"errors"
	"fmt"

	"github.com/ethereum/go-ethereum/rlp"
)

// Limits of a run of blocks.
const (
	MaxBlocks  = 256     // in one run
	blocksSize = 1 << 20 // bytes after which a run ends, with a whole block
)

// ErrBlocks says that bytes are not a run of blocks.
var ErrBlocks = errors.New("not a run of blocks")

// Block is what a pack has of a sealed block: see EncodeBlock of evm/proof, and of
// journal/proof, whose blocks have hashes of records in the receipts' place. A run of
// blocks is one RLP list for each, [header, [receipt…]], in the order of their numbers.
type Block struct {
	Header   []byte
	Receipts [][]byte
}

func appendBlock(run []byte, b Block) ([]byte, error) {
	raw, err := rlp.EncodeToBytes(b)
	if err != nil {
		return nil, fmt.Errorf("encode block: %w", err)
	}
	return append(run, raw...), nil
}

// ReadBlocks reads a run of blocks. The error is ErrBlocks.
func ReadBlocks(run []byte) (blocks []Block, err error) {
	for len(run) > 0 {
		_, _, rest, err := rlp.Split(run)
		if err != nil {
			return nil, fmt.Errorf("%w: %w", ErrBlocks, err)
		}
		var b Block
		if err := rlp.DecodeBytes(run[:len(run)-len(rest)], &b); err != nil {
			return nil, fmt.Errorf("%w: %w", ErrBlocks, err)
		}
		if blocks = append(blocks, b); len(blocks) > MaxBlocks {
			return nil, fmt.Errorf("%w: more than %d", ErrBlocks, MaxBlocks)
		}
		run = rest
	}
	if len(blocks) == 0 {
		return nil, fmt.Errorf("%w: it is empty", ErrBlocks)
	}
	return blocks, nil
}
