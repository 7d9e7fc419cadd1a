package receipt_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	tlogproof "github.com/transparency-dev/formats/proof"
	"golang.org/x/mod/sumdb/tlog"

	"tally/internal/audit"
	"tally/internal/audit/audittest"
	"tally/internal/audit/checkpoints"
	"tally/internal/audit/pins"
	"tally/internal/audit/receipt"
	"tally/internal/ledger"
	evmproof "tally/internal/ledger/evm/proof"
	"tally/internal/ledger/ledgertest"
	"tally/internal/voucher"
)

// issuer is an embedded ledger with its log.
type issuer struct {
	*audittest.Audited
	pins pins.Pins
}

func open(t testing.TB) *issuer {
	t.Helper()
	a := audittest.Open(t)
	return &issuer{a, a.Pins()}
}

func (i *issuer) entry(t testing.TB, at voucher.Position) ledger.Entry {
	t.Helper()
	for e, err := range i.Ledger.Events(t.Context(), at, voucher.Position{Block: at.Block, Tx: at.Tx, Item: at.Item + 1}) {
		require.NoError(t, err)
		return e
	}
	require.Fail(t, "nothing at the position")
	return ledger.Entry{}
}

func (i *issuer) receipt(t testing.TB, at voucher.Position) receipt.Receipt {
	t.Helper()
	leaf, err := audit.Leaf(i.entry(t, at))
	require.NoError(t, err)
	index, err := i.Log.Find(t.Context(), at)
	require.NoError(t, err)
	path, signed, err := i.Log.Inclusion(index)
	require.NoError(t, err)
	proof, err := i.Ledger.Prove(t.Context(), at)
	require.NoError(t, err)
	return receipt.Receipt{Leaf: leaf, Index: index, Path: path, Checkpoint: signed, Proof: proof}
}

func encode(t testing.TB, r receipt.Receipt) []byte {
	t.Helper()
	raw, err := r.Encode()
	require.NoError(t, err)
	return raw
}

// TestVerify_EveryAcceptedCommand: every accepted command has a receipt.
func TestVerify_EveryAcceptedCommand(t *testing.T) {
	i := open(t)
	for _, out := range audittest.Play(i.World) {
		r := i.receipt(t, out.Position)
		raw := encode(t, r)
		entry, again, err := receipt.Verify(raw, i.pins)
		require.NoError(t, err)
		require.Equal(t, r, again)
		require.Equal(t, out.Canonical(), entry.Outcome.Canonical())
	}
}

// TestReceipt_Unread: what the ledger accepted and does not show has no receipt that holds.
func TestReceipt_Unread(t *testing.T) {
	i := open(t)
	outs := audittest.Play(i.World)
	at := outs[len(outs)/2].Position
	r := i.receipt(t, at)
	hidden := i.entry(t, at)
	hidden.Command = nil
	leaf, err := audit.Leaf(hidden)
	require.NoError(t, err)
	r.Leaf = leaf
	_, _, err = receipt.Verify(encode(t, r), i.pins)
	require.ErrorIs(t, err, audit.ErrUnread)
}

// TestEncode_IsATlogProof: a receipt is a C2SP tlog-proof. The format's own library
// reads it, and the path is checked with nothing but the leaf.
func TestEncode_IsATlogProof(t *testing.T) {
	i := open(t)
	outs := audittest.Play(i.World)
	r := i.receipt(t, outs[len(outs)/2].Position)
	var p tlogproof.TLogProof
	require.NoError(t, p.Unmarshal(encode(t, r)))
	head, err := checkpoints.Open(p.Checkpoint, i.pins.Log)
	require.NoError(t, err)
	path := make(tlog.RecordProof, len(p.Hashes))
	for n, h := range p.Hashes {
		path[n] = h
	}
	require.NoError(t, tlog.CheckRecord(path, head.Tree.N, head.Tree.Hash, int64(p.Index), tlog.RecordHash(r.Leaf)))
}

// ten redemptions by ten wallets, in one transaction.
func tenRedemptions(t testing.TB, i *issuer) []voucher.Outcome {
	t.Helper()
	w := i.World
	w.Found()
	id := w.Campaign(1000, nil)
	var claims, redemptions []voucher.Command
	var refs []voucher.Ref
	for n := range uint32(10) {
		wallet := ledgertest.NewActor("wallet " + string(rune('a'+n)))
		claims = append(claims, w.Claim(wallet, id, 0, n))
		refs = append(refs, voucher.Ref{Campaign: id, Serial: n})
		redemptions = append(redemptions, w.Redeem(wallet, refs[n]))
	}
	_, err := w.Ledger.Submit(t.Context(), w.Domain.AuthorAll(claims...))
	require.NoError(t, err)
	outs, err := w.Ledger.Submit(t.Context(), w.Domain.AuthorAll(redemptions...))
	require.NoError(t, err)
	for _, out := range outs {
		require.Equal(t, voucher.StatusAccepted, out.Status, out.Kind)
		require.Equal(t, outs[0].Position.Tx, out.Position.Tx)
	}
	return outs
}

