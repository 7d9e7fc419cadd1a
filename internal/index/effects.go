package index

import (
	"runtime"
	"sync"
	"sync/atomic"

	"tally/internal/ledger"
	"tally/internal/voucher"
)

// Effects is what one entry changes in an index. An index applies all of them
// or, where it knows the entry's outcome already, none.
type Effects struct {
	Names      []MerchantName            // the later entry wins
	Stores     []MerchantStore           // the later entry wins
	Keys       []MerchantKey             // the later entry wins
	Created    []voucher.CampaignCreated // once a campaign
	States     []CampaignState           // the later entry wins
	Figures    []CampaignFigures         // added up
	Taken      []voucher.Ref             // serials that nobody can claim any more
	Vouchers   []VoucherState            // one a voucher; the later entry wins
	References []MerchantReference       // the earlier entry wins
	Orders     []MerchantOrder           // each once
	Buyers     []MerchantBuyer           // the earlier entry wins
	Verb       voucher.Verb              // what touched the vouchers; 0: the outcome alone is known
}

type (
	// MerchantName is a merchant's name.
	MerchantName struct {
		Merchant voucher.Address
		Name     string
	}
	// MerchantStore is one store of a merchant.
	MerchantStore struct {
		Merchant voucher.Address
		Store    Store
	}
	// MerchantKey is one key of a merchant, and when it was put.
	MerchantKey struct {
		Merchant voucher.Address
		Key      Key
		Time     uint64 // the ledger's clock
	}
	// MerchantOrder is where a redemption, a hold or a capture was: at a store, or
	// at any, which is store 0. A rollback is at any.
	MerchantOrder struct {
		Merchant voucher.Address
		Store    uint32
	}
	// MerchantBuyer is a wallet that vouchers of a merchant were taken from: by a
	// redemption, or by a capture.
	MerchantBuyer struct {
		Merchant voucher.Address
		Wallet   voucher.Address
	}
	// MerchantReference is a client's reference, which is the merchant's own.
	MerchantReference struct {
		Merchant  voucher.Address
		Reference voucher.Hash
	}
	// CampaignState is what may change of a campaign.
	CampaignState struct {
		Campaign voucher.CampaignID
		Version  uint32
		Status   uint8
		Supply   uint32
		Open     uint32
	}
	// CampaignFigures is what to add to a campaign's figures. Their sums may be
	// below zero for a while, where entries come out of order.
	CampaignFigures struct {
		Campaign voucher.CampaignID
		By       [FigureCount]int64
	}
	// VoucherState is a voucher after the entry. Where it is acquired, the acquirer
	// got it by this entry: the last one, where it moved twice.
	VoucherState struct {
		Ref      voucher.Ref
		Slot     voucher.Slot
		Acquired bool
		Acquirer voucher.Address
	}
)

// The figures of a campaign, in the order of CampaignFigures.By.
const (
	FigureClaimed = iota
	FigureSpent
	FigureRedeemed
	FigureDiscount
	FigureReturned
	FigureForfeited
	FigureCount
)

// EffectsOf are the effects of an accepted command.
func EffectsOf(entry ledger.Entry) (f Effects) {
	o := entry.Outcome
	for _, e := range o.Events {
		f.add(e, o.Time)
	}
	if merchant, store, ok := Order(o); ok {
		f.Orders = []MerchantOrder{{merchant, 0}, {merchant, store}}
	}
	if of, ok := BuyerOf(o); ok {
		f.Buyers = []MerchantBuyer{of}
	}
	if merchant, ok := rolledBackFor(entry); ok {
		f.Orders = []MerchantOrder{{merchant, 0}} // it says no store
	}
	if len(f.Vouchers) > 0 {
		f.Verb = verbOf(entry.Command)
	}
	return f
}

// EffectsOfAll are the effects of several, made on all processors.
func EffectsOfAll(entries []ledger.Entry) []Effects {
	all := make([]Effects, len(entries))
	var next atomic.Int64
	var workers sync.WaitGroup
	for range min(len(entries), runtime.GOMAXPROCS(0)) {
		workers.Go(func() {
			for i := next.Add(1) - 1; i < int64(len(entries)); i = next.Add(1) - 1 {
				all[i] = EffectsOf(entries[i])
			}
		})
	}
	workers.Wait()
	return all
}

// ReferencesOf are the clients' references by which an outcome's order is found.
func ReferencesOf(o voucher.Outcome) []MerchantReference {
	var f Effects
	for _, e := range o.Events {
		f.add(e, o.Time)
	}
	return f.References
}

