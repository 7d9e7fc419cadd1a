package proof_test

import (
	"bytes"
	"context"
	"encoding/hex"
	"encoding/json"
	"flag"
	"fmt"
	"log/slog"
	"math/big"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/ethereum/go-ethereum/crypto"
	"github.com/ethereum/go-ethereum/ethdb/memorydb"
	"github.com/ethereum/go-ethereum/rlp"
	"github.com/ethereum/go-ethereum/trie"
	"github.com/stretchr/testify/require"

	"tally/internal/audit"
	"tally/internal/audit/audittest"
	"tally/internal/intent"
	"tally/internal/ledger"
	"tally/internal/ledger/evm/contract"
	"tally/internal/ledger/evm/embedded"
	evmproof "tally/internal/ledger/evm/proof"
	"tally/internal/ledger/evm/seal"
	"tally/internal/ledger/ledgertest"
	"tally/internal/voucher"
)

var update = flag.Bool("update", false, "write testdata again")

// open founds an embedded ledger whose clock stands still.
func open(t testing.TB) *embedded.Ledger {
	t.Helper()
	return openIn(t, t.TempDir())
}

func openIn(t testing.TB, dir string) *embedded.Ledger {
	t.Helper()
	l, err := embedded.Open(context.Background(), embedded.Options{
		Dir: dir, Operators: ledgertest.Operators(), Threshold: 1, Now: ledgertest.Start, AnyClock: true,
		Log: slog.New(slog.DiscardHandler),
	})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, l.Close()) })
	return l
}

func pins(l *embedded.Ledger) evmproof.Chain {
	return evmproof.Chain{
		Genesis: voucher.Hash(l.Chain().GenesisHash()), Sealer: voucher.Address(l.Chain().Sealer()), Contract: voucher.Address(contract.Address()),
	}
}

// proven is an entry with its leaf and its proof.
type proven struct {
	entry       ledger.Entry
	leaf, proof []byte
}

// proofOf makes the proof of the transaction at a position.
func proofOf(t testing.TB, l *embedded.Ledger, at voucher.Position) evmproof.Proof {
	t.Helper()
	block, err := l.Chain().Block(at.Block)
	require.NoError(t, err)
	receipts, err := l.Chain().Receipts(at.Block)
	require.NoError(t, err)
	p, err := evmproof.Make(block.Header(), receipts, at.Tx)
	require.NoError(t, err)
	return p
}

func prove(t testing.TB, l *embedded.Ledger, e ledger.Entry) proven {
	t.Helper()
	raw, err := proofOf(t, l, e.Outcome.Position).Encode()
	require.NoError(t, err)
	return proven{e, leafOf(t, e), raw}
}

// verify reads a leaf, and verifies its entry.
func verify(v *evmproof.Verifier, leaf, proof []byte) (ledger.Entry, error) {
	e, c, err := audit.ReadLeaf(leaf)
	if err != nil {
		return ledger.Entry{}, err
	}
	return e, v.VerifyEntry(e, c, proof)
}

func leafOf(t testing.TB, e ledger.Entry) []byte {
	t.Helper()
	leaf, err := audit.Leaf(e)
	require.NoError(t, err)
	return leaf
}

// entries is the whole of a ledger.
func entries(t testing.TB, l ledger.Ledger) (all []ledger.Entry) {
	t.Helper()
	head, err := l.Head(context.Background())
	require.NoError(t, err)
	for e, err := range l.Events(context.Background(), voucher.Position{}, head) {
		require.NoError(t, err)
		all = append(all, e)
	}
	return all
}

// played is a ledger with a history behind it.
func played(t testing.TB) (*embedded.Ledger, []ledger.Entry) {
	t.Helper()
	dir := t.TempDir()
	l := openIn(t, dir)
	w := ledgertest.NewWorld(t, l, ledgertest.Start)
	accepted := audittest.Play(w)
	sealWithRefusal(t, w, l, dir)
	all := entries(t, l)
	require.Len(t, all, len(accepted)+1)
	return l, all
}

