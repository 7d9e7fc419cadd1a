package shop

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"iter"
	"time"

	"tally/internal/ledger"
	"tally/internal/voucher"
)

// History is a ledger that is only read, in memory: claims, and then the redemption
// of each, as the rules judge them. Nobody signed them: signatures cost most of the
// time on a real ledger, and an index does not look at them.
type History struct {
	ledger.Ledger // none: it has no other methods

	campaign voucher.CampaignID
	entries  []ledger.Entry
	state    state
	now      uint64
}

// state is a voucher.State over a map.
type state map[string][]byte

func (s state) Get(key string) ([]byte, error)     { return s[key], nil }
func (s state) Put(key string, value []byte) error { s[key] = value; return nil }

// perBlock is how many entries share a block.
const perBlock = 100

// NewHistory makes a history of the given number of vouchers. It calls done again
// and again, with the number of entries so far.
func NewHistory(vouchers int, done func(int)) (*History, error) {
	h := &History{state: state{}, now: voucher.Unix(time.Now()), entries: make([]ledger.Entry, 0, 2*vouchers+5)}
	s := New(h.ID())
	if err := voucher.Found(h.state, []voucher.Address{s.Operator.Address}, 1); err != nil {
		return nil, fmt.Errorf("found history: %w", err)
	}
	found, err := s.Found()
	if err != nil {
		return nil, err
	}
	create, campaign, err := s.Campaign("Bench", uint32(vouchers), uint32(vouchers))
	if err != nil {
		return nil, err
	}
	h.campaign = campaign
	for _, c := range append(found, create) {
		if err := h.add(c, s.Domain.Recover(c)); err != nil {
			return nil, err
		}
	}
	for i := range vouchers {
		if err := h.claim(i); err != nil {
			return nil, err
		}
		done(i + 1)
	}
	for i := range vouchers {
		if err := h.redeem(s, i); err != nil {
			return nil, err
		}
		done(vouchers + i + 1)
	}
	h.state = nil // it was for the rules
	return h, nil
}

// hash is one of many that look random.
func hash(kind byte, i int) voucher.Hash {
	return sha256.Sum256(binary.BigEndian.AppendUint64([]byte{kind}, uint64(i)))
}

// holder is a wallet without a key.
func holder(i int) voucher.Address {
	h := hash('w', i)
	return voucher.Address(h[:20])
}

func (h *History) ref(i int) voucher.Ref {
	return voucher.Ref{Campaign: h.campaign, Serial: uint32(i)}
}

func (h *History) claim(i int) error {
	return h.add(voucher.ClaimCommand{
		Claim:      voucher.Claim{Wallet: holder(i), Campaign: h.campaign, Deadline: h.now + life},
		Candidates: []uint32{h.ref(i).Serial},
	}, voucher.Authors{ID: hash('c', i), Signers: []voucher.Address{holder(i)}})
}

func (h *History) redeem(s *Shop, i int) error {
	id := hash('r', i)
	return h.add(voucher.RedeemCommand{
		Offer: voucher.Redeem{
			Owner: holder(i), SignedAt: h.now, Deadline: h.now + voucher.RedeemLife,
			Lines: []voucher.Line{{Campaign: h.campaign, Serial: h.ref(i).Serial, Units: 1}},
		},
		Accept: voucher.Accept{
			Offer: id, Merchant: s.Merchant.Address, Till: s.Tills[0].Address, Store: 1, Currency: hkd(), Amount: Amount,
			Details: hash('d', i), Reference: hash('f', i), Parts: []voucher.Part{{Units: 1, Discount: Discount}},
		},
	}, voucher.Authors{ID: id, Second: hash('a', i), Signers: []voucher.Address{holder(i), s.Tills[0].Address}})
}

// add has the rules judge a command of these authors.
func (h *History) add(c voucher.Command, by voucher.Authors) error {
	out, err := voucher.Apply(h.state, c, by, h.now)
	if err == nil && out.Status != voucher.StatusAccepted {
		err = fmt.Errorf("%w: %s", ErrRefused, out.Kind)
	}
	if err != nil {
		return fmt.Errorf("entry %d: %w", len(h.entries), err)
	}
	out.CommandHash, out.Position = hash('h', len(h.entries)), h.at(len(h.entries))
	h.entries = append(h.entries, ledger.Entry{Outcome: out, Command: voucher.EncodeCommand(c)})
	return nil
}

// at is the position of an entry, counted from 0.
func (h *History) at(i int) voucher.Position {
	return voucher.Position{Block: uint64(i/perBlock) + 1, Item: uint32(i % perBlock)}
}

// Len is how many entries there are.
func (h *History) Len() int { return len(h.entries) }

// Last is the last voucher, which the last entry redeemed.
func (h *History) Last() voucher.Ref { return h.ref((len(h.entries)-5)/2 - 1) }

// ID implements ledger.Ledger.
func (h *History) ID() voucher.Hash { return sha256.Sum256([]byte("bench history")) }

// Head implements ledger.Ledger.
func (h *History) Head(context.Context) (voucher.Position, error) { return h.at(len(h.entries)), nil }

// Wait implements ledger.Ledger: there will be no more.
func (h *History) Wait(ctx context.Context, beyond voucher.Position) (voucher.Position, error) {
	if head := h.at(len(h.entries)); beyond.Before(head) {
		return head, nil
	}
	<-ctx.Done()
	return voucher.Position{}, ctx.Err()
}

// Events implements ledger.Ledger.
func (h *History) Events(ctx context.Context, from, to voucher.Position) iter.Seq2[ledger.Entry, error] {
	first := 0
	if from.Block > 0 {
		first = min(int(from.Block-1)*perBlock+int(from.Item), len(h.entries))
	}
	return func(yield func(ledger.Entry, error) bool) {
		for _, e := range h.entries[first:] {
			if err := ctx.Err(); err != nil {
				yield(ledger.Entry{}, err)
				return
			}
			if !e.Outcome.Position.Before(to) || !yield(e, nil) {
				return
			}
		}
	}
}
