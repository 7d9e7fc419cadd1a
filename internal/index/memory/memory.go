// Package memory is an index in this process's memory: the default of the
// embedded ledger, and what other indexes are compared with.
package memory

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"sync"

	"tally/internal/index"
	"tally/internal/ledger"
	"tally/internal/voucher"
)

// Index is an index.Index in memory.
type Index struct {
	mu      sync.RWMutex
	mark    index.Mark
	trusted string
	contents
}

var _ index.Index = (*Index)(nil)

// contents is what a generation holds.
type contents struct {
	outcomes   map[index.Tag][]voucher.Position      // of the ids that begin so
	merchants  map[voucher.Address]map[string][]byte // records by their keys
	campaigns  map[voucher.CampaignID]*campaign
	newest     [][]byte                         // keys of records, ascending
	own        map[voucher.Address][][]byte     // the same
	orders     map[index.MerchantOrder][][]byte // the same
	history    map[voucher.Ref][][]byte         // the same
	vouchers   map[voucher.Ref]index.VoucherValue
	wallets    map[voucher.Address][][]byte   // keys of records, ascending
	references map[index.Tag]voucher.Position // the first order of each
	buyers     map[index.Tag]voucher.Position // the same
}

type campaign struct {
	created *voucher.CampaignCreated
	at      voucher.Position
	state   index.CampaignState
	changed voucher.Position
	figures [index.FigureCount]int64
	taken   index.Serials // nobody can claim these any more
}

// New is an empty index. It answers nothing before a projector has caught up with
// the ledger: until then, what is not in it may be there.
func New() *Index {
	x := &Index{mark: index.Mark{Generation: "1", Whole: true}}
	x.contents = empty()
	return x
}

// Trusted is New for a caller that knows that nothing was before it: a model that is fed
// by hand, or the index of a ledger that is as new.
func Trusted() *Index {
	x := New()
	x.trusted = x.mark.Generation
	return x
}

func empty() contents {
	return contents{
		outcomes:   map[index.Tag][]voucher.Position{},
		merchants:  map[voucher.Address]map[string][]byte{},
		campaigns:  map[voucher.CampaignID]*campaign{},
		vouchers:   map[voucher.Ref]index.VoucherValue{},
		own:        map[voucher.Address][][]byte{},
		orders:     map[index.MerchantOrder][][]byte{},
		history:    map[voucher.Ref][][]byte{},
		wallets:    map[voucher.Address][][]byte{},
		references: map[index.Tag]voucher.Position{},
		buyers:     map[index.Tag]voucher.Position{},
	}
}

// Add implements index.Index.
func (x *Index) Add(_ context.Context, entries []ledger.Entry) error {
	if entries = x.unknown(entries); len(entries) == 0 {
		return nil // a projector brings what a teller has added
	}
	effects := index.EffectsOfAll(entries)
	x.mu.Lock()
	defer x.mu.Unlock()
	for i, entry := range entries {
		o := entry.Outcome
		if x.knows(entry) {
			continue // an entry counts once
		}
		tag := index.IDTag(o.ID)
		x.outcomes[tag] = append(x.outcomes[tag], o.Position)
		x.apply(o.Position, effects[i])
	}
	return nil
}

// unknown are the entries that the index has not got yet: finding out what an entry
// changes takes longer than looking.
func (x *Index) unknown(entries []ledger.Entry) []ledger.Entry {
	x.mu.RLock()
	defer x.mu.RUnlock()
	i := slices.IndexFunc(entries, x.knows)
	if i < 0 {
		return entries
	}
	left := slices.Clone(entries[:i]) // the entries are the caller's
	for _, entry := range entries[i+1:] {
		if !x.knows(entry) {
			left = append(left, entry)
		}
	}
	return left
}

func (x *Index) knows(entry ledger.Entry) bool {
	return slices.Contains(x.outcomes[index.IDTag(entry.Outcome.ID)], entry.Outcome.Position)
}