// sealWithRefusal seals a block as earlier releases did: what the contract
// refused was in it, too. Its one entry comes after a refusal.
func sealWithRefusal(t testing.TB, w *ledgertest.World, l *embedded.Ledger, dir string) {
	t.Helper()
	merchant, _, err := l.Merchant(context.Background(), w.Merchant.Address)
	require.NoError(t, err)
	calls, err := contract.NewCalls()
	require.NoError(t, err)
	call := calls.Groups([][]byte{
		voucher.EncodeCommand(w.Claim(w.Alice, voucher.CampaignID{}, 0, 1)), // there is no such campaign
		voucher.EncodeCommand(w.PutStore(merchant.Version, 9, "Ninth")),
	}, []int{0, 1}, contract.PerTransaction)[0].Call
	key, err := crypto.LoadECDSA(filepath.Join(dir, "sealer.key"))
	require.NoError(t, err)
	nonce, err := l.Chain().Nonce(context.Background(), crypto.PubkeyToAddress(key.PublicKey))
	require.NoError(t, err)
	to := contract.Address()
	tx, err := types.SignNewTx(key, types.LatestSignerForChainID(l.Chain().ChainID()), &types.LegacyTx{
		Nonce: nonce, GasPrice: new(big.Int), Gas: 10_000_000, To: &to, Data: call, Value: new(big.Int),
	})
	require.NoError(t, err)
	sealed, err := l.Chain().Seal(context.Background(), []*types.Transaction{tx})
	require.NoError(t, err)
	require.Equal(t, types.ReceiptStatusSuccessful, sealed.Receipts[0].Status)
}

func TestProof_EveryEntryOfAHistory(t *testing.T) {
	l, all := played(t)
	v := evmproof.NewVerifier(pins(l))
	later, refusedBefore := 0, 0
	for _, e := range all {
		p := prove(t, l, e)
		got, err := verify(v, p.leaf, p.proof)
		require.NoError(t, err)
		require.Equal(t, e.Outcome.Canonical(), got.Outcome.Canonical())
		require.Equal(t, e.Command, got.Command)
		if e.Outcome.Position.Tx > 0 {
			later++
		}
		if e.Outcome.Position.Item == 1 && e.Outcome.Position.Tx == 0 {
			refusedBefore++
		}
	}
	require.Positive(t, later)
	require.Positive(t, refusedBefore)
}

// TestProof_HoldsForGoEthereum gives the nodes to go-ethereum's own
// verifier by their hashes alone, and its value to its own receipt decoder.
func TestProof_HoldsForGoEthereum(t *testing.T) {
	l, all := played(t)
	for _, e := range all {
		p := proofOf(t, l, e.Outcome.Position)
		db := memorydb.New()
		for _, node := range p.Path {
			require.NoError(t, db.Put(crypto.Keccak256(node), node))
		}
		value, err := trie.VerifyProof(p.Header.ReceiptHash, rlp.AppendUint64(nil, uint64(e.Outcome.Position.Tx)), db)
		require.NoError(t, err)
		receipts, err := l.Chain().Receipts(e.Outcome.Position.Block)
		require.NoError(t, err)
		want, err := receipts[e.Outcome.Position.Tx].MarshalBinary()
		require.NoError(t, err)
		require.Equal(t, want, value)
		require.Equal(t, types.DeriveSha(receipts, trie.NewStackTrie(nil)), p.Header.ReceiptHash)
	}
}

// TestProof_FlippedBits flips each bit of a small proof, and one bit of
// every third byte of a large proof and of its leaf.
func TestProof_FlippedBits(t *testing.T) {
	l, all := played(t)
	v := evmproof.NewVerifier(pins(l))
	small, large := prove(t, l, all[0]), prove(t, l, redemption(t, all))
	refused := func(p proven, raw []byte, bit int) {
		raw[bit/8] ^= 1 << (bit % 8)
		_, err := verify(v, p.leaf, p.proof)
		require.Error(t, err, "bit %d", bit)
		raw[bit/8] ^= 1 << (bit % 8)
	}
	for bit := range 8 * len(small.proof) {
		refused(small, small.proof, bit)
	}
	for at := 0; at < len(large.proof); at += 3 {
		refused(large, large.proof, 8*at+at%8)
	}
	for at := 0; at < len(large.leaf); at += 3 {
		refused(large, large.leaf, 8*at+at%8)
	}
	for _, p := range []proven{small, large} {
		_, err := verify(v, p.leaf, p.proof)
		require.NoError(t, err)
	}
}

