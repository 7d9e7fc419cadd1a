package audittest

import (
	"context"
	"crypto/ecdsa"
	"errors"
	"iter"
	"math/big"
	"path/filepath"
	"testing"
	"time"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/ethereum/go-ethereum/crypto"
	"github.com/ethereum/go-ethereum/trie"
	"github.com/stretchr/testify/require"
	"golang.org/x/mod/sumdb/tlog"

	"tally/internal/audit/checkpoints"
	"tally/internal/audit/pins"
	"tally/internal/audit/translog"
	"tally/internal/intent"
	"tally/internal/ledger"
	evmproof "tally/internal/ledger/evm/proof"
	"tally/internal/ledger/evm/seal"
	"tally/internal/ledger/ledgertest"
	"tally/internal/ledger/memory"
	"tally/internal/voucher"
)

// Forger is an operator who lies. It holds the sealer's key and the log's, so it
// can seal any chain and sign any log. It holds no wallet's, till's or
// merchant's key but those of its World, whose signatures are genuine.
type Forger struct {
	World  *ledgertest.World
	LogKey translog.Key
	ledger *memory.Ledger
	pins   pins.EVM
	sealer *ecdsa.PrivateKey
}

// NewForger founds a ledger that accepts what the rules accept, until the
// forger tells of another history.
func NewForger(t testing.TB) *Forger {
	t.Helper()
	sealer := ledgertest.NewActor("a forger's sealer")
	f := &Forger{sealer: sealer.Key, pins: pins.EVM{
		Genesis: voucher.Hash(crypto.Keccak256Hash([]byte("a forger's genesis"))), Sealer: sealer.Address, Contract: voucher.Address{0x7a, 0x11},
	}}
	var err error
	id := intent.LedgerID(f.pins.Genesis, f.pins.Contract[:])
	f.ledger, err = memory.New(id, ledgertest.Operators(), 1, ledgertest.Start)
	require.NoError(t, err)
	f.World = ledgertest.NewWorld(t, f.ledger, ledgertest.Start)
	f.LogKey, err = translog.MakeKey(filepath.Join(t.TempDir(), "log.key"), id)
	require.NoError(t, err)
	return f
}

// Entries are all that the rules accepted so far.
func (f *Forger) Entries() (all []ledger.Entry) {
	head, err := f.ledger.Head(context.Background())
	require.NoError(f.World.T, err)
	for e, err := range f.ledger.Events(context.Background(), voucher.Position{}, head) {
		require.NoError(f.World.T, err)
		all = append(all, e)
	}
	return all
}

// Says is an entry that says that a command was accepted with these events,
// in the block after the last of a history.
func (f *Forger) Says(history []ledger.Entry, c voucher.Command, events ...voucher.Event) ledger.Entry {
	return ledger.Entry{Command: voucher.EncodeCommand(c), Outcome: voucher.Outcome{
		ID: f.World.Domain.ID(c), Status: voucher.StatusAccepted, CommandHash: intent.CommandHash(c), Time: f.World.Unix(),
		Position: voucher.Position{Block: history[len(history)-1].Outcome.Position.Block + 1}, Events: events,
	}}
}

// Tell builds a chain and a log in which these entries are what happened. Every
// signature, hash and proof of the two is right.
func (f *Forger) Tell(history []ledger.Entry) *Told {
	told := &Told{Forger: f, history: history, parent: common.Hash(f.pins.Genesis)}
	for from := 0; from < len(history); {
		to, number := from, history[from].Outcome.Position.Block
		for to < len(history) && history[to].Outcome.Position.Block == number {
			to++
		}
		for uint64(len(told.blocks))+1 < number {
			told.seal(nil)
		}
		told.seal(history[from:to])
		from = to
	}
	told.Log = follow(f.World.T, told, f.LogKey)
	require.Eventually(f.World.T, func() bool { return told.Log.Size() == int64(len(history)) }, time.Minute, time.Millisecond)
	return told
}

// Told is a history that a forger tells. It is a pack.Source, and the ledger
// that its log is derived from.
type Told struct {
	*Forger
	ledger.Ledger // nothing but what is below
	Log           *translog.Log
	history       []ledger.Entry
	parent        common.Hash
	blocks        []sealed
}

