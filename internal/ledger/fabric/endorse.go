package fabric

import (
	"context"
	"fmt"
	"time"

	"github.com/hyperledger/fabric-gateway/pkg/client"
	"github.com/hyperledger/fabric-protos-go-apiv2/gateway"
	"google.golang.org/protobuf/proto"

	"tally/internal/ledger"
	"tally/internal/ledger/fabric/blocks"
)

// endorsed is a transaction that enough organisations have endorsed and this
// process has signed: it can be sent by any gateway, any number of times, and
// take effect once.
type endorsed struct {
	blocks.Transaction
	raw       []byte // a gateway.PreparedTransaction, as a Gateway takes it up again
	signature []byte
}

// endorse has a call endorsed by as many organisations as the chaincode's policy
// asks for, through one gateway after the other, and again while peers do not
// agree yet or come back. The error says that nothing was sent.
func (l *Ledger) endorse(ctx context.Context, function string, args [][]byte) (*endorsed, error) {
	patience, cancel := context.WithTimeout(ctx, endorsePatience)
	defer cancel()
	tried := map[*peer]error{}
	pause := firstPause
	for {
		seen, changed := l.chain.head()
		l.agreed(patience, seen)
		p, err := l.nearest(patience, seen, tried)
		if err != nil {
			if l.hopeless(tried) || !l.rest(patience, pause) {
				return nil, fmt.Errorf("%w: %w", ledger.ErrNotSent, err)
			}
			clear(tried)
			pause = min(2*pause, longPause)
			continue
		}
		tx, err := l.endorseBy(ctx, p, function, args)
		if err == nil {
			return tx, nil
		}
		failed, then := translate(err)
		switch {
		case then == give || patience.Err() != nil:
			return nil, fmt.Errorf("%w: %w", ledger.ErrNotSent, failed)
		case then == again:
			l.moved(patience, changed)
		default:
			tried[p] = fmt.Errorf("%s: %w", p.endpoint, failed)
		}
	}
}

// hopeless reports whether every peer was tried and gave a reason that will not
// change by itself. One wrong clock among enough right ones is not hopeless: another
// organisation's gateway collects its endorsements without that one.
func (l *Ledger) hopeless(tried map[*peer]error) bool {
	for _, p := range l.peers {
		if tried[p] == nil || !firm(tried[p]) {
			return false
		}
	}
	return true
}

// rest waits for the pause. It reports whether ctx allows another try.
func (l *Ledger) rest(ctx context.Context, pause time.Duration) bool {
	timer := time.NewTimer(pause)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-l.stopped:
		return false
	case <-ctx.Done():
		return false
	}
}

// nearest is the first peer, in the order of the options, that has that number of
// blocks. Peers that endorsed when they were asked last come before the others.
func (l *Ledger) nearest(ctx context.Context, blocks uint64, tried map[*peer]error) (*peer, error) {
	for _, dark := range []bool{false, true} {
		for _, p := range l.peers {
			if _, failed := tried[p]; !failed && p.dark.Load() == dark && p.has(blocks) {
				return p, nil
			}
		}
	}
	return l.fresh(ctx, blocks, tried)
}

// endorseBy makes a proposal and has one gateway collect its endorsements.
func (l *Ledger) endorseBy(ctx context.Context, p *peer, function string, args [][]byte) (*endorsed, error) {
	proposed, err := l.propose(l.chaincode, function, args...)
	if err != nil {
		return nil, err
	}
	made, err := p.gateway.NewSignedProposal(proposed.raw, proposed.signed.GetSignature())
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrEndorse, err)
	}
	ctx, cancel := context.WithTimeout(ctx, endorseTimeout)
	defer cancel()
	prepared, err := made.EndorseWithContext(ctx)
	if err != nil {
		return nil, err
	}
	return l.sign(prepared, proposed.by)
}

// sign reads what was endorsed and signs it, as the one who proposed it.
func (l *Ledger) sign(prepared *client.Transaction, by *signer) (*endorsed, error) {
	raw, err := prepared.Bytes()
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrEndorse, err)
	}
	var of gateway.PreparedTransaction
	if err := proto.Unmarshal(raw, &of); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrEndorse, err)
	}
	tx, err := blocks.ReadEndorsed(of.GetEnvelope(), l.chaincode)
	if err != nil {
		return nil, err
	}
	signature, err := by.of(of.GetEnvelope().GetPayload())
	if err != nil {
		return nil, err
	}
	return &endorsed{Transaction: tx, raw: raw, signature: signature}, nil
}

// moved waits until the peers may agree: until one of them has moved on, or a
// short while where none does.
func (l *Ledger) moved(ctx context.Context, changed <-chan struct{}) {
	ctx, cancel := context.WithTimeout(ctx, agreeTimeout)
	defer cancel()
	select {
	case <-changed:
	case <-ctx.Done():
	}
}
