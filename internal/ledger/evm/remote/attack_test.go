package remote_test

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"math/big"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/common/hexutil"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/ethereum/go-ethereum/crypto"
	"github.com/ethereum/go-ethereum/rpc"
	"github.com/holiman/uint256"
	"github.com/stretchr/testify/require"

	"tally/internal/ledger"
	"tally/internal/ledger/evm/contract"
	"tally/internal/ledger/evm/contract/bind"
	"tally/internal/ledger/evm/remote"
	"tally/internal/ledger/ledgertest"
	"tally/internal/voucher"
)

// rounds is how often an attack is tried.
func rounds(short, long int) int {
	if os.Getenv("TALLY_LONG") == "1" {
		return long
	}
	return short
}

// wei is what an account has.
func wei(t *testing.T, c *rpc.Client, of common.Address) *big.Int {
	t.Helper()
	var got hexutil.Big
	require.NoError(t, c.CallContext(t.Context(), &got, "eth_getBalance", of, "latest"))
	return got.ToInt()
}

// TestAttack_Relayer_RefusalsCostNothing submits what the contract refuses,
// alone and among what it accepts: the relayer pays for what is accepted.
func TestAttack_Relayer_RefusalsCostNothing(t *testing.T) {
	t.Parallel()
	check := func(t *testing.T, c *rpc.Client, opts remote.Options, now func() time.Time) {
		t.Helper()
		l, w := shop(t, opts, now)
		from := crypto.PubkeyToAddress(opts.Keys[0].PublicKey)
		id := w.Campaign(1000, nil)
		ref := w.Claimed(ledgertest.NewActor("owner"), id, 0, 0)
		before := wei(t, c, from)
		for n := range rounds(3, 30) {
			outcomes, err := l.Submit(t.Context(), w.Domain.AuthorAll(refused(w, id, ref, n)...))
			require.NoError(t, err)
			for i, o := range outcomes {
				require.Equal(t, voucher.StatusRefused, o.Status, "%d", i)
			}
		}
		require.Equal(t, before, wei(t, c, from), "refusals cost nothing")

		var height hexutil.Uint64
		require.NoError(t, c.CallContext(t.Context(), &height, "eth_blockNumber"))
		mixed := refused(w, id, ref, 1000)
		for i := range 20 {
			claim := w.Claim(ledgertest.NewActor(fmt.Sprintf("customer %d", i)), id, 0, uint32(100+i))
			mixed = slices.Insert(mixed, i%len(mixed), voucher.Command(claim))
		}
		outcomes, err := l.Submit(t.Context(), w.Domain.AuthorAll(mixed...))
		require.NoError(t, err)
		accepted := 0
		for _, o := range outcomes {
			if o.Status == voucher.StatusAccepted {
				accepted++
			}
		}
		require.Equal(t, 20, accepted)
		var last hexutil.Uint64
		require.NoError(t, c.CallContext(t.Context(), &last, "eth_blockNumber"))
		var logs []*types.Log
		require.NoError(t, c.CallContext(t.Context(), &logs, "eth_getLogs", map[string]any{
			"address": opts.Contract, "fromBlock": height, "toBlock": last,
			"topics": [][]common.Hash{{crypto.Keccak256Hash([]byte("Refused(bytes32,uint8)"))}},
		}))
		require.Empty(t, logs, "nothing refused is on the chain")
	}
	t.Run("geth", func(t *testing.T) {
		g := startGeth(t, 1_000_000_000, "first")
		g.produce()
		check(t, g.eth, deploy(t, options(g.ws, relayer("first"))), g.clock)
	})
	t.Run("anvil", func(t *testing.T) {
		a := startAnvil(t)
		a.fund(relayer("first"))
		check(t, a.rpc, deploy(t, options(a.ws, relayer("first"))), a.clock)
	})
}

// refused are commands of several verbs that the contract refuses, each for a
// reason of its own.
func refused(w *ledgertest.World, id voucher.CampaignID, ref voucher.Ref, n int) []voucher.Command {
	owner, stranger := ledgertest.NewActor("owner"), ledgertest.NewActor(fmt.Sprintf("stranger %d", n))
	unsigned := w.Claim(stranger, id, 0, 5)
	unsigned.Signature.R[3] ^= 1
	late := voucher.Claim{Campaign: id, Wallet: stranger.Address, Deadline: w.Unix() - 1}
	return []voucher.Command{
		unsigned,
		voucher.ClaimCommand{Claim: late, Signature: w.Sign(stranger, late), Candidates: []uint32{6}},
		w.Claim(stranger, id, 7, 7),                 // another ordinal
		w.Transfer(stranger, stranger.Address, ref), // not the owner
		w.Redeem(stranger, ref),                     // nor here
		w.Void(stranger, ref),                       // no key of the merchant
		w.PutStore(2, uint32(10+n), "Again"),        // an older version
		w.Hold(stranger, w.Unix()+60, ref),          //
		w.Transfer(owner, voucher.Address{}, ref),   // to nobody
		w.Cancel(stranger, w.Offer(owner, ref)),     // somebody else's offer
		w.Admit(w.Merchant, "Jasmine once more"),    // is there
	}
}