// TestProof_Garbage cuts, doubles and overwrites parts of a proof at random.
func TestProof_Garbage(t *testing.T) {
	l, all := played(t)
	v, p := evmproof.NewVerifier(pins(l)), prove(t, l, redemption(t, all))
	rnd := rand.New(rand.NewPCG(1, 2))
	for range 1000 {
		from := rnd.IntN(len(p.proof))
		to := from + 1 + rnd.IntN(min(64, len(p.proof)-from))
		raw := bytes.Clone(p.proof)
		switch rnd.IntN(3) {
		case 0:
			raw = append(raw[:from], raw[to:]...)
		case 1:
			raw = slices.Insert(raw, from, raw[from:to]...)
		default:
			for i := from; i < to; i++ {
				raw[i] = byte(rnd.Uint32())
			}
		}
		if bytes.Equal(raw, p.proof) {
			continue
		}
		_, err := verify(v, p.leaf, raw)
		require.Error(t, err)
		if decoded, err := evmproof.Decode(raw); err == nil {
			require.Equal(t, raw, encode(t, decoded))
		}
	}
}

// redemption is the first one in a transaction that is not its block's first.
func redemption(t testing.TB, all []ledger.Entry) ledger.Entry {
	t.Helper()
	for _, e := range all {
		if voucher.Verb(e.Command[0]) == voucher.VerbRedeem && e.Outcome.Position.Tx == 1 && e.Outcome.Position.Item == 1 {
			return e
		}
	}
	require.Fail(t, "the history has no such redemption")
	return ledger.Entry{}
}

