package fabric

import (
	"context"
	"errors"
	"fmt"

	"github.com/hyperledger/fabric-protos-go-apiv2/common"
	peerproto "github.com/hyperledger/fabric-protos-go-apiv2/peer"
	"google.golang.org/protobuf/proto"

	"tally/internal/ledger/fabric/blocks"
	"tally/internal/ledger/fabric/wire"
	"tally/internal/voucher"
)

// ask has one peer answer a call of a chaincode: one that has every block this
// process has seen, and so every outcome that it returned.
func (l *Ledger) ask(ctx context.Context, chaincode, function string, args ...[]byte) (*peerproto.ProposalResponse, error) {
	next, _ := l.chain.head()
	tried := map[*peer]error{}
	l.asked.Add(1)
	for {
		p, err := l.fresh(ctx, next, tried)
		if err != nil {
			return nil, err
		}
		proposed, err := l.propose(chaincode, function, args...)
		if err != nil {
			return nil, err
		}
		response, err, then := p.ask(ctx, proposed.signed)
		if err == nil {
			return response, nil
		}
		if then == give || ctx.Err() != nil {
			return nil, err
		}
		tried[p] = err
	}
}

// query is the payload that a chaincode answers with.
func (l *Ledger) query(ctx context.Context, chaincode, function string, args ...[]byte) ([]byte, error) {
	response, err := l.ask(ctx, chaincode, function, args...)
	if err != nil {
		return nil, err
	}
	return response.GetResponse().GetPayload(), nil
}

// read is the state at keys, at most wire.MaxKeys.
func (l *Ledger) read(ctx context.Context, keys ...string) (wire.Values, error) {
	args := make([][]byte, len(keys))
	for i, key := range keys {
		args[i] = []byte(key)
	}
	raw, err := l.query(ctx, l.chaincode, wire.FunctionRead, args...)
	if err != nil {
		return nil, err
	}
	values, err := wire.Decode[wire.Values](raw)
	if err == nil && len(values) != len(keys) {
		err = fmt.Errorf("%w: %d values for %d keys", wire.ErrWire, len(values), len(keys))
	}
	return values, err
}

// state is the ledger's state, for the readers of package voucher.
type state func(key string) ([]byte, error)

func (l *Ledger) state(ctx context.Context) state {
	return func(key string) ([]byte, error) {
		values, err := l.read(ctx, key)
		if err != nil || len(values[0]) == 0 {
			return nil, err
		}
		return values[0], nil
	}
}

var errReadOnly = errors.New("the state is read only")

// Get implements voucher.State.
func (s state) Get(key string) ([]byte, error) { return s(key) }

// Put implements voucher.State; readers do not write.
func (s state) Put(string, []byte) error { return errReadOnly }

// Operators implements ledger.Reader.
func (l *Ledger) Operators(ctx context.Context) (voucher.Operators, error) {
	return voucher.ReadOperators(l.state(ctx))
}

// Merchant implements ledger.Reader.
func (l *Ledger) Merchant(ctx context.Context, m voucher.Address) (voucher.Merchant, bool, error) {
	return voucher.ReadMerchant(l.state(ctx), m)
}

// Standing implements ledger.Reader.
func (l *Ledger) Standing(ctx context.Context, m voucher.Address) (voucher.Standing, error) {
	return voucher.ReadStanding(l.state(ctx), m)
}

// Auditor implements ledger.Reader.
func (l *Ledger) Auditor(ctx context.Context, auditor voucher.Address) (voucher.Auditor, error) {
	return voucher.ReadAuditor(l.state(ctx), auditor)
}

// Auditors implements ledger.Reader.
func (l *Ledger) Auditors(ctx context.Context) ([]voucher.NamedAuditor, error) {
	return voucher.ReadAuditors(l.state(ctx))
}

// Attestors implements ledger.Reader.
func (l *Ledger) Attestors(ctx context.Context, id voucher.CampaignID) ([]voucher.NamedAttestor, error) {
	return voucher.ReadAttestors(l.state(ctx), id)
}

