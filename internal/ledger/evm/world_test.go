package evm

import (
	"bytes"
	"crypto/ecdsa"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/crypto"

	"tally/internal/intent"
	"tally/internal/voucher"
)

// world is both implementations side by side, and who acts in them.
type world struct {
	t         testing.TB
	rnd       *rand.Rand
	c         *contract
	model     mapState
	domain    *intent.Domain
	now       uint64
	keys      map[voucher.Address]*ecdsa.PrivateKey
	ops       []voucher.Address
	merchants []voucher.Address
	tills     []voucher.Address
	wallets   []voucher.Address
	attestors []voucher.Address
	campaigns []voucher.CampaignID
	vouchers  []voucher.Ref
	redeems   []voucher.RedeemCommand
	past      []voucher.Command
	seen      map[string]int
}

func newWorld(t testing.TB, seed uint64) *world {
	t.Helper()
	w := &world{t: t, rnd: rand.New(rand.NewPCG(seed, 7)), now: 1_790_000_000, model: mapState{}, keys: map[voucher.Address]*ecdsa.PrivateKey{}, seen: map[string]int{}}
	n := 0
	group := func(k int) (list []voucher.Address) {
		for range k {
			n++
			key, err := crypto.ToECDSA(crypto.Keccak256([]byte{byte(n)}))
			if err != nil {
				t.Fatal(err)
			}
			a := intent.Address(key)
			w.keys[a] = key
			list = append(list, a)
		}
		slices.SortFunc(list, func(a, b voucher.Address) int { return bytes.Compare(a[:], b[:]) })
		return list
	}
	w.ops, w.merchants, w.tills, w.wallets, w.attestors = group(4), group(2), group(3), group(4), group(2)
	w.c = newContract(t, w.now)
	w.found()
	return w
}

func (w *world) found() {
	members := w.ops[:3]
	if err := voucher.Found(w.model, members, 2); err != nil {
		w.t.Fatal(err)
	}
	var list []common.Address
	for _, m := range members {
		list = append(list, common.Address(m))
	}
	if _, _, err := w.c.send("submit", [][]byte{{1}}); err == nil {
		w.t.Fatal("submit before found")
	}
	if _, _, err := w.c.send("found", common.Hash{9}, list, uint32(2), Administration()); err == nil {
		w.t.Fatal("wrong genesis")
	}
	if _, _, err := w.c.send("found", w.c.genesis, list, uint32(4), Administration()); err == nil {
		w.t.Fatal("invalid operators")
	}
	logs, gas, err := w.c.send("found", w.c.genesis, list, uint32(2), Administration())
	if err != nil {
		w.t.Fatal(err)
	}
	w.t.Logf("sizes %d, gas of found: %d", w.c.sizes, gas)
	if _, _, err := w.c.send("found", w.c.genesis, list, uint32(2), Administration()); err == nil {
		w.t.Fatal("founded twice")
	}
	id := intent.LedgerID(voucher.Hash(w.c.genesis), w.c.address[:])
	if !bytes.Equal(logs[0].Data, id[:]) || !bytes.Equal(w.c.view("ledgerId"), id[:]) {
		w.t.Fatal("ledger id")
	}
	w.domain = intent.NewDomain(id)
}

func (w *world) sign(by voucher.Address, message any) voucher.Signature {
	if w.rnd.IntN(60) == 0 {
		by = pick(w.rnd, w.wallets)
	}
	key := w.keys[by]
	if key == nil {
		return voucher.Signature{R: voucher.Hash{1}, VS: voucher.Hash{2}}
	}
	s, err := w.domain.Sign(key, message)
	if err != nil {
		w.t.Fatal(err)
	}
	switch w.rnd.IntN(200) {
	case 0:
		s.R[3] ^= 1
	case 1:
		s.VS[0] ^= 0x80
	case 2:
		s.VS[0] |= 0x7f
	case 3:
		s = voucher.Signature{}
	}
	return s
}

