package evm

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/ethereum/go-ethereum/crypto"

	"tally/internal/intent"
	"tally/internal/voucher"
)

// longForm is the variable that asks for the long form of the differential test.
const longForm = "TALLY_LONG"

// TestDifferential drives the rules and the contract with the same commands
// and wants the same outcomes, and now and then the same state.
func TestDifferential(t *testing.T) {
	seeds, calls := uint64(12), 1500 // the long form takes a minute
	if os.Getenv(longForm) == "" {
		seeds, calls = 2, 600
	}
	total := map[string]int{}
	for seed := range seeds {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			w := newWorld(t, seed)
			for i := range calls {
				var cmds []voucher.Command
				for range 1 + w.rnd.IntN(3) {
					cmds = append(cmds, w.any())
				}
				w.try(cmds...)
				switch w.rnd.IntN(8) {
				case 0:
					w.now += uint64(w.rnd.IntN(4000))
				case 1:
					w.now++
				}
				if i%60 == 0 {
					w.now += uint64(w.rnd.IntN(90000))
				}
				if i%100 == 99 {
					w.compareState()
				}
			}
			for k, n := range w.seen {
				total[k] += n
			}
		})
	}
	var rows []string
	for k, n := range total {
		rows = append(rows, fmt.Sprintf("%s %d", k, n))
	}
	slices.Sort(rows)
	t.Log("\n" + strings.Join(rows, "\n"))
}

// TestOneEncoding flips, inserts and removes parts of valid commands: what
// DecodeCommand refuses must revert, and what it accepts must not.
func TestOneEncoding(t *testing.T) {
	w := newWorld(t, 99)
	for range 200 {
		w.try(w.any())
	}
	reverted, accepted := 0, 0
	for range 1000 {
		c := w.any()
		item := voucher.EncodeCommand(c)
		word := func() int { return 1 + 32*w.rnd.IntN((len(item)-1)/32) }
		switch w.rnd.IntN(7) {
		case 0:
			item[w.rnd.IntN(len(item)-1)+1] ^= byte(1 << w.rnd.IntN(8))
		case 1:
			item = append(item, make([]byte, 32)...)
		case 2:
			item = item[:len(item)-1-w.rnd.IntN(64)]
		case 3:
			at := word()
			item = slices.Insert(item, at, make([]byte, 32)...)
		case 4:
			at := word()
			copy(item[at:at+32], bytes.Repeat([]byte{0xff}, 32))
		case 5:
			at := word()
			item[at+31]++
		case 6:
			at := word()
			item[at] ^= 1
		}
		decoded, err := voucher.DecodeCommand(item)
		w.c.now = w.now
		_, _, reverts := w.c.send("submit", [][]byte{item})
		if err != nil {
			reverted++
			if reverts == nil {
				t.Fatalf("accepted %x: %v", item, err)
			}
			continue
		}
		accepted++
		if reverts != nil {
			t.Fatalf("reverted %T %x: %v", decoded, item, reverts)
		}
		// Keep the model in step.
		if _, err := voucher.Apply(w.model, decoded, w.domain.Recover(decoded), w.now); err != nil {
			t.Fatal(err)
		}
	}
	t.Log(reverted, "reverted,", accepted, "canonical")
	w.compareState()
}

