package receipt_test

import (
	"testing"

	"go.uber.org/goleak"
)

// Pebble, below the embedded chain, has threads of its own that end later.
func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }
