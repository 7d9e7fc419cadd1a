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
	outcomes, err := ledger.Undecided(ctx, commands)
	if err != nil {
		return outcomes, err
	}
	if !l.enter() {
		return outcomes, ledger.ErrClosed
	}
	defer l.submitting.Done()
	b := &batch{encoded: make([][]byte, len(commands)), outcomes: outcomes}
	err = l.judgeAll(ctx, b, l.fitting(commands, b))
	if errors.Is(err, ledger.ErrUnavailable) {
		l.lights.hurry()
	}
	if err != nil && someFinal(outcomes) {
		err = unknown(err)
	}
	return outcomes, errors.Join(err, l.firstOutcomes(ctx, commands, outcomes))
}

// fitting encodes the commands, and refuses without asking anybody those that no
// ledger accepts, whatever its state; it lists the others' places.
func (l *Ledger) fitting(commands []voucher.Authored, b *batch) (places []int) {
	next, _ := l.chain.head()
	now := voucher.Unix(l.now())
	for i, c := range commands {
		b.encoded[i] = voucher.EncodeCommand(c.Command)
		kind := unread(c, now)
		if len(b.encoded[i]) > voucher.MaxCommand {
			kind = voucher.KindMalformed
		}
		if kind == voucher.KindAccepted {
			places = append(places, i)
			continue
		}
		b.outcomes[i].Status, b.outcomes[i].Kind = voucher.StatusRefused, kind
		b.outcomes[i].Position, b.outcomes[i].Time = position(next), now
	}
	return places
}

// unread is the kind that the rules refuse a command with, if they do so for what
// it is by itself and before they read anything; KindAccepted (so far) otherwise.
// Some of what voucher.Examine refuses the rules refuse for what they read first.
func unread(c voucher.Authored, now uint64) voucher.Kind {
	if voucher.Examine(c) == voucher.KindAccepted {
		return voucher.KindAccepted
	}
	o, err := voucher.Apply(closedState{}, c.Command, c.Authors, now)
	if err != nil {
		return voucher.KindAccepted
	}
	return o.Kind
}

// closedState is a voucher.State that nobody may look into.
type closedState struct{}

var errClosedState = errors.New("the state was looked into")

// Get implements voucher.State.
func (closedState) Get(string) ([]byte, error) { return nil, errClosedState }

// Put implements voucher.State.
func (closedState) Put(string, []byte) error { return errClosedState }

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

// judge has commands judged in one transaction, which has those that are accepted
// and no others. If others' transactions void it, the commands are judged again in
// two halves, down to the one that meets others', which is tried again and again.
func (l *Ledger) judge(ctx context.Context, b *batch, places []int) error {
	for range maxVoided {
		done, err := l.tryOnce(ctx, b, places)
		if done || err != nil {
			return err
		}
		if half := len(places) / 2; half > 0 {
			return l.judgeHalves(ctx, b, places[:half], places[half:])
		}
	}
	return fmt.Errorf("%w: %w", ledger.ErrNotSent, ErrVoided)
}

// tryOnce has commands judged once. done is false if that had no effect, because
// the state has changed meanwhile.
//
// What a transaction reads is in its read set, also for a command that is refused.
// Another transaction that changes it voids this one, and a refusal would be kept
// for ever.
// So where any is refused, a peer that is not behind judges all of them in their
// order, and those that it accepts are endorsed again, alone: what was refused
// changes nothing for them, since it writes nothing. Its refusals count once the
// accepted ones have taken effect, as they may be because of these.
func (l *Ledger) tryOnce(ctx context.Context, b *batch, places []int) (done bool, err error) {
	tx, err := l.endorse(ctx, wire.FunctionSubmit, b.at(places))
	if err != nil {
		return false, err
	}
	var refused *verdict
	accepted := places
	if len(tx.Record.Refused()) > 0 {
		if refused, err = l.refuse(ctx, b.at(places)); err != nil {
			return false, err
		}
		accepted = without(places, refused.Record.Refused())
		if len(accepted) == 0 {
			return true, b.refuse(places, *refused)
		}
		tx, err = l.endorse(ctx, wire.FunctionSubmit, b.at(accepted))
		if err != nil || len(tx.Record.Refused()) > 0 { // the state moved on between the two
			return false, err
		}
	}
	end, err := l.commit(ctx, tx)
	if err != nil {
		return false, err
	}
	if done, err = b.collect(accepted, end); !done || err != nil || refused == nil {
		return done, err
	}
	return true, b.refuse(places, *refused)
}

// at are the encoded commands at places.
func (b *batch) at(places []int) [][]byte {
	args := make([][]byte, len(places))
	for i, place := range places {
		args[i] = b.encoded[place]
	}
	return args
}

// without are the places but for those whose positions are named, in ascending order.
func without(places, positions []int) (rest []int) {
	for i, place := range places {
		if len(positions) > 0 && positions[0] == i {
			positions = positions[1:]
			continue
		}
		rest = append(rest, place)
	}
	return rest
}

func (l *Ledger) judgeHalves(ctx context.Context, b *batch, first, second []int) error {
	err := l.judgeAll(ctx, b, first)
	if err != nil && !errors.Is(err, ErrVoided) {
		return err
	}
	return errors.Join(err, l.judgeAll(ctx, b, second))
}

// refuse has one peer judge commands again: the endorsers refused some of them. They
// may have been behind what this process returned, and nothing that is ordered would
// find that out for what is refused; this peer is not behind. Nothing is written.
func (l *Ledger) refuse(ctx context.Context, args [][]byte) (*verdict, error) {
	next, _ := l.chain.head()
	response, err := l.ask(ctx, l.chaincode, wire.FunctionSubmit, args...)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ledger.ErrNotSent, err)
	}
	record, err := blocks.ReadResponse(response.GetPayload(), l.chaincode, args)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ledger.ErrNotSent, err)
	}
	return &verdict{block: next, Transaction: blocks.Transaction{Record: record}}, nil
}

// refuse takes the refusals among a verdict's outcomes.
func (b *batch) refuse(places []int, end verdict) error {
	for _, i := range end.Record.Refused() {
		if err := b.take(places[i], end.Outcome(end.block, end.tx, i)); err != nil {
			return err
		}
	}
	return nil
}

// take keeps what became of the command at a place.
func (b *batch) take(place int, o voucher.Outcome) error {
	if o.ID != b.outcomes[place].ID {
		return fmt.Errorf("%w: %w: an outcome of command %s for %s", ledger.ErrUnknown, wire.ErrWire, o.ID, b.outcomes[place].ID)
	}
	b.outcomes[place] = o
	return nil
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
		if err := b.take(place, end.Outcome(end.block, end.tx, i)); err != nil {
			return false, err
		}
	}
	return true, nil
}

// someFinal reports whether any outcome is known.
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
	for i, o := range outcomes {
		if o.Status == voucher.StatusRefused && voucher.Examine(commands[i]) == voucher.KindAccepted {
			keys, ids = append(keys, wire.AcceptedKey(o.ID)), append(ids, o.ID)
		}
	}
	if len(keys) == 0 {
		return nil
	}
	r := firsts{Ledger: l, txIDs: map[voucher.Hash]string{}, blocks: map[string]*blocks.Block{}}
	values, err := l.read(ctx, keys...)
	r.failed = err
	for i, value := range values {
		r.txIDs[ids[i]] = string(value)
	}
	return ledger.FirstOutcomes(ctx, r, commands, outcomes)
}

// firsts is a ledger.Reader that has looked up all of a batch's ids at once, and
// reads the block of a transaction once.
type firsts struct {
	*Ledger
	txIDs  map[voucher.Hash]string
	blocks map[string]*blocks.Block
	failed error
}

// Outcome implements ledger.Reader.
func (f firsts) Outcome(ctx context.Context, id voucher.Hash) (voucher.Outcome, bool, error) {
	txID := f.txIDs[id]
	if f.failed != nil || txID == "" {
		return voucher.Outcome{}, false, f.failed
	}
	if f.blocks[txID] == nil {
		b, err := f.blockOf(ctx, txID)
		if err != nil {
			return voucher.Outcome{}, false, err
		}
		f.blocks[txID] = b
	}
	o, err := outcomeIn(f.blocks[txID], id, txID)
	return o, err == nil, err
}
