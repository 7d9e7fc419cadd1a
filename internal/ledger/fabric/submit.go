package fabric

import (
	"context"
	"errors"
	"fmt"
	"slices"

	peerproto "github.com/hyperledger/fabric-protos-go-apiv2/peer"

	"tally/internal/ledger"
	"tally/internal/ledger/fabric/blocks"
	"tally/internal/ledger/fabric/wire"
	"tally/internal/voucher"
)

// batch is the commands of one Submit and what became of them.
type batch struct {
	encoded  [][]byte
	outcomes []voucher.Outcome
}

// Submit implements ledger.Ledger. The commands go into transactions of at most
// wire.MaxCommands, one after the other, so that each is judged in the state that
// those before it left. A refusal that is in no block has the position of the
// head that it was judged at.
func (l *Ledger) Submit(ctx context.Context, commands []voucher.Authored) ([]voucher.Outcome, error) {
	outcomes := make([]voucher.Outcome, len(commands))
	for i, c := range commands {
		outcomes[i].ID = c.Authors.ID
	}
	if len(commands) > ledger.MaxBatch {
		return outcomes, fmt.Errorf("%w: %d commands, at most %d at once", ledger.ErrNotSent, len(commands), ledger.MaxBatch)
	}
	if err := ctx.Err(); err != nil {
		return outcomes, fmt.Errorf("%w: %w", ledger.ErrNotSent, err)
	}
	if !l.enter() {
		return outcomes, ledger.ErrClosed
	}
	defer l.submitting.Done()
	b := &batch{encoded: make([][]byte, len(commands)), outcomes: outcomes}
	err := l.judgeAll(ctx, b, l.fitting(commands, b))
	if errors.Is(err, ledger.ErrUnavailable) {
		l.lights.hurry()
	}
	if err != nil && someFinal(outcomes) {
		err = unknown(err)
	}
	return outcomes, errors.Join(err, l.firstOutcomes(ctx, commands, outcomes))
}

// fitting encodes the commands and refuses those that are longer than any ledger
// reads; it lists the others' places.
func (l *Ledger) fitting(commands []voucher.Authored, b *batch) (places []int) {
	next, _ := l.chain.head()
	for i, c := range commands {
		b.encoded[i] = voucher.EncodeCommand(c.Command)
		if len(b.encoded[i]) <= voucher.MaxCommand {
			places = append(places, i)
			continue
		}
		b.outcomes[i].Status, b.outcomes[i].Kind = voucher.StatusRefused, voucher.KindMalformed
		b.outcomes[i].Position, b.outcomes[i].Time = position(next), uint64(l.now().Unix()) //nolint:gosec // after 1970
	}
	return places
}

// judgeAll judges the commands at the given places, a transaction full at a time.
func (l *Ledger) judgeAll(ctx context.Context, b *batch, places []int) (voided error) {
	for len(places) > 0 {
		n := fill(b.encoded, places)
		err := l.judge(ctx, b, places[:n])
		if err != nil && !errors.Is(err, ErrVoided) { // what was voided to the end stands alone
			return errors.Join(voided, err)
		}
		voided = errors.Join(voided, err)
		places = places[n:]
	}
	return voided
}

// fill is how many of the commands fit into one transaction.
func fill(encoded [][]byte, places []int) int {
	size := 0
	for n, place := range places {
		if size += len(encoded[place]); n == wire.MaxCommands || size > wire.MaxCommandBytes {
			return n
		}
	}
	return len(places)
}

// judge has commands judged in one transaction. If others' transactions void it,
// the commands are judged again in two halves, down to the one that meets
// others', which is tried again and again.
func (l *Ledger) judge(ctx context.Context, b *batch, places []int) error {
	args := make([][]byte, len(places))
	for i, place := range places {
		args[i] = b.encoded[place]
	}
	for range maxVoided {
		tx, err := l.endorse(ctx, wire.FunctionSubmit, args)
		if err != nil {
			return err
		}
		var end verdict
		if tx.Record.Accepted() {
			end, err = l.commit(ctx, tx)
		} else {
			end, err = l.refuse(ctx, args)
		}
		if err != nil {
			return err
		}
		if done, err := b.collect(places, end); done || err != nil {
			return err
		}
		if half := len(places) / 2; half > 0 {
			return l.judgeHalves(ctx, b, places[:half], places[half:])
		}
	}
	return fmt.Errorf("%w: %w", ledger.ErrNotSent, ErrVoided)
}