// add notes what one event changes. What is not listed here is found by nothing in
// an index (see TestEffects_OfEveryEvent).
func (f *Effects) add(e voucher.Event, time uint64) {
	switch e := e.(type) {
	case voucher.MerchantAdmitted:
		f.Names = append(f.Names, MerchantName{e.Merchant, e.Name})
	case voucher.StorePut:
		f.Stores = append(f.Stores, MerchantStore{e.Merchant, Store{Store: e.Store, Name: e.Name}})
	case voucher.KeyPut:
		f.Keys = append(f.Keys, MerchantKey{e.Merchant, Key{Key: e.Key, Scopes: e.Scopes, Store: e.Store}, time})
	case voucher.CampaignCreated:
		f.Created = append(f.Created, e)
		f.States = append(f.States, CampaignState{e.Campaign, 1, voucher.CampaignActive, e.Create.Supply, e.Create.Open})
	case voucher.CampaignChanged:
		f.States = append(f.States, CampaignState{e.Campaign, e.Version, e.Status, e.Supply, e.Open})
	case voucher.Redeemed:
		f.refer(e.Merchant, e.Reference)
	case voucher.OrderHeld:
		f.refer(e.Merchant, e.Reference)
	case voucher.HoldCaptured:
		f.refer(e.Merchant, e.Reference)
	case voucher.VoucherClaimed:
		f.count(e.Campaign, FigureClaimed, 1)
		f.take(e)
		f.put(e, true)
	case voucher.VoucherDelivered:
		f.count(e.Campaign, FigureClaimed, 1)
		f.put(e, true)
	case voucher.VoucherTransferred:
		f.put(e, true)
	case voucher.VoucherRedeemed:
		f.redeemed(e)
		f.put(e, false)
	case voucher.VoucherReturned:
		f.returned(e)
		f.put(e, false)
	case voucher.VoucherVoided:
		f.voided(e)
		f.put(e, false)
	case voucher.VoucherHeld, voucher.VoucherReleased, voucher.VoucherCancelled:
		f.put(e, false)
	}
}

func (f *Effects) redeemed(e voucher.VoucherRedeemed) {
	f.count(e.Campaign, FigureRedeemed, e.Units)
	f.count(e.Campaign, FigureDiscount, e.Discount)
	if e.Voucher.Unpack().State == voucher.StateSpent {
		f.count(e.Campaign, FigureSpent, 1)
	}
}

// voided takes a serial that was voided before anybody had it: it was open to
// claims, or for issues.
func (f *Effects) voided(e voucher.VoucherVoided) {
	if e.Voucher.Unpack().Owner.IsZero() {
		f.take(e)
	}
}

// returned takes back what a rollback restored; what it forfeits stays redeemed.
func (f *Effects) returned(e voucher.VoucherReturned) {
	f.count(e.Campaign, FigureReturned, e.Units)
	if e.Forfeit {
		f.count(e.Campaign, FigureForfeited, e.Units)
		return
	}
	f.uncount(e.Campaign, FigureRedeemed, e.Units)
	if e.Voucher.Unpack().Units == e.Units { // it had none left
		f.uncount(e.Campaign, FigureSpent, 1)
	}
}

func (f *Effects) refer(merchant voucher.Address, reference voucher.Hash) {
	if !reference.IsZero() {
		f.References = append(f.References, MerchantReference{merchant, reference})
	}
}

// take notes that nobody can claim the voucher of an event any more.
func (f *Effects) take(e voucher.Event) {
	ref, _, _ := voucher.VoucherOf(e)
	f.Taken = append(f.Taken, ref)
}

// put notes the state in which an event left its voucher. An entry may have several
// events of one: they come in their order.
func (f *Effects) put(e voucher.Event, acquired bool) {
	ref, slot, _ := voucher.VoucherOf(e)
	s := f.voucher(ref)
	if s.Slot = slot; acquired {
		s.Acquired, s.Acquirer = true, slot.Unpack().Owner
	}
}

func (f *Effects) voucher(ref voucher.Ref) *VoucherState {
	for i := range f.Vouchers {
		if f.Vouchers[i].Ref == ref {
			return &f.Vouchers[i]
		}
	}
	f.Vouchers = append(f.Vouchers, VoucherState{Ref: ref})
	return &f.Vouchers[len(f.Vouchers)-1]
}

func (f *Effects) count(id voucher.CampaignID, figure int, n uint64) {
	f.figures(id).By[figure] += int64(n) //nolint:gosec // the rules keep amounts below 2^53
}

func (f *Effects) uncount(id voucher.CampaignID, figure int, n uint64) {
	f.figures(id).By[figure] -= int64(n) //nolint:gosec // the rules keep amounts below 2^53
}

func (f *Effects) figures(id voucher.CampaignID) *CampaignFigures {
	for i := range f.Figures {
		if f.Figures[i].Campaign == id {
			return &f.Figures[i]
		}
	}
	f.Figures = append(f.Figures, CampaignFigures{Campaign: id})
	return &f.Figures[len(f.Figures)-1]
}
