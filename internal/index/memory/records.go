package memory

import (
	"context"
	"iter"

	"tally/internal/index"
	"tally/internal/voucher"
)

// Records implements index.Index. Nothing can be added while it yields.
func (x *Index) Records(context.Context) iter.Seq2[index.Record, error] {
	return func(yield func(index.Record, error) bool) {
		x.mu.RLock()
		defer x.mu.RUnlock()
		for _, some := range []iter.Seq[index.Record]{
			x.outcomeRecords, x.merchantRecords, x.campaignRecords, x.voucherRecords, x.referenceRecords,
		} {
			for r := range some {
				if !yield(r, nil) {
					return
				}
			}
		}
	}
}

func (x *Index) outcomeRecords(yield func(index.Record) bool) {
	for tag, all := range x.outcomes {
		for _, at := range all {
			if !yield(index.OutcomeRecord(tag, at)) {
				return
			}
		}
	}
}

func (x *Index) merchantRecords(yield func(index.Record) bool) {
	for _, parts := range x.merchants {
		for key, value := range parts {
			if !yield(index.Record{Kind: index.KindMerchant, Key: []byte(key), Value: value}) {
				return
			}
		}
	}
}

func (x *Index) campaignRecords(yield func(index.Record) bool) {
	for id, c := range x.campaigns {
		for _, r := range c.records(id) {
			if !yield(r) {
				return
			}
		}
	}
	for _, key := range x.newest {
		if !yield(index.Record{Kind: index.KindNewest, Key: key}) {
			return
		}
	}
	yieldKeys(index.KindOwn, x.own, yield)
}

// yieldKeys yields records that have keys only, until yield is false.
func yieldKeys[K comparable](kind index.Kind, lists map[K][][]byte, yield func(index.Record) bool) (more bool) {
	for _, keys := range lists {
		for _, key := range keys {
			if !yield(index.Record{Kind: kind, Key: key}) {
				return false
			}
		}
	}
	return true
}

func (c *campaign) records(id voucher.CampaignID) (all []index.Record) {
	if c.created != nil {
		all = append(all, index.CreatedRecord(*c.created, c.at))
	}
	if c.state.Version > 0 {
		all = append(all, index.StateRecord(c.state, c.changed))
	}
	for figure, n := range c.figures {
		if n != 0 {
			all = append(all, index.FigureRecord(id, figure, n))
		}
	}
	chunks := map[uint32]index.Taken{}
	for _, serial := range c.taken.All() {
		chunks[serial/index.TakenBits] = chunks[serial/index.TakenBits].With(serial)
	}
	for chunk, taken := range chunks {
		all = append(all, index.Record{Kind: index.KindTaken, Key: index.TakenKey(id, chunk*index.TakenBits), Value: taken})
	}
	return all
}

func (x *Index) voucherRecords(yield func(index.Record) bool) {
	for ref, v := range x.vouchers {
		if !yield(index.VoucherRecord(ref, v)) {
			return
		}
	}
	if yieldKeys(index.KindWallet, x.wallets, yield) {
		yieldKeys(index.KindHistory, x.history, yield)
	}
}

func (x *Index) referenceRecords(yield func(index.Record) bool) {
	for tag, at := range x.references {
		if !yield(index.ReferenceRecord(tag, at)) {
			return
		}
	}
	for tag, at := range x.buyers {
		if !yield(index.BuyerRecord(tag, at)) {
			return
		}
	}
	yieldKeys(index.KindOrder, x.orders, yield)
}