func TestProof_NamesWhatIsWrong(t *testing.T) {
	l, all := played(t)
	other, othersEntries := played(t) // the same history on another ledger
	e := redemption(t, all)
	genuine := prove(t, l, e)
	refusedAt := all[len(all)-1] // before it stands a refusal
	require.Equal(t, uint32(1), refusedAt.Outcome.Position.Item)
	asRefused := moved(refusedAt, func(o *voucher.Outcome) { o.Position.Item = 0 })
	beforeIt := e.Outcome.Position
	beforeIt.Block--

	type try struct {
		pins        func(*evmproof.Chain)
		leaf, proof []byte
		want        error
	}
	keep := func(*evmproof.Chain) {}
	for name, c := range map[string]try{
		"genuine":                          {keep, genuine.leaf, genuine.proof, nil},
		"another sealer":                   {func(p *evmproof.Chain) { p.Sealer = voucher.Address(other.Chain().Sealer()) }, genuine.leaf, genuine.proof, seal.ErrBad},
		"another genesis":                  {func(p *evmproof.Chain) { p.Genesis = voucher.Hash(other.Chain().GenesisHash()) }, genuine.leaf, genuine.proof, evmproof.ErrOtherLedger},
		"another contract":                 {func(p *evmproof.Chain) { p.Contract = voucher.Address(contract.Administration()) }, genuine.leaf, genuine.proof, evmproof.ErrOtherLedger},
		"another ledger's leaf":            {keep, leafOf(t, redemption(t, othersEntries)), genuine.proof, evmproof.ErrOtherLedger},
		"another ledger's proof":           {keep, genuine.leaf, prove(t, other, redemption(t, othersEntries)).proof, seal.ErrBad},
		"a refusal":                        {keep, leafOf(t, asRefused), prove(t, l, asRefused).proof, evmproof.ErrRefused},
		"another item":                     {keep, leafOf(t, moved(e, func(o *voucher.Outcome) { o.Position.Item++ })), genuine.proof, evmproof.ErrOtherCommand},
		"no such item":                     {keep, leafOf(t, moved(e, func(o *voucher.Outcome) { o.Position.Item = 10 })), genuine.proof, evmproof.ErrNoItem},
		"an item beyond all":               {keep, leafOf(t, moved(e, func(o *voucher.Outcome) { o.Position.Item = 1<<32 - 1 })), genuine.proof, evmproof.ErrNoItem},
		"another transaction":              {keep, leafOf(t, moved(e, func(o *voucher.Outcome) { o.Position.Tx = 2 })), genuine.proof, evmproof.ErrPath},
		"another transaction's path":       {keep, genuine.leaf, encode(t, proofOf(t, l, voucher.Position{Block: e.Outcome.Position.Block})), evmproof.ErrPath},
		"another transaction and its path": {keep, leafOf(t, moved(e, func(o *voucher.Outcome) { o.Position.Tx = 0 })), encode(t, proofOf(t, l, voucher.Position{Block: e.Outcome.Position.Block})), evmproof.ErrOtherCommand},
		"no such transaction":              {keep, leafOf(t, moved(e, func(o *voucher.Outcome) { o.Position.Tx = 1 << 31 })), genuine.proof, evmproof.ErrPath},
		"another block":                    {keep, leafOf(t, moved(e, func(o *voucher.Outcome) { o.Position.Block-- })), genuine.proof, evmproof.ErrOtherBlock},
		"another block's proof":            {keep, genuine.leaf, encode(t, proofOf(t, l, voucher.Position{Block: beforeIt.Block})), evmproof.ErrOtherBlock},
		"another time":                     {keep, leafOf(t, moved(e, func(o *voucher.Outcome) { o.Time++ })), genuine.proof, evmproof.ErrOtherBlock},
		"a missing event":                  {keep, leafOf(t, moved(e, func(o *voucher.Outcome) { o.Events = o.Events[:1] })), genuine.proof, evmproof.ErrOtherEvents},
		"an event too many":                {keep, leafOf(t, moved(e, func(o *voucher.Outcome) { o.Events = append(o.Events, o.Events[1]) })), genuine.proof, evmproof.ErrOtherEvents},
		"events out of order":              {keep, leafOf(t, moved(e, func(o *voucher.Outcome) { o.Events[0], o.Events[1] = o.Events[1], o.Events[0] })), genuine.proof, evmproof.ErrOtherEvents},
		"another event": {keep, leafOf(t, moved(e, func(o *voucher.Outcome) {
			head, _ := o.Events[0].(voucher.Redeemed)
			head.Amount++
			o.Events[0] = head
		})), genuine.proof, evmproof.ErrOtherEvents},
		"another signature on the same intent": {keep, leafOf(t, resigned(t, e)), genuine.proof, evmproof.ErrOtherCommand},
		"a path cut":                           {keep, genuine.leaf, changed(t, genuine.proof, func(p *evmproof.Proof) { p.Path = p.Path[:len(p.Path)-1] }), evmproof.ErrPath},
		"a path too long":                      {keep, genuine.leaf, changed(t, genuine.proof, func(p *evmproof.Proof) { p.Path = append(p.Path, p.Path[0]) }), evmproof.ErrPath},
		"a path out of order":                  {keep, genuine.leaf, changed(t, genuine.proof, func(p *evmproof.Proof) { p.Path[0], p.Path[1] = p.Path[1], p.Path[0] }), evmproof.ErrPath},
		"no path":                              {keep, genuine.leaf, changed(t, genuine.proof, func(p *evmproof.Proof) { p.Path = nil }), evmproof.ErrPath},
		"a header changed":                     {keep, genuine.leaf, changed(t, genuine.proof, func(p *evmproof.Proof) { p.Header.ReceiptHash[0] ^= 1 }), seal.ErrBad},
		"a number beyond 64 bits":              {keep, genuine.leaf, changed(t, genuine.proof, func(p *evmproof.Proof) { p.Header.Number.Lsh(p.Header.Number, 100) }), seal.ErrBad},
		"no leaf":                              {keep, nil, genuine.proof, audit.ErrLeaf},
		"no proof":                             {keep, genuine.leaf, nil, evmproof.ErrProof},
		"one byte more":                        {keep, genuine.leaf, append(bytes.Clone(genuine.proof), 0), evmproof.ErrProof},
		"too many bytes":                       {keep, genuine.leaf, make([]byte, evmproof.MaxProof+1), evmproof.ErrProof},
		"another format":                       {keep, genuine.leaf, bytes.Replace(genuine.proof, []byte("tally-evm-proof-1"), []byte("tally-evm-proof-2"), 1), evmproof.ErrProof},
		"too many nodes":                       {keep, genuine.leaf, tooManyNodes(t, l), evmproof.ErrProof},
	} {
		t.Run(name, func(t *testing.T) {
			pins := pins(l)
			c.pins(&pins)
			_, err := verify(evmproof.NewVerifier(pins), c.leaf, c.proof)
			require.ErrorIs(t, err, c.want)
			if c.want == nil {
				require.NoError(t, err)
			}
		})
	}
}