// stranger is an account with money and no right, on a node.
type stranger struct {
	t      *testing.T
	rpc    *rpc.Client
	from   common.Address
	target common.Address // Tally
}

func newStranger(t *testing.T, a *anvil, target common.Address) *stranger {
	t.Helper()
	var accounts []common.Address
	require.NoError(t, a.rpc.CallContext(t.Context(), &accounts, "eth_accounts"))
	return &stranger{t, a.rpc, accounts[0], target}
}

// send sends a transaction, and waits for its block.
func (s *stranger) send(to *common.Address, data []byte) *types.Receipt {
	s.t.Helper()
	tx := map[string]any{"from": s.from, "input": hexutil.Bytes(data), "gas": hexutil.Uint64(5_000_000)}
	if to != nil {
		tx["to"] = to
	}
	var hash common.Hash
	require.NoError(s.t, s.rpc.CallContext(s.t.Context(), &hash, "eth_sendTransaction", tx))
	return s.mined(hash)
}

func (s *stranger) mined(hash common.Hash) (receipt *types.Receipt) {
	s.t.Helper()
	require.Eventually(s.t, func() bool {
		err := s.rpc.CallContext(s.t.Context(), &receipt, "eth_getTransactionReceipt", hash)
		return err == nil && receipt != nil
	}, time.Minute, 5*time.Millisecond)
	return receipt
}

// code puts a contract on the node.
func (s *stranger) code(name string, code []byte) common.Address {
	s.t.Helper()
	at := common.BytesToAddress(crypto.Keccak256([]byte(name)))
	require.NoError(s.t, s.rpc.CallContext(s.t.Context(), nil, "anvil_setCode", at, hexutil.Bytes(code)))
	return at
}

// calling is code that calls Tally with its calldata, or with what follows the
// code where it is a constructor's, and then ends in a way of its own.
func (s *stranger) calling(constructor bool, end string) []byte {
	copied, size := "365f5f37", "36" // all calldata to memory
	if constructor {
		copied, size = "60LL380360LL5f39", "60LL3803" // all behind this code of LL bytes
	}
	code := copied + "5f5f" + size + "5f5f73" + common.Bytes2Hex(s.target[:]) + "5af1" + end
	code = strings.ReplaceAll(code, "LL", fmt.Sprintf("%02x", len(code)/2))
	return common.FromHex(code)
}

// word is a number of the ABI, in two's complement.
func word(n int64) []byte {
	b := make([]byte, 24, 32)
	for i := range b {
		b[i] = byte(n >> 63)
	}
	return binary.BigEndian.AppendUint64(b, uint64(n))
}

// bent are calls of submit with one command each, in forms that Solidity reads
// and an ABI library does not, or not as the contract does.
func bent(command []byte) map[string][]byte {
	selector := bind.NewTally().PackSubmit(nil)[:4]
	padded := append(slices.Clone(command), make([]byte, (32-len(command)%32)%32)...)
	join := func(parts ...[]byte) []byte { return slices.Concat(append([][]byte{selector}, parts...)...) }
	back := int64(-len(padded) - 64)
	return map[string][]byte{
		"a list that leads back": join(word(int64(64+len(padded))), word(int64(len(command))), padded, word(1), word(back)),
		"no padding":             join(word(32), word(1), word(32), word(int64(len(command))), command),
		"dirt behind it":         join(word(32), word(1), word(32), word(int64(len(command))), command, []byte{1, 2, 3, 0xff}),
		"a gap before it":        join(word(39), []byte{9, 9, 9, 9, 9, 9, 9}, word(1), word(51), make([]byte, 19), word(int64(len(command))), command),
		"twice the same":         join(word(32), word(2), word(64), word(64), word(int64(len(command))), command),
	}
}

