package merchant

import (
	"encoding/csv"
	"errors"
	"io"
	"os"
	"strings"

	"tally/internal/cli"
	"tally/internal/voucher"
)

// MaxOwners is how many wallets a list has at most.
const MaxOwners = 1_000_000

// readOwners reads a list of wallets: a CSV file, or stdin by "-".
func readOwners(a *cli.App, from string) ([]voucher.Address, error) {
	if from == "-" {
		return ParseOwners(a.Stdin)
	}
	f, err := os.Open(from) //nolint:gosec // the user named it
	if err != nil {
		return nil, cli.Misused("the list cannot be read: %w", err)
	}
	owners, err := ParseOwners(f)
	return owners, errors.Join(err, f.Close())
}

// ParseOwners reads the first column. A first line that holds no address is the titles.
func ParseOwners(r io.Reader) (owners []voucher.Address, err error) {
	rows := csv.NewReader(r)
	rows.FieldsPerRecord, rows.ReuseRecord, rows.Comment = -1, true, '#'
	for first := true; ; first = false {
		row, err := rows.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, cli.Misused("the list is no CSV: %w", err)
		}
		text := strings.TrimSpace(strings.TrimPrefix(row[0], "\ufeff"))
		owner, err := voucher.ParseAddress(text)
		line, _ := rows.FieldPos(0)
		switch {
		case err != nil && first && !strings.HasPrefix(text, "0x"):
		case err != nil:
			return nil, cli.Misused("line %d of the list: %q is no address: 0x and 40 hex digits", line, text)
		case len(owners) == MaxOwners:
			return nil, cli.Misused("line %d of the list: a list has at most %d wallets: send the rest as another", line, MaxOwners)
		default:
			owners = append(owners, owner)
		}
	}
	if len(owners) == 0 {
		return nil, cli.Misused("the list names no wallet: write one address a line")
	}
	return owners, nil
}