func (x *Index) apply(at voucher.Position, f index.Effects) {
	for _, m := range f.Names {
		x.merchant(m.Merchant, index.NameRecord(m, at))
	}
	for _, m := range f.Stores {
		x.merchant(m.Merchant, index.StoreRecord(m, at))
	}
	for _, m := range f.Keys {
		x.merchant(m.Merchant, index.KeyRecord(m, at))
	}
	x.applyCampaigns(f, at)
	for _, v := range f.Vouchers {
		x.put(v, at)
		x.history[v.Ref] = insert(x.history[v.Ref], index.HistoryRecord(v.Ref, index.Place{Position: at, Verb: f.Verb}).Key)
	}
	for _, r := range f.References {
		earlier(x.references, r.Tag(), at)
	}
	for _, m := range f.Buyers {
		earlier(x.buyers, m.Tag(), at)
	}
	for _, m := range f.Orders {
		x.orders[m] = insert(x.orders[m], index.OrderRecord(m, at).Key)
	}
}

// earlier keeps the earlier one of two positions.
func earlier(of map[index.Tag]voucher.Position, tag index.Tag, at voucher.Position) {
	if first, known := of[tag]; !known || at.Before(first) {
		of[tag] = at
	}
}

func (x *Index) applyCampaigns(f index.Effects, at voucher.Position) {
	for _, e := range f.Created {
		c := x.campaign(e.Campaign)
		c.created, c.at = &e, at
		x.newest = insert(x.newest, index.NewestRecord(e.Campaign, at).Key)
		m := e.Create.Merchant
		x.own[m] = insert(x.own[m], index.OwnRecord(m, e.Campaign, at).Key)
	}
	for _, s := range f.States {
		if c := x.campaign(s.Campaign); c.changed.Before(at) {
			c.changed, c.state = at, s
		}
	}
	for _, sum := range f.Figures {
		for i, n := range sum.By {
			x.campaign(sum.Campaign).figures[i] += n
		}
	}
	for _, ref := range f.Taken {
		x.campaign(ref.Campaign).taken.Add(ref.Serial)
	}
}

// merchant keeps the later of two records of the same key.
func (x *Index) merchant(id voucher.Address, r index.Record) {
	parts, ok := x.merchants[id]
	if !ok {
		parts = map[string][]byte{}
		x.merchants[id] = parts
	}
	if old, ok := parts[string(r.Key)]; !ok || bytes.Compare(old[:16], r.Value[:16]) < 0 {
		parts[string(r.Key)] = r.Value
	}
}

// campaign is the record of a campaign. A voucher of it may be known before it.
func (x *Index) campaign(id voucher.CampaignID) *campaign {
	c, ok := x.campaigns[id]
	if !ok {
		c = &campaign{}
		x.campaigns[id] = c
	}
	return c
}

// put keeps the latest state and the latest acquirer.
func (x *Index) put(s index.VoucherState, at voucher.Position) {
	v := x.vouchers[s.Ref]
	if !at.Before(v.As) {
		v.Slot, v.As = s.Slot, at
	}
	if s.Acquired && !at.Before(v.Acquired) {
		if !v.Acquirer.IsZero() {
			gone := index.WalletRecord(v.Acquirer, v.Acquired, s.Ref).Key
			x.wallets[v.Acquirer] = remove(x.wallets[v.Acquirer], gone)
		}
		v.Acquirer, v.Acquired = s.Acquirer, at
		x.wallets[v.Acquirer] = insert(x.wallets[v.Acquirer], index.WalletRecord(v.Acquirer, at, s.Ref).Key)
	}
	x.vouchers[s.Ref] = v
}

func insert(keys [][]byte, key []byte) [][]byte {
	i, found := slices.BinarySearchFunc(keys, key, bytes.Compare)
	if found {
		return keys
	}
	return slices.Insert(keys, i, key)
}

func remove(keys [][]byte, key []byte) [][]byte {
	if i, found := slices.BinarySearchFunc(keys, key, bytes.Compare); found {
		return slices.Delete(keys, i, i+1)
	}
	return keys
}

// Watermark implements index.Index.
func (x *Index) Watermark(context.Context) (index.Mark, error) {
	x.mu.RLock()
	defer x.mu.RUnlock()
	return x.mark, nil
}

// Advance implements index.Index.
func (x *Index) Advance(_ context.Context, from, to index.Mark) error {
	x.mu.Lock()
	defer x.mu.Unlock()
	if from.Generation != x.mark.Generation || from.Next != x.mark.Next {
		return fmt.Errorf("%w: it is at %s", index.ErrMoved, x.mark.Next)
	}
	x.mark.Next, x.mark.Last = to.Next, to.Last
	x.mark.Beats++
	return nil
}

// Reset implements index.Index.
func (x *Index) Reset(_ context.Context, from index.Mark) error {
	x.mu.Lock()
	defer x.mu.Unlock()
	if from.Generation != x.mark.Generation {
		return nil
	}
	n, err := strconv.ParseUint(from.Generation, 10, 64)
	if err != nil {
		return fmt.Errorf("generation %q: %w", from.Generation, err)
	}
	x.mark, x.contents = index.Mark{Generation: strconv.FormatUint(n+1, 10), Whole: true}, empty()
	return nil
}

// Trust implements index.Index.
func (x *Index) Trust(generation string) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.trusted = generation
}

var errBehind = errors.New("it is catching up with the ledger")

// read begins a read; end it.
func (x *Index) read() (end func(), err error) {
	x.mu.RLock()
	if x.trusted != x.mark.Generation {
		x.mu.RUnlock()
		return nil, fmt.Errorf("%w: %w", index.ErrUnavailable, errBehind)
	}
	return x.mu.RUnlock, nil
}

// Merchant implements index.Index.
func (x *Index) Merchant(_ context.Context, id voucher.Address) (index.Merchant, error) {
	end, err := x.read()
	if err != nil {
		return index.Merchant{}, err
	}
	defer end()
	parts, ok := x.merchants[id]
	if !ok {
		return index.Merchant{}, index.ErrNotFound
	}
	out := index.Merchant{ID: id, Stores: []index.Store{}, Keys: []index.Key{}}
	for _, key := range slices.Sorted(maps.Keys(parts)) {
		if err := out.AddPart([]byte(key), parts[key]); err != nil {
			return index.Merchant{}, err
		}
	}
	return out, nil
}

// Campaign implements index.Index.
func (x *Index) Campaign(_ context.Context, id voucher.CampaignID) (index.Campaign, error) {
	end, err := x.read()
	if err != nil {
		return index.Campaign{}, err
	}
	defer end()
	c, ok := x.campaigns[id]
	if !ok || c.created == nil {
		return index.Campaign{}, index.ErrNotFound
	}
	return c.show(), nil
}

func (c *campaign) show() index.Campaign {
	return index.Campaign{
		ID: c.created.Campaign, Create: c.created.Create, Created: c.at, Figures: index.FiguresOf(c.figures),
		Version: c.state.Version, Status: c.state.Status, Supply: c.state.Supply, Open: c.state.Open,
	}
}

// Campaigns implements index.Index.
func (x *Index) Campaigns(_ context.Context, cursor string, limit int) ([]index.Campaign, string, error) {
	end, err := x.read()
	if err != nil {
		return nil, "", err
	}
	defer end()
	return list(x.newest, nil, cursor, index.CampaignCursor, limit, func(key []byte) (index.Campaign, error) {
		id, err := index.DecodeNewest(key)
		if err != nil {
			return index.Campaign{}, err
		}
		return x.campaigns[id].show(), nil
	})
}

// MerchantCampaigns implements index.Index.
func (x *Index) MerchantCampaigns(_ context.Context, m voucher.Address, cursor string, limit int) ([]index.Campaign, string, error) {
	end, err := x.read()
	if err != nil {
		return nil, "", err
	}
	defer end()
	return list(x.own[m], m[:], cursor, index.CampaignCursor, limit, func(key []byte) (index.Campaign, error) {
		id, err := index.DecodeOwn(key)
		if err != nil {
			return index.Campaign{}, err
		}
		return x.campaigns[id].show(), nil
	})
}

// Orders implements index.Index.
func (x *Index) Orders(_ context.Context, m voucher.Address, store uint32, cursor string, limit int) ([]voucher.Position, string, error) {
	end, err := x.read()
	if err != nil {
		return nil, "", err
	}
	defer end()
	of := index.MerchantOrder{Merchant: m, Store: store}
	return list(x.orders[of], index.OrdersKey(of), cursor, index.OrderCursor, limit, index.DecodeOrder)
}

// History implements index.Index.
func (x *Index) History(_ context.Context, ref voucher.Ref, cursor string, limit int) ([]index.Place, string, error) {
	end, err := x.read()
	if err != nil {
		return nil, "", err
	}
	defer end()
	return list(x.history[ref], index.RefKey(ref), cursor, index.HistoryCursor, limit, index.DecodeHistory)
}

// KeyPut implements index.Index.
func (x *Index) KeyPut(_ context.Context, m, key voucher.Address) (uint64, error) {
	end, err := x.read()
	if err != nil {
		return 0, err
	}
	defer end()
	value, ok := x.merchants[m][string(index.KeyPartKey(m, key))]
	if !ok {
		return 0, index.ErrNotFound
	}
	return index.DecodeKeyPut(value)
}

// Voucher implements index.Index.
func (x *Index) Voucher(_ context.Context, ref voucher.Ref) (index.Voucher, error) {
	end, err := x.read()
	if err != nil {
		return index.Voucher{}, err
	}
	defer end()
	v, ok := x.vouchers[ref]
	if !ok {
		return index.Voucher{}, index.ErrNotFound
	}
	return index.Voucher{Ref: ref, Voucher: v.Slot.Unpack(), As: v.As, Through: x.mark.Next}, nil
}

// Wallet implements index.Index.
func (x *Index) Wallet(_ context.Context, wallet voucher.Address, cursor string, limit int) ([]voucher.Ref, string, error) {
	end, err := x.read()
	if err != nil {
		return nil, "", err
	}
	defer end()
	return list(x.wallets[wallet], wallet[:], cursor, index.WalletCursor, limit, index.DecodeWallet)
}

// list is a page of what ascending keys with a prefix stand for. Its cursors hold
// the size bytes that follow the prefix.
func list[T any](keys [][]byte, prefix []byte, cursor string, size, limit int, item func(key []byte) (T, error)) ([]T, string, error) {
	before, err := index.DecodeCursor(cursor, size)
	if err != nil {
		return nil, "", err
	}
	if before != nil {
		before = slices.Concat(prefix, before)
	}
	some, next := page(keys, before, limit)
	out := make([]T, len(some))
	for i, key := range some {
		if out[i], err = item(key); err != nil {
			return nil, "", err
		}
	}
	if next != nil {
		next = next[len(prefix) : len(prefix)+size]
	}
	return out, index.EncodeCursor(next), nil
}

// page cuts a page off ascending keys, the last first, of those before a key.
// next is its last key, or nil where nothing follows.
func page(keys [][]byte, before []byte, limit int) (items [][]byte, next []byte) {
	at := len(keys)
	if before != nil {
		at, _ = slices.BinarySearchFunc(keys, before, bytes.Compare)
	}
	limit = min(max(limit, 1), index.MaxPage)
	for ; at > 0 && len(items) < limit; at-- {
		items = append(items, keys[at-1])
	}
	if at > 0 {
		next = items[len(items)-1]
	}
	return items, next
}

// Free implements index.Index.
func (x *Index) Free(_ context.Context, id voucher.CampaignID, open, from uint32, n int) ([]uint32, error) {
	end, err := x.read()
	if err != nil {
		return nil, err
	}
	defer end()
	if open == 0 || n < 1 {
		return nil, nil
	}
	var taken index.Serials
	if c, ok := x.campaigns[id]; ok {
		taken = c.taken
	}
	return taken.Free(open, from%open, n), nil
}

// Outcome implements index.Index.
func (x *Index) Outcome(_ context.Context, id voucher.Hash) (voucher.Position, error) {
	end, err := x.read()
	if err != nil {
		return voucher.Position{}, err
	}
	defer end()
	at := x.outcomes[index.IDTag(id)]
	if len(at) == 0 {
		return voucher.Position{}, index.ErrNotFound
	}
	return at[0], nil
}

// Reference implements index.Index.
func (x *Index) Reference(_ context.Context, m voucher.Address, r voucher.Hash) (voucher.Position, error) {
	end, err := x.read()
	if err != nil {
		return voucher.Position{}, err
	}
	defer end()
	at, ok := x.references[index.MerchantReference{Merchant: m, Reference: r}.Tag()]
	if !ok {
		return voucher.Position{}, index.ErrNotFound
	}
	return at, nil
}

// Buyer implements index.Index.
func (x *Index) Buyer(_ context.Context, of index.MerchantBuyer) (index.Buyer, error) {
	end, err := x.read()
	if err != nil {
		return index.Buyer{}, err
	}
	defer end()
	first, bought := x.buyers[of.Tag()]
	return index.Buyer{Bought: bought, First: first, Through: x.mark.Next}, nil
}
