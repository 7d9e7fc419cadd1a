package journal_test

import (
	"testing"

	"go.uber.org/goleak"
)

// TestMain wants every goroutine gone that a test started.
func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }
