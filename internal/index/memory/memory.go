// Package memory is an index in this process's memory: the default of the
// embedded ledger, and what other indexes are compared with.
package memory

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"sync"

	"tally/internal/index"
	"tally/internal/ledger"
	"tally/internal/voucher"
)

// Index is an index.Index in memory.
type Index struct {
	mu         sync.RWMutex
	watermark  voucher.Position
	outcomes   map[voucher.Hash]voucher.Outcome
	merchants  map[voucher.Address]*merchant
	campaigns  map[voucher.CampaignID]*campaign
	newest     []voucher.CampaignID // by the order in which they were created, oldest first
	vouchers   map[voucher.Ref]index.Voucher
	wallets    map[voucher.Address][]acquired // by the order in which they came, oldest first; what was given away stays
	owners     map[voucher.Ref]owned          // who acquired each voucher last
	references map[reference]voucher.Hash
	history    map[voucher.Ref][]index.Touch  // oldest first
	orders     map[till][]dated[voucher.Hash] // the same
}

var _ index.Index = (*Index)(nil)

type merchant struct {
	name   string
	at     voucher.Position
	stores map[uint32]dated[string]
	keys   map[voucher.Address]dated[put]
}

type campaign struct {
	index.Campaign
	changed voucher.Position
	taken   map[uint32]bool // claimed: open to claims once, now somebody's
	void    map[uint32]bool // voided before anybody had it: open to claims, or for issues
}

// till is where a merchant takes vouchers: at a store of it, or at any, which is store 0.
type till struct {
	merchant voucher.Address
	store    uint32
}

// put is a key's scopes and when they were said.
type put struct {
	index.Key
	time uint64
}

// dated is a value as of a position.
type dated[T any] struct {
	value T
	at    voucher.Position
}

type acquired struct {
	ref voucher.Ref
	at  voucher.Position
}

type owned struct {
	by voucher.Address
	at voucher.Position
}

type reference struct {
	merchant voucher.Address
	hash     voucher.Hash
}

// New is an empty index.
func New() *Index {
	return &Index{
		outcomes:   map[voucher.Hash]voucher.Outcome{},
		merchants:  map[voucher.Address]*merchant{},
		campaigns:  map[voucher.CampaignID]*campaign{},
		vouchers:   map[voucher.Ref]index.Voucher{},
		wallets:    map[voucher.Address][]acquired{},
		owners:     map[voucher.Ref]owned{},
		references: map[reference]voucher.Hash{},
		history:    map[voucher.Ref][]index.Touch{},
		orders:     map[till][]dated[voucher.Hash]{},
	}
}

// Add implements index.Index.
func (x *Index) Add(_ context.Context, entries []ledger.Entry) error {
	x.mu.Lock()
	defer x.mu.Unlock()
	for _, entry := range entries {
		o := entry.Outcome
		if _, known := x.outcomes[o.ID]; known {
			continue // an entry counts once
		}
		x.outcomes[o.ID] = o
		for _, e := range o.Events {
			x.project(o, e)
		}
		x.list(entry)
	}
	return nil
}

// list adds an entry to the lists that it belongs to.
func (x *Index) list(entry ledger.Entry) {
	for _, t := range index.Touches(entry) {
		x.history[t.Ref] = insert(x.history[t.Ref], t, t.Position, func(t index.Touch) voucher.Position { return t.Position })
	}
	o := entry.Outcome
	merchant, store, ok := index.Order(o)
	if !ok {
		return
	}
	for _, at := range []till{{merchant, 0}, {merchant, store}} {
		x.orders[at] = insert(x.orders[at], dated[voucher.Hash]{o.ID, o.Position}, o.Position,
			func(d dated[voucher.Hash]) voucher.Position { return d.at })
	}
}

// insert keeps a list in the order of its positions.
func insert[T any](list []T, item T, at voucher.Position, position func(T) voucher.Position) []T {
	i, _ := slices.BinarySearchFunc(list, at, func(t T, p voucher.Position) int { return compare(position(t), p) })
	return slices.Insert(list, i, item)
}

func (x *Index) project(o voucher.Outcome, e voucher.Event) {
	at := o.Position
	switch e := e.(type) {
	case voucher.MerchantAdmitted:
		m := x.merchant(e.Merchant)
		m.name, m.at = e.Name, at
	case voucher.StorePut:
		replace(x.merchant(e.Merchant).stores, e.Store, e.Name, at)
	case voucher.KeyPut:
		replace(x.merchant(e.Merchant).keys, e.Key, put{index.Key{Key: e.Key, Scopes: e.Scopes, Store: e.Store}, o.Time}, at)
	case voucher.CampaignCreated:
		x.created(e, at)
	case voucher.CampaignChanged:
		x.changed(e, at)
	case voucher.VoucherClaimed:
		c := x.campaign(e.Campaign)
		c.Figures.Claimed++
		c.taken[e.Serial] = true
		x.acquire(voucher.Ref{Campaign: e.Campaign, Serial: e.Serial}, e.Voucher, at)
	case voucher.VoucherDelivered:
		x.campaign(e.Campaign).Figures.Claimed++
		x.acquire(voucher.Ref{Campaign: e.Campaign, Serial: e.Serial}, e.Voucher, at)
	case voucher.VoucherTransferred:
		x.acquire(voucher.Ref{Campaign: e.Campaign, Serial: e.Serial}, e.Voucher, at)
	case voucher.Redeemed:
		x.name(reference{e.Merchant, e.Reference}, o)
	case voucher.OrderHeld:
		x.name(reference{e.Merchant, e.Reference}, o)
	case voucher.HoldCaptured:
		x.name(reference{e.Merchant, e.Reference}, o)
	default:
		x.used(e, at)
	}
}

// used projects what became of a voucher that stays with its owner. Figures may
// go below zero and come back where entries come out of order.
func (x *Index) used(e voucher.Event, at voucher.Position) {
	switch e := e.(type) {
	case voucher.VoucherRedeemed:
		c := x.campaign(e.Campaign)
		c.Figures.Redeemed += e.Units
		c.Figures.Discount += e.Discount
		if e.Voucher.Unpack().State == voucher.StateSpent {
			c.Figures.Spent++
		}
		x.put(voucher.Ref{Campaign: e.Campaign, Serial: e.Serial}, e.Voucher, at)
	case voucher.VoucherReturned:
		x.returned(e)
		x.put(voucher.Ref{Campaign: e.Campaign, Serial: e.Serial}, e.Voucher, at)
	case voucher.VoucherVoided:
		if e.Voucher.Unpack().Owner.IsZero() {
			x.campaign(e.Campaign).void[e.Serial] = true
		}
		x.put(voucher.Ref{Campaign: e.Campaign, Serial: e.Serial}, e.Voucher, at)
	case voucher.VoucherHeld:
		x.put(voucher.Ref{Campaign: e.Campaign, Serial: e.Serial}, e.Voucher, at)
	case voucher.VoucherReleased:
		x.put(voucher.Ref{Campaign: e.Campaign, Serial: e.Serial}, e.Voucher, at)
	case voucher.VoucherCancelled:
		x.put(voucher.Ref{Campaign: e.Campaign, Serial: e.Serial}, e.Voucher, at)
	}
}

// returned takes back what a rollback restored; what it forfeits stays redeemed.
func (x *Index) returned(e voucher.VoucherReturned) {
	if e.Forfeit {
		return
	}
	c := x.campaign(e.Campaign)
	c.Figures.Redeemed -= e.Units
	if e.Voucher.Unpack().Units == e.Units { // it had none left
		c.Figures.Spent--
	}
}

// name keeps the first order of a client's reference, if it has one.
func (x *Index) name(r reference, o voucher.Outcome) {
	if r.hash.IsZero() {
		return
	}
	if id, known := x.references[r]; known && !o.Position.Before(x.outcomes[id].Position) {
		return
	}
	x.references[r] = o.ID
}

func replace[K comparable, V any](in map[K]dated[V], key K, value V, at voucher.Position) {
	if old, ok := in[key]; !ok || old.at.Before(at) {
		in[key] = dated[V]{value, at}
	}
}

func (x *Index) merchant(id voucher.Address) *merchant {
	m, ok := x.merchants[id]
	if !ok {
		m = &merchant{stores: map[uint32]dated[string]{}, keys: map[voucher.Address]dated[put]{}}
		x.merchants[id] = m
	}
	return m
}

// campaign is the record of a campaign, of which a voucher may be known first.
func (x *Index) campaign(id voucher.CampaignID) *campaign {
	c, ok := x.campaigns[id]
	if !ok {
		c = &campaign{Campaign: index.Campaign{ID: id}, taken: map[uint32]bool{}, void: map[uint32]bool{}}
		x.campaigns[id] = c
	}
	return c
}

func (x *Index) created(e voucher.CampaignCreated, at voucher.Position) {
	c := x.campaign(e.Campaign)
	c.Create, c.Created = e.Create, at
	if c.changed.Before(at) {
		c.changed, c.Version, c.Status = at, 1, voucher.CampaignActive
		c.Supply, c.Open = e.Create.Supply, e.Create.Open
	}
	x.newest = insert(x.newest, e.Campaign, at, func(id voucher.CampaignID) voucher.Position { return x.campaigns[id].Created })
}

func (x *Index) changed(e voucher.CampaignChanged, at voucher.Position) {
	c := x.campaign(e.Campaign)
	if c.changed.Before(at) {
		c.changed, c.Version, c.Status, c.Supply, c.Open = at, e.Version, e.Status, e.Supply, e.Open
	}
}

// put keeps the latest state. An entry may have several events of one voucher:
// they come in their order.
func (x *Index) put(ref voucher.Ref, slot voucher.Slot, at voucher.Position) {
	if old, ok := x.vouchers[ref]; !ok || !at.Before(old.As) {
		x.vouchers[ref] = index.Voucher{Ref: ref, Voucher: slot.Unpack(), As: at}
	}
}

func (x *Index) acquire(ref voucher.Ref, slot voucher.Slot, at voucher.Position) {
	x.put(ref, slot, at)
	wallet := slot.Unpack().Owner
	if last, ok := x.owners[ref]; !ok || !at.Before(last.at) {
		x.owners[ref] = owned{wallet, at}
	}
	x.wallets[wallet] = insert(x.wallets[wallet], acquired{ref, at}, at, func(a acquired) voucher.Position { return a.at })
}

func compare(a, b voucher.Position) int {
	switch {
	case a.Before(b):
		return -1
	case b.Before(a):
		return 1
	default:
		return 0
	}
}

// Watermark implements index.Index.
func (x *Index) Watermark(context.Context) (voucher.Position, error) {
	x.mu.RLock()
	defer x.mu.RUnlock()
	return x.watermark, nil
}

// SetWatermark implements index.Index.
func (x *Index) SetWatermark(_ context.Context, p voucher.Position) error {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.watermark = p
	return nil
}

// Merchant implements index.Index.
func (x *Index) Merchant(_ context.Context, id voucher.Address) (index.Merchant, error) {
	x.mu.RLock()
	defer x.mu.RUnlock()
	m, ok := x.merchants[id]
	if !ok {
		return index.Merchant{}, index.ErrNotFound
	}
	out := index.Merchant{ID: id, Name: m.name, Stores: []index.Store{}, Keys: []index.Key{}}
	for number, s := range m.stores {
		out.Stores = append(out.Stores, index.Store{Store: number, Name: s.value})
	}
	for _, k := range m.keys {
		if k.value.Scopes != 0 {
			out.Keys = append(out.Keys, k.value.Key)
		}
	}
	slices.SortFunc(out.Stores, func(a, b index.Store) int { return cmp.Compare(a.Store, b.Store) })
	slices.SortFunc(out.Keys, func(a, b index.Key) int { return slices.Compare(a.Key[:], b.Key[:]) })
	return out, nil
}

// Campaign implements index.Index.
func (x *Index) Campaign(_ context.Context, id voucher.CampaignID) (index.Campaign, error) {
	x.mu.RLock()
	defer x.mu.RUnlock()
	c, ok := x.campaigns[id]
	if !ok || c.Version == 0 {
		return index.Campaign{}, index.ErrNotFound
	}
	return c.Campaign, nil
}

// Campaigns implements index.Index.
func (x *Index) Campaigns(_ context.Context, cursor string, limit int) ([]index.Campaign, string, error) {
	return x.listCampaigns(cursor, limit, func(index.Campaign) bool { return true })
}

// MerchantCampaigns implements index.Index.
func (x *Index) MerchantCampaigns(_ context.Context, m voucher.Address, cursor string, limit int) ([]index.Campaign, string, error) {
	return x.listCampaigns(cursor, limit, func(c index.Campaign) bool { return c.Create.Merchant == m })
}

func (x *Index) listCampaigns(cursor string, limit int, shown func(index.Campaign) bool) ([]index.Campaign, string, error) {
	x.mu.RLock()
	defer x.mu.RUnlock()
	ids, next, err := page(x.newest, cursor, limit, func(id voucher.CampaignID) bool { return shown(x.campaigns[id].Campaign) })
	out := make([]index.Campaign, len(ids))
	for i, id := range ids {
		out[i] = x.campaigns[id].Campaign
	}
	return out, next, err
}

// Orders implements index.Index.
func (x *Index) Orders(_ context.Context, m voucher.Address, store uint32, cursor string, limit int) ([]voucher.Outcome, string, error) {
	x.mu.RLock()
	defer x.mu.RUnlock()
	list, next, err := page(x.orders[till{m, store}], cursor, limit, all)
	out := make([]voucher.Outcome, len(list))
	for i, d := range list {
		out[i] = x.outcomes[d.value]
	}
	return out, next, err
}

// History implements index.Index.
func (x *Index) History(_ context.Context, ref voucher.Ref, cursor string, limit int) ([]index.Touch, string, error) {
	x.mu.RLock()
	defer x.mu.RUnlock()
	return page(x.history[ref], cursor, limit, all)
}

// all shows every item of a list.
func all[T any](T) bool { return true }

// KeyPut implements index.Index.
func (x *Index) KeyPut(_ context.Context, m, key voucher.Address) (uint64, error) {
	x.mu.RLock()
	defer x.mu.RUnlock()
	if of, ok := x.merchants[m]; ok {
		if k, ok := of.keys[key]; ok {
			return k.value.time, nil
		}
	}
	return 0, index.ErrNotFound
}

// Voucher implements index.Index.
func (x *Index) Voucher(_ context.Context, ref voucher.Ref) (index.Voucher, error) {
	x.mu.RLock()
	defer x.mu.RUnlock()
	v, ok := x.vouchers[ref]
	if !ok {
		return index.Voucher{}, index.ErrNotFound
	}
	return v, nil
}

// Wallet implements index.Index.
func (x *Index) Wallet(_ context.Context, wallet voucher.Address, cursor string, limit int) ([]index.Voucher, string, error) {
	x.mu.RLock()
	defer x.mu.RUnlock()
	list, next, err := page(x.wallets[wallet], cursor, limit, func(a acquired) bool {
		return x.owners[a.ref] == owned{wallet, a.at} // and did not give it away
	})
	out := make([]index.Voucher, len(list))
	for i, a := range list {
		out[i] = x.vouchers[a.ref]
	}
	return out, next, err
}

// page cuts a page off a list that only grows at its end, newest first, of the
// items that are shown. The cursor counts from the oldest, so what comes later
// does not shift it, nor what is shown no more.
func page[T any](oldestFirst []T, cursor string, limit int, shown func(T) bool) (items []T, next string, err error) {
	at := len(oldestFirst)
	if cursor != "" {
		n, err := strconv.Atoi(cursor)
		if err != nil || n < 0 || n > at {
			return nil, "", fmt.Errorf("%w: %.20q", index.ErrCursor, cursor)
		}
		at = n
	}
	limit = min(max(limit, 1), index.MaxPage)
	for ; at > 0; at-- {
		if !shown(oldestFirst[at-1]) {
			continue
		}
		if len(items) == limit {
			return items, strconv.Itoa(at), nil
		}
		items = append(items, oldestFirst[at-1])
	}
	return items, "", nil
}

// Free implements index.Index.
func (x *Index) Free(_ context.Context, id voucher.CampaignID, open, from uint32, n int) ([]uint32, error) {
	x.mu.RLock()
	defer x.mu.RUnlock()
	var free []uint32
	c, ok := x.campaigns[id]
	if ok && c.gone(open) >= open {
		return nil, nil
	}
	for i := range open {
		serial := uint32((uint64(from) + uint64(i)) % uint64(open)) //nolint:gosec // below open
		if !ok || !c.taken[serial] && !c.void[serial] {
			free = append(free, serial)
		}
		if len(free) == n {
			break
		}
	}
	return free, nil
}

// gone is how many serials that are open to claims nobody can claim any more.
func (c *campaign) gone(open uint32) uint32 {
	n := len(c.taken)
	for serial := range c.void {
		if serial < open {
			n++
		}
	}
	return uint32(n) //nolint:gosec // at most MaxSupply
}

// Outcome implements index.Index.
func (x *Index) Outcome(_ context.Context, id voucher.Hash) (voucher.Outcome, error) {
	x.mu.RLock()
	defer x.mu.RUnlock()
	o, ok := x.outcomes[id]
	if !ok {
		return voucher.Outcome{}, index.ErrNotFound
	}
	return o, nil
}

// Reference implements index.Index.
func (x *Index) Reference(_ context.Context, m voucher.Address, r voucher.Hash) (voucher.Hash, error) {
	x.mu.RLock()
	defer x.mu.RUnlock()
	id, ok := x.references[reference{m, r}]
	if !ok {
		return voucher.Hash{}, index.ErrNotFound
	}
	return id, nil
}