// moved is an entry whose outcome says something else.
func moved(e ledger.Entry, change func(*voucher.Outcome)) ledger.Entry {
	e.Outcome.Events = append(voucher.Events{}, e.Outcome.Events...)
	change(&e.Outcome)
	return e
}

// resigned is the same entry with another acceptance signature in its command,
// by the rules of leaves a good leaf: its commandHash is its own.
func resigned(t testing.TB, e ledger.Entry) ledger.Entry {
	t.Helper()
	c, err := voucher.DecodeCommand(e.Command)
	require.NoError(t, err)
	redeem, ok := c.(voucher.RedeemCommand)
	require.True(t, ok)
	redeem.AcceptSignature.R[0] ^= 1
	e.Command = voucher.EncodeCommand(redeem)
	e.Outcome.CommandHash = intent.CommandHash(redeem)
	return e
}

func encode(t testing.TB, p evmproof.Proof) []byte {
	t.Helper()
	raw, err := p.Encode()
	require.NoError(t, err)
	return raw
}

func changed(t testing.TB, raw []byte, change func(*evmproof.Proof)) []byte {
	t.Helper()
	p, err := evmproof.Decode(raw)
	require.NoError(t, err)
	change(&p)
	return encode(t, p)
}

func tooManyNodes(t testing.TB, l *embedded.Ledger) []byte {
	t.Helper()
	raw, err := rlp.EncodeToBytes([]any{evmproof.Format, l.Chain().Head(), make([][]byte, evmproof.MaxPath+1)})
	require.NoError(t, err)
	return raw
}

func TestProof_ReceiptsOfAnotherHeader(t *testing.T) {
	l, all := played(t)
	at := redemption(t, all).Outcome.Position
	block, err := l.Chain().Block(at.Block)
	require.NoError(t, err)
	receipts, err := l.Chain().Receipts(at.Block)
	require.NoError(t, err)
	_, err = evmproof.Make(block.Header(), receipts[:1], 0)
	require.ErrorIs(t, err, evmproof.ErrReceipts)
	_, err = evmproof.Make(block.Header(), receipts, uint32(len(receipts)))
	require.ErrorIs(t, err, evmproof.ErrReceipts)
}

// TestProof_RevertedTransaction makes the contract revert.
func TestProof_RevertedTransaction(t *testing.T) {
	l := open(t)
	w := ledgertest.NewWorld(t, l, ledgertest.Start)
	out := w.Must(w.Admit(w.Merchant, "Jasmine & Co"))
	e := entries(t, l)[0]
	key, err := crypto.GenerateKey()
	require.NoError(t, err)
	to := contract.Address()
	tx, err := types.SignNewTx(key, types.LatestSignerForChainID(l.Chain().ChainID()), &types.LegacyTx{
		GasPrice: common.Big0, Gas: 1_000_000, To: &to, Data: []byte{1, 2, 3, 4}, Value: common.Big0,
	})
	require.NoError(t, err)
	sealed, err := l.Chain().Seal(t.Context(), []*types.Transaction{tx})
	require.NoError(t, err)
	require.Equal(t, types.ReceiptStatusFailed, sealed.Receipts[0].Status)
	e = moved(e, func(o *voucher.Outcome) { o.Position = voucher.Position{Block: sealed.Block.NumberU64()} })
	_, err = verify(evmproof.NewVerifier(pins(l)), leafOf(t, e), prove(t, l, e).proof)
	require.ErrorIs(t, err, evmproof.ErrReceipt)
	require.NotEqual(t, out.Position, e.Outcome.Position)
}

