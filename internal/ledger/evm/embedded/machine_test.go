package embedded_test

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/ethereum/go-ethereum/common"

	"tally/internal/ledger/evm/embedded"
	"tally/internal/ledger/ledgertest"
	"tally/internal/voucher"
)

const vectors = "../../ledgertest/testdata/machine"

func openEmbedded(t testing.TB) ledgertest.Fixture {
	t.Helper()
	return newEmbedded(t).Fixture()
}

// TestMachine_DecidesAsTheRules drives the embedded chain, block by block, beside the rules.
func TestMachine_DecidesAsTheRules(t *testing.T) {
	ledgertest.RunMachine(t, openEmbedded, ledgertest.MachineOptions{Commands: 20_000, Vectors: vectors, Records: records})
}

// TestVectors_PlayAsTheRules plays the histories that once failed somewhere.
func TestVectors_PlayAsTheRules(t *testing.T) { ledgertest.RunVectors(t, openEmbedded, vectors) }

// records compares what the contract keeps, and ledger.Reader does not show,
// with the records of the rules, as far as the contract has a view of them.
func records(f ledgertest.Fixture) func(string, []byte) error {
	return func(key string, want []byte) error {
		l, ok := f.Ledger.(*embedded.Ledger)
		if !ok {
			return fmt.Errorf("%T is no embedded ledger", f.Ledger)
		}
		parts := strings.Split(key, "/")
		view, args, err := viewOf(parts[0], parts[1:])
		if err != nil || view == "" {
			return err
		}
		got, known, err := l.View(context.Background(), view, args...)
		if err != nil || !known {
			return err
		}
		if parts[0] == "extended" && len(want) > 0 { // whether it was, and from when
			want = append(common.LeftPadBytes([]byte{1}, 32), want...)
		}
		if len(want) < len(got) { // one byte, or no record
			want = common.LeftPadBytes(want, len(got))
		}
		if !bytes.Equal(got, want) {
			return fmt.Errorf("%s of %s: want %x, got %x", view, key, want, got)
		}
		return nil
	}
}

// viewOf is the view that shows a record, and its arguments; none if there is
// no such view. The records have one word or are lists of words, so that the
// rules' encoding of a record is what the view returns.
func viewOf(record string, parts []string) (view string, args []any, err error) {
	switch record {
	case "hold", "extended":
		ref, err := voucher.ParseRef(parts[0])
		return record + "Of", []any{ref.Campaign, ref.Serial}, err
	case "lost":
		id, err := voucher.ParseCampaignID(parts[0])
		return "lostOf", []any{id}, err
	case "issue":
		id, err := voucher.ParseHash(parts[0])
		return "issuanceOf", []any{id}, err
	case "returned":
		id, err := voucher.ParseHash(parts[0])
		if err != nil {
			return "", nil, err
		}
		ref, err := voucher.ParseRef(parts[1])
		return "returnedOf", []any{id, ref.Campaign, ref.Serial}, err
	case "store":
		m, err := voucher.ParseAddress(parts[0])
		if err != nil {
			return "", nil, err
		}
		var number uint32
		_, err = fmt.Sscan(parts[1], &number)
		return "storeExists", []any{common.Address(m), number}, err
	default:
		return "", nil, nil
	}
}