// TestGas reports what commands cost as transactions: intrinsic gas included.
func TestGas(t *testing.T) {
	w := newWorld(t, 1)
	w.rnd = rand.New(quiet{})
	m, till := w.merchants[0], w.tills[0]
	send := func(what string, cmds ...voucher.Command) {
		t.Helper()
		var items [][]byte
		bytes := 0
		for _, c := range cmds {
			items = append(items, voucher.EncodeCommand(c))
			bytes += len(items[len(items)-1])
			o, err := voucher.Apply(w.model, c, w.domain.Recover(c), w.now)
			if err != nil || o.Status != voucher.StatusAccepted {
				t.Fatal(what, o.Kind, err, w.attestors)
			}
		}
		logs, gas, err := w.c.send("submit", items)
		if err != nil {
			t.Fatal(what, err)
		}
		for _, o := range outcomes(t, logs) {
			if o.Status != voucher.StatusAccepted {
				t.Fatal(what, o.Kind)
			}
		}
		t.Logf("%-40s %8d gas, %8d each, %d bytes each", what, gas, gas/uint64(len(cmds)), bytes/len(cmds))
	}
	op := w.ops[0]
	send("admit", signed(w, voucher.AdmitMerchant{Operator: op, Merchant: m, Name: "Milk Tea", Deadline: w.now + 60}, op))
	send("put store", signed(w, voucher.PutStore{Author: m, Merchant: m, Version: 1, Store: 7, Name: "Harbour", Deadline: w.now + 60}, m))
	send("put key", signed(w, voucher.PutKey{Author: m, Merchant: m, Version: 2, Key: till, Scopes: 1, Store: 7, Deadline: w.now + 60}, m))
	create := voucher.CreateCampaign{
		Author: m, Merchant: m, Terms: strings.Repeat("terms ", 100), Currency: voucher.Currency{'H', 'K', 'D'}, Units: 10, MaxDiscount: 500,
		Supply: 1_000_000, Open: 1_000_000, Cap: 1_000_000, PerHolder: 3, PerDay: 3, ClaimFrom: w.now - 1, ClaimUntil: w.now + 86400*30,
		ValidFrom: w.now - 1, ValidUntil: (w.now/900 + 40000) * 900, ValidDays: 30, Offsets: []voucher.Offset{{From: 0, Minutes: 480}}, Stores: []uint32{1, 2, 3, 7, 9},
		Transfer: true, Void: true, Rollback: 1, Grace: 900, Deadline: w.now + 60,
	}
	id := func(c voucher.CreateCampaign) voucher.CampaignID { return voucher.CampaignOf(w.domain.Digest(c)) }
	send("create, 600 bytes of terms", signed(w, create, m))
	campaign := id(create)
	ticketed := create
	ticketed.Attestors, ticketed.Terms = w.attestors[:1], "{}"
	send("create, 2 bytes of terms, 1 attestor", signed(w, ticketed, m))
	full := create
	full.Attestors, full.Terms = w.attestors, strings.Repeat("t", 2048)
	for i := range uint64(12) {
		full.Offsets = append(full.Offsets, voucher.Offset{From: (w.now/900 + i*15_000) * 900, Minutes: 60})
	}
	send("create, 2048 bytes, 13 offsets, 2 attestors", signed(w, full, m))
	full.Terms = strings.Repeat("t", 8192)
	send("create, 8192 bytes, the same", signed(w, full, m))
	n := uint32(0)
	var people []voucher.Address
	person := func() voucher.Address {
		n++
		key, err := crypto.ToECDSA(crypto.Keccak256([]byte{byte(n), byte(n >> 8), 77}))
		if err != nil {
			t.Fatal(err)
		}
		a := intent.Address(key)
		w.keys[a] = key
		people = append(people, a)
		return a
	}
	claims := func(k int) (list []voucher.Command) {
		for range k {
			p := person()
			in := voucher.Claim{Wallet: p, Campaign: campaign, Deadline: w.now + 60}
			list = append(list, voucher.ClaimCommand{Claim: in, Signature: w.sign(p, in), Candidates: []uint32{n, n + 500, n + 1000, n + 2000}})
		}
		return list
	}
	send("claim", claims(1)...)
	send("claim, batch of 10", claims(10)...)
	send("claim, batch of 100", claims(100)...)
	next := 0
	redeems := func(k int) (list []voucher.Command) {
		for range k {
			owner := people[next%len(people)]
			serial := uint32(next%len(people) + 1)
			offer := voucher.Redeem{Owner: owner, Lines: []voucher.Line{{Campaign: campaign, Serial: serial, Units: 1}}, SignedAt: w.now - 30 + uint64(next/len(people)), Deadline: w.now + 500}
			accept := voucher.Accept{Offer: w.domain.Digest(offer), Merchant: m, Till: till, Store: 7, Parts: []voucher.Part{{Units: 1, Discount: 500}}, Currency: create.Currency, Amount: 3200, Details: voucher.Hash(crypto.Keccak256([]byte("d"))), Reference: voucher.Hash(crypto.Keccak256([]byte("r")))}
			list = append(list, voucher.RedeemCommand{Offer: offer, OfferSignature: w.sign(owner, offer), Accept: accept, AcceptSignature: w.sign(till, accept)})
			next++
		}
		return list
	}
	send("redeem", redeems(1)...)
	send("redeem, batch of 10", redeems(10)...)
	send("redeem, batch of 100", redeems(100)...)
	send("redeem again, batch of 10", redeems(10)...)
}

// quiet makes the world's chance never strike.
type quiet struct{}

func (quiet) Uint64() uint64 { return 1<<63 + 12345 }
