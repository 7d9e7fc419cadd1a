package contract

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"strings"
	"testing"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/ethereum/go-ethereum/crypto"

	"tally/internal/intent"
	"tally/internal/voucher"
)

// wantRevert wants a call to revert with an error of the contract, "" for none that it names.
func wantRevert(t *testing.T, err error, signature string, args ...byte) {
	t.Helper()
	if err == nil {
		t.Fatalf("not reverted, want %q", signature)
	}
	want := ""
	if signature != "" {
		want = hex.EncodeToString(crypto.Keccak256([]byte(signature))[:4])
		for _, a := range args {
			want += hex.EncodeToString(common.LeftPadBytes([]byte{a}, 32))
		}
	}
	if got := err.Error(); !strings.HasSuffix(got, " "+want) {
		t.Fatalf("reverted with %q, want %q", got, want)
	}
}

// judgeCall is the call with which Tally has Administration judge a command.
func judgeCall(item []byte) []byte {
	call := crypto.Keccak256([]byte("judge(uint256,bytes)"))[:4]
	for _, n := range []int{0, 64, len(item)} {
		call = append(call, common.LeftPadBytes([]byte{byte(n >> 8), byte(n)}, 32)...)
	}
	call = append(call, item...)
	return append(call, make([]byte, (32-len(item)%32)%32)...)
}

// TestAdministration_IsFixed founds ledgers on what is not a contract, and
// founds one twice: nothing but the first found says whose code Tally runs.
func TestAdministration_IsFixed(t *testing.T) {
	c := newContract(t, 1_790_000_000)
	operators := []common.Address{{1}}
	empty, delegating := common.Address{0xee}, common.Address{0xdd}
	c.state.CreateAccount(delegating)
	c.state.SetCode(delegating, types.AddressToDelegation(Administration()), 0)
	for _, bad := range []common.Address{{}, empty, delegating} {
		_, _, err := c.send("found", c.genesis, operators, uint32(1), bad)
		wantRevert(t, err, "InvalidAdministration()")
	}
	_, _, err := c.send("operators")
	wantRevert(t, err, "NotFounded()")
	if _, _, err = c.send("found", c.genesis, operators, uint32(1), Administration()); err != nil {
		t.Fatal(err)
	}
	_, _, err = c.send("found", c.genesis, operators, uint32(1), c.address)
	wantRevert(t, err, "AlreadyFounded()")
	if got := common.BytesToAddress(c.view("administration")); got != Administration() {
		t.Fatal(got)
	}
}

// TestAdministration_FoundedOnce calls before the founding, and founds by what is not right.
func TestAdministration_FoundedOnce(t *testing.T) {
	c := newContract(t, 1_790_000_000)
	operators := []common.Address{{1}, {2}}
	_, _, err := c.send("submit", [][]byte{{1}})
	wantRevert(t, err, "NotFounded()")
	_, _, err = c.send("found", common.Hash{9}, operators, uint32(2), Administration())
	if err == nil {
		t.Fatal("founded by another genesis")
	}
	_, _, err = c.send("found", c.genesis, operators, uint32(3), Administration())
	wantRevert(t, err, "InvalidOperators()")
	logs, _, err := c.send("found", c.genesis, operators, uint32(2), Administration())
	if err != nil {
		t.Fatal(err)
	}
	id := intent.LedgerID(voucher.Hash(c.genesis), c.address[:])
	if !bytes.Equal(logs[0].Data, id[:]) || !bytes.Equal(c.view("ledgerId"), id[:]) {
		t.Fatal("ledger id")
	}
	_, _, err = c.send("found", c.genesis, operators, uint32(2), Administration())
	wantRevert(t, err, "AlreadyFounded()")
}

// TestAdministration_CommandsComeBySubmit calls what judges the rarer verbs past submit, and
// at its own address.
func TestAdministration_CommandsComeBySubmit(t *testing.T) {
	w := newBare(t)
	merchant := w.cast.Merchant.Address
	item := voucher.EncodeCommand(w.cast.Admit(w.cast.Merchant, "Milk Tea"))
	var err error
	_, _, err = w.c.sendTo(w.c.address, judgeCall(item))
	wantRevert(t, err, "UseSubmit()")
	_, _, err = w.c.sendTo(Administration(), judgeCall(item))
	wantRevert(t, err, "NotFounded()")
	for _, unknown := range [][]byte{nil, {1}, {1, 2, 3, 4}, make([]byte, 100)} {
		if _, _, err = w.c.sendTo(w.c.address, unknown); err == nil {
			t.Fatalf("%x answered", unknown)
		}
	}
	for verb, want := range map[byte]string{0: "MalformedCommand(uint256)", 2: "MalformedCommand(uint256)", 21: "MalformedCommand(uint256)", 26: "MalformedCommand(uint256)", 27: "MalformedCommand(uint256)", 255: "MalformedCommand(uint256)", 15: "MalformedCommand(uint256)", 19: "MalformedCommand(uint256)"} {
		_, _, err = w.c.send("submit", [][]byte{item, {verb}})
		wantRevert(t, err, want, 1)
	}
	logs, _, err := w.c.send("submit", [][]byte{item, item})
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range logs {
		if l.Address != w.c.address {
			t.Fatalf("logged by %s", l.Address)
		}
	}
	out := outcomes(t, logs)
	if len(out) != 2 || out[0].Status != voucher.StatusAccepted || out[1].Kind != voucher.KindExists {
		t.Fatal(fmt.Sprint(out))
	}
	if own := w.c.state.GetStorageRoot(Administration()); own != (common.Hash{}) && own != types.EmptyRootHash {
		t.Fatal("the administration has a state of its own")
	}
	if !bytes.Equal(w.c.view("merchantOf", common.Address(merchant))[:32], common.LeftPadBytes([]byte{1}, 32)) {
		t.Fatal("the merchant is not there")
	}
}