type sealed struct {
	header   []byte
	receipts [][]byte
}

// Pins are what an auditor of the forger's ledger pins.
func (f *Forger) Pins() pins.Pins {
	return pins.Pins{Ledger: f.ledger.ID(), Log: f.LogKey.Public(), EVM: &f.pins}
}

// seal adds a block of one transaction that accepted these entries, or of none.
func (t *Told) seal(entries []ledger.Entry) {
	header := &types.Header{
		ParentHash: t.parent, Number: new(big.Int).SetUint64(uint64(len(t.blocks)) + 1), Time: t.World.Unix(),
		Difficulty: new(big.Int), Extra: make([]byte, seal.Vanity), UncleHash: types.EmptyUncleHash,
	}
	receipts := types.Receipts{}
	if len(entries) > 0 {
		header.Time = entries[0].Outcome.Time
		receipts = append(receipts, &types.Receipt{Status: types.ReceiptStatusSuccessful, Logs: t.logs(entries)})
	}
	header.ReceiptHash = types.DeriveSha(receipts, trie.NewStackTrie(nil))
	require.NoError(t.World.T, seal.Sign(header, t.sealer))
	head, all, err := evmproof.EncodeBlock(header, receipts)
	require.NoError(t.World.T, err)
	t.parent, t.blocks = header.Hash(), append(t.blocks, sealed{head, all})
}

// logs are what the contract would have logged. Items between are refused ones.
func (t *Told) logs(entries []ledger.Entry) (logs []*types.Log) {
	log := func(signature string, data []byte, topics ...common.Hash) {
		logs = append(logs, &types.Log{
			Address: common.Address(t.pins.Contract), Data: data,
			Topics: append([]common.Hash{crypto.Keccak256Hash([]byte(signature))}, topics...),
		})
	}
	item := uint32(0)
	for _, e := range entries {
		for ; item < e.Outcome.Position.Item; item++ {
			log("Refused(bytes32,uint8)", make([]byte, common.HashLength), common.Hash{})
		}
		log("Accepted(bytes32,bytes32)", e.Outcome.CommandHash[:], common.Hash(e.Outcome.ID))
		for _, event := range e.Outcome.Events {
			log(voucher.EventSignature(event), voucher.EncodeEvent(event))
		}
		item++
	}
	return logs
}

// Checkpoint is the log's checkpoint.
func (t *Told) Checkpoint() (signed []byte, tree tlog.Tree) {
	signed, err := t.Log.Checkpoint()
	require.NoError(t.World.T, err)
	opened, err := checkpoints.Open(signed, t.LogKey.Public())
	require.NoError(t.World.T, err)
	return signed, opened.Tree
}

// Tile implements pack.Source.
func (t *Told) Tile(ctx context.Context, tile tlog.Tile) ([]byte, error) {
	return t.Log.Tile(ctx, tile)
}

// Block implements pack.Source.
func (t *Told) Block(_ context.Context, number uint64) ([]byte, [][]byte, error) {
	return t.blocks[number-1].header, t.blocks[number-1].receipts, nil
}

// Proof implements pack.Source: forgers' packs are whole.
func (*Told) Proof(context.Context, voucher.Position) ([]byte, error) {
	return nil, errors.ErrUnsupported
}

// Events implements ledger.Ledger.
func (t *Told) Events(_ context.Context, from, to voucher.Position) iter.Seq2[ledger.Entry, error] {
	return func(yield func(ledger.Entry, error) bool) {
		for _, e := range t.history {
			at := e.Outcome.Position
			if !at.Before(from) && at.Before(to) && !yield(e, nil) {
				return
			}
		}
	}
}

// Wait implements ledger.Ledger: a told history does not grow.
func (t *Told) Wait(ctx context.Context, beyond voucher.Position) (voucher.Position, error) {
	head := t.history[len(t.history)-1].Outcome.Position
	head.Block++
	if beyond.Before(head) {
		return head, nil
	}
	<-ctx.Done()
	return voucher.Position{}, ctx.Err()
}