// TestAttack_Stream_Strangers has a stranger send whatever comes to mind. The
// stream of entries goes on after each, and has what the contract accepted.
func TestAttack_Stream_Strangers(t *testing.T) {
	t.Parallel()
	a := startAnvil(t, "--hardfork", "prague")
	a.fund(relayer("one"), relayer("delegated"))
	opts := deploy(t, options(a.ws, relayer("one")))
	l, w := shop(t, opts, a.clock)
	id := w.Campaign(100_000, nil)
	s := newStranger(t, a, opts.Contract)
	follow := newFollower(t, l)
	follow.requireHas("the shop", 6)
	serial := uint32(0)
	fresh := func() (voucher.Command, []byte) {
		serial++
		c := w.Claim(ledgertest.NewActor(fmt.Sprintf("wallet %d", serial)), id, 0, serial)
		return c, voucher.EncodeCommand(c)
	}
	honest := func(after string) {
		c, _ := fresh()
		w.Must(c)
		follow.requireHas(after, 1)
	}
	plain := func() []byte {
		_, command := fresh()
		return bind.NewTally().PackSubmit([][]byte{command})
	}
	for range rounds(1, 20) {
		_, sample := fresh()
		for name := range bent(sample) {
			_, command := fresh()
			receipt := s.send(&s.target, bent(command)[name])
			require.Equal(t, types.ReceiptStatusFailed, receipt.Status, name) // it is not the canonical encoding
			honest(name)
		}
		accepted, refusal := crypto.Keccak256Hash([]byte("Accepted(bytes32,bytes32)")), crypto.Keccak256Hash([]byte("Refused(bytes32,uint8)"))
		for name, attack := range map[string]func() *types.Receipt{
			"a proxy":       func() *types.Receipt { at := s.code("proxy", s.calling(false, "00")); return s.send(&at, plain()) },
			"a constructor": func() *types.Receipt { return s.send(nil, append(s.calling(true, "00"), plain()...)) },
			"a caller that destroys itself": func() *types.Receipt {
				at := s.code("mayfly", s.calling(false, "33ff"))
				return s.send(&at, plain())
			},
			"a constructor that destroys itself": func() *types.Receipt { return s.send(nil, append(s.calling(true, "33ff"), plain()...)) },
			"others' logs": func() *types.Receipt {
				at := s.code("liar", common.FromHex("0x6020355f35604036038060405f375fa200"))
				return s.send(&at, slices.Concat(accepted[:], common.Hash{7}.Bytes(), common.Hash{8}.Bytes()))
			},
			"others' refusals": func() *types.Receipt {
				at := s.code("liar", common.FromHex("0x6020355f35604036038060405f375fa200"))
				return s.send(&at, slices.Concat(refusal[:], common.Hash{7}.Bytes(), []byte{1}))
			},
			"anonymous logs": func() *types.Receipt {
				at := s.code("nobody", common.FromHex("0x365fa000"))
				return s.send(&at, plain())
			},
			"an account that is delegated": func() *types.Receipt {
				return s.delegated(a, s.code("proxy", s.calling(false, "00")), plain())
			},
		} {
			require.NotNil(t, attack(), name)
			follow.requireHas(name, 0)
			honest(name)
		}
	}
}

// delegated sends a call from an account to itself, whose code is that of a
// contract (EIP-7702), so that the contract is the transaction's origin.
func (s *stranger) delegated(a *anvil, to common.Address, data []byte) *types.Receipt {
	s.t.Helper()
	key := relayer("delegated")
	self := crypto.PubkeyToAddress(key.PublicKey)
	var chainID hexutil.Big
	require.NoError(s.t, s.rpc.CallContext(s.t.Context(), &chainID, "eth_chainId"))
	nonce, _ := nonces(s.t, a.rpc, key)
	id := uint256.MustFromBig(chainID.ToInt())
	authority, err := types.SignSetCode(key, types.SetCodeAuthorization{ChainID: *id, Address: to, Nonce: nonce + 1})
	require.NoError(s.t, err)
	tx, err := types.SignNewTx(key, types.LatestSignerForChainID(chainID.ToInt()), &types.SetCodeTx{
		ChainID: id, Nonce: nonce, GasTipCap: uint256.NewInt(1_000_000_000), GasFeeCap: uint256.NewInt(100_000_000_000), Gas: 3_000_000,
		To: self, Data: data, AuthList: []types.SetCodeAuthorization{authority},
	})
	require.NoError(s.t, err)
	raw, err := tx.MarshalBinary()
	require.NoError(s.t, err)
	var hash common.Hash
	require.NoError(s.t, s.rpc.CallContext(s.t.Context(), &hash, "eth_sendRawTransaction", hexutil.Bytes(raw)))
	receipt := s.mined(hash)
	var code hexutil.Bytes
	require.NoError(s.t, s.rpc.CallContext(s.t.Context(), &code, "eth_getCode", self, "latest"))
	require.Len(s.t, code, 23, "it is delegated")
	return receipt
}

// follower reads a ledger's entries as the log and the index do.
type follower struct {
	t    *testing.T
	l    *remote.Ledger
	next voucher.Position
}

func newFollower(t *testing.T, l *remote.Ledger) *follower {
	t.Helper()
	return &follower{t: t, l: l}
}