// TestEncode_Size: a receipt is small. The test holds a receipt among ten
// redemptions of a transaction, with the ledger's own proof, to 4 KiB.
func TestEncode_Size(t *testing.T) {
	i := open(t)
	for _, out := range tenRedemptions(t, i) {
		r := i.receipt(t, out.Position)
		raw := encode(t, r)
		t.Logf("%d bytes: leaf %d, proof %d", len(raw), len(r.Leaf), len(r.Proof))
		require.LessOrEqual(t, len(raw), 4096)
	}
}

// TestVerify_Refuses: a receipt is refused for each of these faults.
func TestVerify_Refuses(t *testing.T) {
	i := open(t)
	outs := tenRedemptions(t, i)
	good := i.receipt(t, outs[3].Position)
	other := i.receipt(t, outs[4].Position)
	edit := func(change func(*receipt.Receipt)) []byte {
		r := good
		r.Path = append(tlog.RecordProof{}, good.Path...)
		change(&r)
		return encode(t, r)
	}
	elsewhere := open(t)
	for name, c := range map[string]struct {
		raw  []byte
		pins func(*pins.Pins)
		want error
	}{
		"nothing":               {raw: nil, want: receipt.ErrReceipt},
		"text":                  {raw: []byte("hello\n"), want: receipt.ErrReceipt},
		"too long":              {raw: make([]byte, receipt.MaxReceipt+1), want: receipt.ErrReceipt},
		"another command":       {raw: edit(func(r *receipt.Receipt) { r.Leaf = other.Leaf }), want: receipt.ErrNotInLog},
		"no leaf":               {raw: edit(func(r *receipt.Receipt) { r.Leaf = nil }), want: audit.ErrLeaf},
		"another index":         {raw: edit(func(r *receipt.Receipt) { r.Index++ }), want: receipt.ErrNotInLog},
		"another path":          {raw: edit(func(r *receipt.Receipt) { r.Path[0][0] ^= 1 }), want: receipt.ErrNotInLog},
		"no checkpoint":         {raw: edit(func(r *receipt.Receipt) { r.Checkpoint = nil }), want: checkpoints.ErrInvalid},
		"unsigned checkpoint":   {raw: edit(func(r *receipt.Receipt) { r.Checkpoint = unsigned(r.Checkpoint) }), want: checkpoints.ErrInvalid},
		"no proof":              {raw: edit(func(r *receipt.Receipt) { r.Proof = nil }), want: receipt.ErrNoProof},
		"another proof":         {raw: edit(func(r *receipt.Receipt) { r.Proof = r.Proof[1:] }), want: evmproof.ErrProof},
		"nothing pinned":        {raw: encode(t, good), pins: func(p *pins.Pins) { *p = pins.Pins{} }, want: checkpoints.ErrInvalid},
		"another log":           {raw: encode(t, good), pins: func(p *pins.Pins) { p.Log = elsewhere.pins.Log }, want: checkpoints.ErrInvalid},
		"another ledger":        {raw: encode(t, good), pins: func(p *pins.Pins) { p.Ledger = elsewhere.pins.Ledger }, want: receipt.ErrPins},
		"another sealer":        {raw: encode(t, good), pins: func(p *pins.Pins) { p.EVM = elsewhere.pins.EVM }, want: evmproof.ErrOtherLedger},
		"something behind":      {raw: append(encode(t, good), "x\n"...), want: checkpoints.ErrInvalid},
		"a line in other words": {raw: []byte(strings.Replace(string(encode(t, good)), "index ", "index 0", 1)), want: receipt.ErrReceipt},
	} {
		t.Run(name, func(t *testing.T) {
			pins := i.pins
			if c.pins != nil {
				c.pins(&pins)
			}
			_, _, err := receipt.Verify(c.raw, pins)
			require.ErrorIs(t, err, c.want)
		})
	}
}

func unsigned(checkpoint []byte) []byte {
	text, _, _ := strings.Cut(string(checkpoint), "\n\n")
	return []byte(text + "\n\n")
}

// TestVerify_FlippedBits: every flipped bit of a receipt is refused. The test flips
// every bit, text and base64 alike.
func TestVerify_FlippedBits(t *testing.T) {
	i := open(t)
	raw := encode(t, i.receipt(t, tenRedemptions(t, i)[3].Position))
	step := 1
	if testing.Short() {
		step = 9
	}
	for bit := 0; bit < 8*len(raw); bit += step {
		raw[bit/8] ^= 1 << (bit % 8)
		_, _, err := receipt.Verify(raw, i.pins)
		require.Error(t, err, "bit %d of byte %d of %d", bit%8, bit/8, len(raw))
		raw[bit/8] ^= 1 << (bit % 8)
	}
}

func FuzzDecode(f *testing.F) {
	i := open(f)
	f.Add(encode(f, i.receipt(f, tenRedemptions(f, i)[3].Position)))
	f.Fuzz(func(t *testing.T, raw []byte) {
		_, err := receipt.Decode(raw)
		if err != nil {
			require.ErrorIs(t, err, receipt.ErrReceipt)
		}
	})
}

// BenchmarkVerify verifies the receipt of a redemption among ten of its
// transaction: four signatures, the log's path and the chain's.
func BenchmarkVerify(b *testing.B) {
	i := open(b)
	raw := encode(b, i.receipt(b, tenRedemptions(b, i)[3].Position))
	for b.Loop() {
		_, _, err := receipt.Verify(raw, i.pins)
		require.NoError(b, err)
	}
}