func pick[T any](r *rand.Rand, list []T) T { return list[r.IntN(len(list))] }

// mutate changes, now and then, a random part of what v points to.
func (w *world) mutate(v any, odds int) {
	if w.rnd.IntN(odds) != 0 {
		return
	}
	for range 1 + w.rnd.IntN(2) {
		w.mutateValue(reflect.ValueOf(v).Elem())
	}
}

func (w *world) mutateValue(v reflect.Value) {
	r := w.rnd
	switch v.Kind() {
	case reflect.Struct:
		w.mutateValue(v.Field(r.IntN(v.NumField())))
	case reflect.Slice:
		n := v.Len()
		switch r.IntN(5) {
		case 0:
			v.Set(reflect.Zero(v.Type()))
		case 1:
			if n > 0 {
				v.Set(v.Slice(0, n-1))
			}
		case 2: // repeat or grow
			extra := reflect.New(v.Type().Elem()).Elem()
			if n > 0 && r.IntN(2) == 0 {
				extra.Set(v.Index(r.IntN(n)))
			} else {
				w.mutateValue(extra)
			}
			grown := reflect.MakeSlice(v.Type(), 0, n+1)
			grown = reflect.AppendSlice(grown, v)
			v.Set(reflect.Append(grown, extra))
		case 3: // swap
			if n > 1 {
				fresh := reflect.MakeSlice(v.Type(), n, n)
				reflect.Copy(fresh, v)
				a, b := r.IntN(n), r.IntN(n)
				x, y := fresh.Index(a).Interface(), fresh.Index(b).Interface()
				fresh.Index(a).Set(reflect.ValueOf(y))
				fresh.Index(b).Set(reflect.ValueOf(x))
				v.Set(fresh)
			}
		default:
			if n > 0 {
				fresh := reflect.MakeSlice(v.Type(), n, n)
				reflect.Copy(fresh, v)
				v.Set(fresh)
				w.mutateValue(v.Index(r.IntN(n)))
			}
		}
	case reflect.String:
		v.SetString(pick(r, []string{"", "x", strings.Repeat("n", 128), strings.Repeat("n", 129), strings.Repeat("t", 8192), strings.Repeat("t", 8193), "läß", strings.Repeat("q", 32), strings.Repeat("q", 33)}))
	case reflect.Bool:
		v.SetBool(!v.Bool())
	case reflect.Int16:
		v.SetInt(pick(r, []int64{0, 1, -1, 15, -15, 840, -840, 855, -855, -32768, 32767, 480, -480}))
	case reflect.Array:
		if v.Type() == reflect.TypeFor[voucher.Address]() && r.IntN(2) == 0 {
			all := slices.Concat(w.ops, w.merchants, w.tills, w.wallets, w.attestors, []voucher.Address{{}})
			v.Set(reflect.ValueOf(pick(r, all)))
			return
		}
		if r.IntN(2) == 0 {
			v.Set(reflect.Zero(v.Type()))
			return
		}
		i := r.IntN(v.Len())
		v.Index(i).SetUint(v.Index(i).Uint() ^ uint64(1<<r.IntN(8)))
	default:
		old := v.Uint()
		choices := []uint64{0, 1, old + 1, old - 1, old + 15, old - 15, old + 900, old + 60, old + 61, old + 600, old + 601,
			old + 86400, old + 86401, old * 2, w.now, w.now + 1, w.now - 1, w.now + 60, w.now + 61, 1<<36 - 1, 1 << 36, 1<<53 - 1, 1 << 53,
			65535, 65536, 1<<31 - 1, 1 << 31, 1<<31 + 1, 1<<32 - 1, 1 << 32, 15099493500, 15099493501, 15099494400, 3660, 3661, 1<<64 - 1, 1 << 63, 2, 3, 4, 15, 16, 17,
			w.now + 3660*86400, w.now - w.now%900 + 900, w.now - w.now%900 + 3660*86400, 366 * 86400, 366*86400 + 900}
		x := pick(r, choices)
		if v.OverflowUint(x) {
			x = old ^ 1
		}
		v.SetUint(x)
	}
}

