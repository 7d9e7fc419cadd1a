package voucher_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tally/internal/voucher"
)

func TestUnix_AndBack(t *testing.T) {
	at := time.Date(2027, 3, 28, 1, 30, 0, 999, time.FixedZone("", 3600))
	require.Equal(t, uint64(1_806_193_800), voucher.Unix(at))
	require.Equal(t, time.Date(2027, 3, 28, 0, 30, 0, 0, time.UTC), voucher.Time(voucher.Unix(at)))
	require.Equal(t, uint64(voucher.MaxInstant), voucher.Unix(voucher.Time(voucher.MaxInstant)))
}