// vector is what testdata/redemption.json has: everything in hex.
type vector struct {
	Genesis  voucher.Hash    `json:"genesis"`
	Sealer   voucher.Address `json:"sealer"`
	Contract voucher.Address `json:"contract"`
	Leaf     string          `json:"leaf"`
	LeafHash voucher.Hash    `json:"leafHash"`
	Proof    string          `json:"proof"`
}

// TestProof_Vector reads a proof that some earlier build made. With -update
// it is made anew: a genesis has a random salt, so never twice the same.
func TestProof_Vector(t *testing.T) {
	path := filepath.Join("testdata", "redemption.json")
	if *update {
		l, all := played(t)
		p := prove(t, l, redemption(t, all))
		pinned := pins(l)
		text, err := json.MarshalIndent(vector{
			pinned.Genesis, pinned.Sealer, pinned.Contract,
			"0x" + hex.EncodeToString(p.leaf), audit.LeafHash(p.leaf), "0x" + hex.EncodeToString(p.proof),
		}, "", "  ")
		require.NoError(t, err)
		require.NoError(t, os.MkdirAll("testdata", 0o755))
		require.NoError(t, os.WriteFile(path, append(text, '\n'), 0o644))
	}
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	var v vector
	require.NoError(t, json.Unmarshal(text, &v))
	e, err := verify(evmproof.NewVerifier(evmproof.Chain{Genesis: v.Genesis, Sealer: v.Sealer, Contract: v.Contract}),
		common.FromHex(v.Leaf), common.FromHex(v.Proof))
	require.NoError(t, err)
	require.Equal(t, v.LeafHash, audit.LeafHash(common.FromHex(v.Leaf)))
	require.Equal(t, v.Leaf, "0x"+hex.EncodeToString(leafOf(t, e)))
	require.Equal(t, uint32(1), e.Outcome.Position.Tx)
	require.Len(t, e.Outcome.Events, 2)
}

// BenchmarkVerify measures a proof of a redemption, and its size. The redemption
// shares its block with 1, 10 or 50 transactions of ten redemptions.
func BenchmarkVerify(b *testing.B) {
	for _, transactions := range []int{1, 10, 50} {
		b.Run(fmt.Sprintf("%dx10", transactions), func(b *testing.B) {
			l := open(b)
			w := ledgertest.NewWorld(b, l, ledgertest.Start)
			w.Found()
			c := w.Campaign(1000, func(in *voucher.CreateCampaign) { in.PerHolder = 0 })
			var claims, redeems []voucher.Command
			for i := range uint32(transactions * 10) {
				claims = append(claims, w.Claim(w.Alice, c, i, i))
				redeems = append(redeems, w.Redeem(w.Alice, voucher.Ref{Campaign: c, Serial: i}))
			}
			for _, batch := range [][]voucher.Command{claims, redeems} {
				_, err := l.Submit(b.Context(), w.Domain.AuthorAll(batch...))
				require.NoError(b, err)
			}
			all := entries(b, l)
			p := prove(b, l, all[len(all)-1])
			v := evmproof.NewVerifier(pins(l))
			b.ReportMetric(float64(len(p.proof)), "B/proof")
			b.ReportMetric(float64(len(p.leaf)), "B/leaf")
			for b.Loop() {
				_, err := verify(v, p.leaf, p.proof)
				require.NoError(b, err)
			}
			b.ReportMetric(float64(len(p.proof)), "B/proof")
			b.ReportMetric(float64(len(p.leaf)), "B/leaf")
		})
	}
}
