package merchant

import (
	"fmt"
	"slices"
	"strings"

	"tally/internal/cli"
	"tally/internal/exact"
	"tally/internal/exact/table"
	"tally/internal/voucher"
)

// Limits of a list of wallets.
const (
	MaxOwners  = 1_000_000
	maxList    = 256 << 20 // bytes
	maxReasons = 10        // lines that are refused one by one
)

// readOwners reads a list of wallets: a CSV file, or stdin by "-". It says on
// stderr how many lines it took.
func readOwners(a *cli.App, from string) ([]voucher.Address, error) {
	raw, err := a.ReadFile(from, maxList)
	if err != nil {
		return nil, err
	}
	list, err := ParseOwners(raw)
	if err != nil {
		return nil, cli.Misused("%s: %w", from, err)
	}
	if !a.JSON {
		fmt.Fprintf(a.Stderr, "tally: %s\n", list)
	}
	return list.Owners, nil
}

// OwnersList is a list of wallets, and what became of its lines.
type OwnersList struct {
	Owners  []voucher.Address
	Titles  bool // the first line names the columns
	Skipped int  // empty lines and remarks
	Doubled int  // lines with a wallet that stands in a line before
}

// String says what became of the lines.
func (l OwnersList) String() string {
	text := fmt.Sprintf("%d wallets taken", len(l.Owners))
	if l.Titles {
		text += ", after a line of titles"
	}
	if l.Skipped > 0 {
		text += fmt.Sprintf("; %d empty lines or remarks skipped", l.Skipped)
	}
	if l.Doubled > 0 {
		text += fmt.Sprintf("; %d stand in the list more than once, and get a voucher for each line", l.Doubled)
	}
	return text
}

// ParseOwners reads a list of wallets. Where the first line has an address in its
// first column, that column has the wallets. Else the first line has titles, and
// one of them is address, wallet or owner. A line that is neither refuses the list.
func ParseOwners(raw []byte) (list OwnersList, err error) {
	t, err := table.Read(raw)
	if err != nil {
		return list, err
	}
	if len(t.Rows) == 0 {
		return list, &exact.Error{Want: "a list of wallets is wanted, one address a line, and this names none"}
	}
	list.Skipped = t.Skipped
	column, rows := 0, t.Rows
	if !looksLikeAddress(rows[0].Fields[0]) {
		if column, err = titled(rows[0]); err != nil {
			return list, err
		}
		list.Titles, rows = true, rows[1:]
	}
	return list, list.fill(rows, column)
}

// looksLikeAddress reports whether a field is meant for an address, be it a wrong one.
func looksLikeAddress(field string) bool {
	field = strings.ToLower(strings.TrimSpace(field))
	return strings.HasPrefix(field, "0x") || len(field) == 40 && strings.Trim(field, "0123456789abcdef") == ""
}

// titled is the column that a line of titles names.
func titled(row table.Row) (int, error) {
	known := []string{"address", "wallet", "owner", "wallet address", "wallet_address"}
	column := -1
	for i, title := range row.Fields {
		if !slices.Contains(known, strings.ToLower(strings.TrimSpace(title))) {
			continue
		}
		if column >= 0 {
			return 0, &exact.Error{Want: "one column of wallets is wanted, and the titles name two", Line: row.Line}
		}
		column = i
	}
	if column < 0 {
		return 0, &exact.Error{Want: "an address is wanted in the first column, or titles with one that is address, wallet or owner", Line: row.Line}
	}
	return column, nil
}

// fill takes the addresses of a column.
func (l *OwnersList) fill(rows []table.Row, column int) error {
	if len(rows) > MaxOwners {
		return &exact.Error{Want: fmt.Sprintf("a list has at most %d wallets: send the rest as another", MaxOwners), Line: rows[MaxOwners].Line}
	}
	seen := make(map[voucher.Address]bool, len(rows))
	var refused []string
	for _, row := range rows {
		field := ""
		if column < len(row.Fields) {
			field = strings.TrimSpace(row.Fields[column])
		}
		address, err := exact.Address(field)
		if err != nil {
			refused = append(refused, fmt.Sprintf("line %d: %s: %v", row.Line, exact.Shown(field), err))
			continue
		}
		if seen[address] {
			l.Doubled++
		}
		seen[address] = true
		l.Owners = append(l.Owners, address)
	}
	switch {
	case len(refused) > 0:
		more := ""
		if n := len(refused) - maxReasons; n > 0 {
			more = fmt.Sprintf("; and %d lines more", n)
			refused = refused[:maxReasons]
		}
		return &exact.Error{Want: fmt.Sprintf("nothing was taken, for of %d lines only %d have an address: %s%s", len(rows), len(l.Owners), strings.Join(refused, "; "), more)}
	case len(l.Owners) == 0:
		return &exact.Error{Want: "a list of wallets is wanted, and this has titles alone"}
	}
	return nil
}
