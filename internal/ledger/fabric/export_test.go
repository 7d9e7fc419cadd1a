package fabric

import peerproto "github.com/hyperledger/fabric-protos-go-apiv2/peer"

// Voided is how many of the transactions that this process saw lately were not
// valid.
func (l *Ledger) Voided() (n int) {
	l.chain.mu.Lock()
	defer l.chain.mu.Unlock()
	for _, b := range l.chain.recent {
		for _, tx := range b.Transactions {
			if tx.Verdict != peerproto.TxValidationCode_VALID {
				n++
			}
		}
	}
	return n
}

// Asked is how many queries the peers were asked.
func (l *Ledger) Asked() uint64 { return l.asked.Load() }

// TextOf is all that a gateway says of an error.
func TextOf(err error) string { return textOf(err) }
