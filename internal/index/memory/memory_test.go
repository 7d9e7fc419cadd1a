package memory_test

import (
	"testing"

	"tally/internal/index"
	"tally/internal/index/indextest"
	"tally/internal/index/memory"
)

func TestIndex(t *testing.T) {
	indextest.Run(t, func(*testing.T) index.Index { return memory.New() })
}
