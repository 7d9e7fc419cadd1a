package chaincode

import (
	"crypto/sha256"

	"tally/internal/voucher"
)

// maxRecovered is how many commands' authors a process keeps, about 300 bytes
// each: those that are endorsed a second time, without what was refused, are not
// recovered again.
const maxRecovered = 8192

// recovery is what authors were recovered from: a command, for a ledger.
type recovery struct {
	ledger  voucher.Hash
	command [sha256.Size]byte // of its encoding, signatures included
}

// authors recovers whom commands are signed by, on all cores, before any key is
// read. It is a pure function of its arguments; only its cost depends on what
// was recovered before.
func (c *Chaincode) authors(ledger voucher.Hash, encoded [][]byte, commands []voucher.Command) []voucher.Authored {
	all := make([]voucher.Authored, len(commands))
	var places []int
	var missing []voucher.Command
	for i, command := range commands {
		all[i].Command = command
		var known bool
		if all[i].Authors, known = c.recovered.Get(recovery{ledger, sha256.Sum256(encoded[i])}); !known {
			places, missing = append(places, i), append(missing, command)
		}
	}
	for n, a := range c.domain(ledger).AuthorAll(missing...) {
		all[places[n]] = a
		c.recovered.Add(recovery{ledger, sha256.Sum256(encoded[places[n]])}, a.Authors)
	}
	return all
}