func (l *Ledger) judgeHalves(ctx context.Context, b *batch, first, second []int) error {
	err := l.judgeAll(ctx, b, first)
	if err != nil && !errors.Is(err, ErrVoided) {
		return err
	}
	return errors.Join(err, l.judgeAll(ctx, b, second))
}

// refuse has a peer judge what the endorsers refused as a whole. They may have
// been behind what this process returned, and nothing that is ordered would find
// that out; this peer is not behind. If it accepts a command, the verdict is that
// of a transaction that was voided: it is to be endorsed again.
func (l *Ledger) refuse(ctx context.Context, args [][]byte) (verdict, error) {
	next, _ := l.chain.head()
	response, err := l.ask(ctx, l.chaincode, wire.FunctionSubmit, args...)
	if err != nil {
		return verdict{}, fmt.Errorf("%w: %w", ledger.ErrNotSent, err)
	}
	record, err := blocks.ReadResponse(response.GetPayload(), l.chaincode, args)
	if err != nil {
		return verdict{}, fmt.Errorf("%w: %w", ledger.ErrNotSent, err)
	}
	end := verdict{block: next, Transaction: blocks.Transaction{Record: record}}
	if record.Accepted() {
		end.Verdict = peerproto.TxValidationCode_MVCC_READ_CONFLICT
	}
	return end, nil
}

// collect takes the outcomes from a transaction's verdict. done is false if it
// was voided, and so had no effect.
func (b *batch) collect(places []int, end verdict) (done bool, err error) {
	switch end.Verdict {
	case peerproto.TxValidationCode_VALID:
	case peerproto.TxValidationCode_DUPLICATE_TXID: // its first block was not seen
		return false, fmt.Errorf("%w: transaction %s is there twice", ledger.ErrUnknown, end.ID)
	default:
		return false, nil
	}
	for i, place := range places {
		o := end.Outcome(end.block, end.tx, i)
		if o.ID != b.outcomes[place].ID {
			return false, fmt.Errorf("%w: %w: an outcome of command %s for %s", ledger.ErrUnknown, wire.ErrWire, o.ID, b.outcomes[place].ID)
		}
		b.outcomes[place] = o
	}
	return true, nil
}

// someFinal tells whether any outcome is known.
func someFinal(outcomes []voucher.Outcome) bool {
	return slices.ContainsFunc(outcomes, func(o voucher.Outcome) bool { return o.Status != voucher.StatusUnknown })
}

// unknown is an error beside outcomes that are known: the others are unknown,
// even if they were not sent.
func unknown(err error) error { return fmt.Errorf("%w: %v", ledger.ErrUnknown, err) } //nolint:errorlint // it must not be ErrNotSent as well

// firstOutcomes settles what was refused because it was accepted before.
func (l *Ledger) firstOutcomes(ctx context.Context, commands []voucher.Authored, outcomes []voucher.Outcome) error {
	var keys []string
	var ids []voucher.Hash
	for _, o := range outcomes {
		if o.Status == voucher.StatusRefused {
			keys, ids = append(keys, wire.AcceptedKey(o.ID)), append(ids, o.ID)
		}
	}
	if len(keys) == 0 {
		return nil
	}
	r := firsts{Ledger: l, txIDs: map[voucher.Hash]string{}}
	values, err := l.read(ctx, keys...)
	r.failed = err
	for i, value := range values {
		r.txIDs[ids[i]] = string(value)
	}
	return ledger.FirstOutcomes(ctx, r, commands, outcomes)
}

// firsts is a ledger.Reader that has looked up all of a batch's ids at once.
type firsts struct {
	*Ledger
	txIDs  map[voucher.Hash]string
	failed error
}

// Outcome implements ledger.Reader.
func (f firsts) Outcome(ctx context.Context, id voucher.Hash) (voucher.Outcome, bool, error) {
	if f.failed != nil || f.txIDs[id] == "" {
		return voucher.Outcome{}, false, f.failed
	}
	o, err := f.accepted(ctx, id, f.txIDs[id])
	return o, err == nil, err
}