// requireHas wants n entries more, each with a leaf, up to a head that has
// everything that is on the node.
func (f *follower) requireHas(after string, n int) {
	f.t.Helper()
	var got []ledger.Entry
	require.Eventually(f.t, func() bool {
		head, err := f.l.Head(f.t.Context())
		require.NoError(f.t, err)
		for e, err := range f.l.Events(f.t.Context(), f.next, head) {
			require.NoError(f.t, err, after)
			got = append(got, e)
		}
		f.next = head
		return len(got) >= n
	}, time.Minute, 5*time.Millisecond, after)
	require.Len(f.t, got, n, after)
	for _, e := range got {
		require.NotEmpty(f.t, e.Command, after)
		require.Equal(f.t, e.Outcome.CommandHash, voucher.Hash(crypto.Keccak256Hash(e.Command)), after)
	}
}

// TestStream_Unread has a contract of another kind at Tally's address for one
// block: what it logs is an entry without a command, and the stream goes on. A log of a
// shape that no version has ends it with an error that says so.
func TestStream_Unread(t *testing.T) {
	t.Parallel()
	a := startAnvil(t)
	a.fund(relayer("one"))
	opts := deploy(t, options(a.ws, relayer("one")))
	l, w := shop(t, opts, a.clock)
	s := newStranger(t, a, opts.Contract)
	var code hexutil.Bytes
	require.NoError(t, a.rpc.CallContext(t.Context(), &code, "eth_getCode", opts.Contract, "latest"))
	say := func(data []byte) {
		a.call("anvil_setCode", opts.Contract, "0x6020355f35604036038060405f375fa200")
		topic := crypto.Keccak256Hash([]byte("Accepted(bytes32,bytes32)"))
		receipt := s.send(&opts.Contract, slices.Concat(topic[:], common.Hash{7}.Bytes(), data))
		require.Len(t, receipt.Logs, 1)
		a.call("anvil_setCode", opts.Contract, code)
		a.call("evm_mine")
		require.Eventually(t, func() bool {
			head, err := l.Head(t.Context())
			return err == nil && head.Block > receipt.BlockNumber.Uint64()+1
		}, time.Minute, 5*time.Millisecond)
	}
	say(common.Hash{8}.Bytes())
	w.Must(w.PutStore(5, 8, "After"))
	var last []ledger.Entry
	for e, err := range l.Events(t.Context(), voucher.Position{}, voucher.Position{Block: 1 << 40}) {
		require.NoError(t, err)
		last = append(last, e)
	}
	unread := last[len(last)-2]
	require.Equal(t, voucher.Hash{7}, unread.Outcome.ID)
	require.Equal(t, voucher.Hash{8}, unread.Outcome.CommandHash)
	require.Nil(t, unread.Command)
	require.NotEmpty(t, last[len(last)-1].Command)

	say([]byte{1})
	for _, err := range l.Events(t.Context(), voucher.Position{}, voucher.Position{Block: 1 << 40}) {
		if err != nil {
			require.ErrorIs(t, err, contract.ErrLogs)
			return
		}
	}
	require.Fail(t, "a log that nobody can read was passed over")
}

// without is a node in front of another that does not know a method.
func without(t *testing.T, url, method string) string {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err == nil && bytes.Contains(body, []byte(`"`+method+`"`)) {
			var asked struct {
				ID json.RawMessage `json:"id"`
			}
			_ = json.Unmarshal(body, &asked)
			w.Header().Set("Content-Type", "application/json")
			_, _ = fmt.Fprintf(w, `{"jsonrpc":"2.0","id":%s,"error":{"code":-32601,"message":"the method %s does not exist"}}`, asked.ID, method)
			return
		}
		answer, err := http.Post(url, "application/json", bytes.NewReader(body))
		if err != nil {
			w.WriteHeader(http.StatusBadGateway)
			return
		}
		defer answer.Body.Close() //nolint:errcheck // it was only read
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.Copy(w, answer.Body)
	}))
	t.Cleanup(s.Close)
	return s.URL
}

// TestSubmit_WithoutSimulation: a node that does not simulate serves, and what
// is refused is paid for.
func TestSubmit_WithoutSimulation(t *testing.T) {
	t.Parallel()
	a := startAnvil(t)
	a.fund(relayer("first"))
	opts := deploy(t, options(without(t, a.http, "eth_simulateV1"), relayer("first")))
	l, w := shop(t, opts, a.clock)
	id := w.Campaign(100, nil)
	ref := w.Claimed(ledgertest.NewActor("owner"), id, 0, 0)
	from := crypto.PubkeyToAddress(opts.Keys[0].PublicKey)
	before := wei(t, a.rpc, from)
	outcomes, err := l.Submit(t.Context(), w.Domain.AuthorAll(refused(w, id, ref, 0)...))
	require.NoError(t, err)
	for _, o := range outcomes {
		require.Equal(t, voucher.StatusRefused, o.Status)
	}
	require.Negative(t, wei(t, a.rpc, from).Cmp(before))
	w.Must(w.Claim(ledgertest.NewActor("another"), id, 0, 1))
}