// try judges commands on both sides and compares.
func (w *world) try(cmds ...voucher.Command) []voucher.Outcome {
	w.t.Helper()
	var items [][]byte
	var want []voucher.Outcome
	for _, c := range cmds {
		items = append(items, voucher.EncodeCommand(c))
		o, err := voucher.Apply(w.model, c, w.domain.Recover(c), w.now)
		if err != nil {
			w.t.Fatal(err)
		}
		if o.Status == voucher.StatusAccepted {
			o.CommandHash = intent.CommandHash(c)
		}
		want = append(want, o)
	}
	w.c.now = w.now
	logs, _, err := w.c.send("submit", items)
	if err != nil {
		w.t.Fatalf("submit: %v %T %+v", err, cmds[0], cmds)
	}
	got := outcomes(w.t, logs)
	if len(got) != len(want) {
		w.t.Fatalf("%d outcomes, want %d", len(got), len(want))
	}
	for i := range want {
		want[i].Time = 0
		w.seen[strings.TrimPrefix(fmt.Sprintf("%T", cmds[i]), "voucher.")+" "+want[i].Kind.String()]++
		if !bytes.Equal(got[i].Canonical(), want[i].Canonical()) {
			w.t.Fatalf("%T %+v\nwant %s\ngot  %s", cmds[i], cmds[i], want[i].Canonical(), got[i].Canonical())
		}
		if want[i].Status != voucher.StatusAccepted {
			continue
		}
		for _, e := range want[i].Events {
			switch e := e.(type) {
			case voucher.CampaignCreated:
				w.campaigns = append(w.campaigns, e.Campaign)
			case voucher.VoucherClaimed:
				w.vouchers = append(w.vouchers, voucher.Ref{Campaign: e.Campaign, Serial: e.Serial})
			}
		}
	}
	return want
}

// compareState compares every record of the model with the contract's views.
func (w *world) compareState() {
	w.t.Helper()
	must := func(what string, got, want []byte) {
		w.t.Helper()
		if !bytes.Equal(got, want) {
			w.t.Fatalf("%s\nwant %x\ngot  %x", what, want, got)
		}
	}
	o, _ := voucher.ReadOperators(w.model)
	must("operators", w.c.view("operators"), voucher.EncodeABI(o)[32:])
	for _, m := range w.merchants {
		r, _, _ := voucher.ReadMerchant(w.model, m)
		must("merchant", w.c.view("merchantOf", common.Address(m)), voucher.EncodeABI(r))
		for k := range w.keys {
			key, _ := voucher.ReadKey(w.model, m, k)
			must("key", w.c.view("keyOf", common.Address(m), common.Address(k)), voucher.EncodeABI(key))
		}
		for _, store := range []uint32{0, 1, 2, 3, 255, 256, 65535} {
			want := make([]byte, 32)
			if w.model[fmt.Sprintf("store/%s/%d", m, store)] != nil {
				want[31] = 1
			}
			must("store", w.c.view("storeExists", common.Address(m), store), want)
		}
	}
	for _, id := range append(w.campaigns, voucher.CampaignID{}) {
		r, _, _ := voucher.ReadCampaign(w.model, id)
		must("campaign", w.c.view("campaignOf", id), voucher.EncodeABI(r))
		for _, k := range w.wallets {
			h, _ := voucher.ReadHolder(w.model, id, k)
			must("holder", w.c.view("holderOf", id, common.Address(k)), voucher.EncodeABI(h))
		}
		for serial := range uint32(12) {
			v, ok, _ := voucher.ReadVoucher(w.model, voucher.Ref{Campaign: id, Serial: serial})
			slot := voucher.Slot{}
			if ok {
				slot = v.Pack()
			}
			must("slot", w.c.view("slotOf", id, serial), slot[:])
		}
	}
}