// Key implements ledger.Reader.
func (l *Ledger) Key(ctx context.Context, m, key voucher.Address) (voucher.Key, error) {
	return voucher.ReadKey(l.state(ctx), m, key)
}

// Campaign implements ledger.Reader.
func (l *Ledger) Campaign(ctx context.Context, id voucher.CampaignID) (voucher.Campaign, bool, error) {
	return voucher.ReadCampaign(l.state(ctx), id)
}

// Holder implements ledger.Reader.
func (l *Ledger) Holder(ctx context.Context, id voucher.CampaignID, wallet voucher.Address) (voucher.Holder, error) {
	return voucher.ReadHolder(l.state(ctx), id, wallet)
}

// Voucher implements ledger.Reader.
func (l *Ledger) Voucher(ctx context.Context, ref voucher.Ref) (voucher.Voucher, bool, error) {
	return voucher.ReadVoucher(l.state(ctx), ref)
}

// Extension implements ledger.Reader.
func (l *Ledger) Extension(ctx context.Context, merchant voucher.Address, id voucher.CampaignID) (uint64, error) {
	return voucher.ReadExtension(l.state(ctx), merchant, id)
}

// Hold implements ledger.Reader.
func (l *Ledger) Hold(ctx context.Context, ref voucher.Ref) (voucher.Hold, error) {
	return voucher.ReadHold(l.state(ctx), ref)
}

// Returned implements ledger.Reader.
func (l *Ledger) Returned(ctx context.Context, redemption voucher.Hash, ref voucher.Ref) (uint64, error) {
	return voucher.ReadReturned(l.state(ctx), redemption, ref)
}

// Issuance implements ledger.Reader.
func (l *Ledger) Issuance(ctx context.Context, issue voucher.Hash) (voucher.Issuance, bool, error) {
	return voucher.ReadIssuance(l.state(ctx), issue)
}

// Outcome implements ledger.Reader. The state says in which transaction the
// command was accepted; the transaction's block says the rest.
func (l *Ledger) Outcome(ctx context.Context, id voucher.Hash) (voucher.Outcome, bool, error) {
	values, err := l.read(ctx, wire.AcceptedKey(id))
	if err != nil || len(values[0]) == 0 {
		return voucher.Outcome{}, false, err
	}
	o, err := l.accepted(ctx, id, string(values[0]))
	return o, err == nil, err
}

// accepted is the outcome of a command in the transaction that accepted it.
func (l *Ledger) accepted(ctx context.Context, id voucher.Hash, txID string) (voucher.Outcome, error) {
	b, err := l.blockOf(ctx, txID)
	if err != nil {
		return voucher.Outcome{}, err
	}
	return outcomeIn(b, id, txID)
}

// outcomeIn is the outcome of a command in a block. The error is ErrBlock.
func outcomeIn(b *blocks.Block, id voucher.Hash, txID string) (voucher.Outcome, error) {
	for n, tx := range b.Transactions {
		if tx.ID != txID {
			continue
		}
		for i, o := range tx.Record.Outcomes {
			if o.ID == id {
				return tx.Outcome(b.Number, uint32(n), i), nil
			}
		}
	}
	return voucher.Outcome{}, fmt.Errorf("%w: transaction %s has no command %s", ErrBlock, txID, id)
}

// blockOf is the block that has a transaction.
func (l *Ledger) blockOf(ctx context.Context, txID string) (*blocks.Block, error) {
	raw, err := l.query(ctx, "qscc", "GetBlockByTxID", []byte(l.channel), []byte(txID))
	if err != nil {
		return nil, fmt.Errorf("read the block of transaction %s: %w", txID, err)
	}
	var b common.Block
	if err := proto.Unmarshal(raw, &b); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrBlock, err)
	}
	return blocks.Read(&b, l.chaincode)
}
