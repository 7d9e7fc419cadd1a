package till_test

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tally/internal/disk/disktest"
	"tally/internal/till"
)

// TestAttack_Disk_Till spoils every file of a till's journal: of a sale that is
// settled, of one whose answer was lost, and of whose journal it is. Each time the
// damage is found, by a start that is refused or by an answer that says so, or it is
// harmless: the point of sale sends both orders again, and hears of the very sales
// that are on the ledger. Nothing is sold twice.
func TestAttack_Disk_Till(t *testing.T) {
	s := newShop(t)
	p := s.open()
	orders := []till.Order{s.order("A-1", s.code(1, s.voucher())), s.order("A-2", s.code(1, s.voucher()))}
	require.Equal(t, "redeemed", p.redeem(orders[0]).State)
	s.wire.breakNext(cutAnswer)
	require.Equal(t, "pending", p.redeem(orders[1]).State)
	p.close()
	require.Equal(t, 2, s.redeemed())
	image := t.TempDir()
	require.NoError(t, disktest.Copy(image, s.dir))

	table := &strings.Builder{}
	files := disktest.Files(t, image)
	require.Len(t, files, 3)
	for _, file := range files {
		fmt.Fprintf(table, "\n%-80s", file)
		for _, how := range disktest.Damages() {
			require.NoError(t, os.RemoveAll(s.dir))
			require.NoError(t, disktest.Copy(s.dir, image))
			if !how.Spoil(t, filepath.Join(s.dir, file)) {
				continue // it is too short
			}
			verdict := s.sellsOnce(t, orders)
			require.Equal(t, 2, s.redeemed(), "%s: %s", file, how.Name)
			fmt.Fprintf(table, " %s:%s", how.Name, verdict)
			if how.Name != "gone" && how.Name != "cut1" { // what is gone is on the ledger; the last byte ends a line
				require.Equal(t, "found", verdict, "%s: %s", file, how.Name)
			}
		}
	}
	t.Log(table)
}

// sellsOnce starts the agent and sends orders again that the ledger has.
func (s *shop) sellsOnce(t *testing.T, orders []till.Order) (verdict string) {
	t.Helper()
	j, err := till.OpenJournal(s.dir)
	if err != nil {
		return "found"
	}
	_, err = till.New(s.options(j))
	require.NoError(t, j.Close())
	if err != nil {
		return "found"
	}
	p := s.open()
	defer p.close()
	verdict = "harmless"
	for _, order := range orders {
		switch told := p.redeem(order); told.Status {
		case http.StatusInternalServerError:
			require.Contains(t, told.Body, "journal_failed")
			verdict = "found"
		default:
			require.Equal(t, "redeemed", told.State, told.Body)
			require.True(t, told.Final)
		}
	}
	return verdict
}
