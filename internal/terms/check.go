package terms

import (
	"time"

	"tally/internal/voucher"
)

// Campaign is the intent that its merchant signs, but for author, merchant and
// deadline. The ledger's own rules have accepted it. The error is ErrRefused, or a
// LedgerError where the rules did not.
func (f File) Campaign(now time.Time) (voucher.CreateCampaign, error) {
	in, err := f.create(now)
	if err != nil {
		return in, err
	}
	return in, judge(in, now)
}

// judge lets the ledger's own rules judge a campaign before it is signed: a
// ledger of one merchant, in memory, is asked to create it.
func judge(in voucher.CreateCampaign, now time.Time) error {
	in.Author = voucher.Address{1}
	in.Merchant, in.Deadline = in.Author, voucher.Unix(now)
	state := rehearsal{}
	if err := voucher.Found(state, []voucher.Address{in.Author}, 1); err != nil {
		return err
	}
	admit := voucher.AdmitMerchant{Operator: in.Author, Merchant: in.Author, Name: "rehearsal", Deadline: in.Deadline}
	for _, c := range []voucher.Command{
		voucher.Proven[voucher.AdmitMerchant]{Intent: admit}, voucher.Signed[voucher.CreateCampaign]{Intent: in},
	} {
		out, err := voucher.Apply(state, c, voucher.Authors{Signers: voucher.Signers(c)}, in.Deadline)
		if err != nil {
			return err
		}
		if out.Status != voucher.StatusAccepted {
			return &LedgerError{out.Kind}
		}
	}
	return nil
}

// rehearsal is a state that is thrown away.
type rehearsal map[string][]byte

// Get implements voucher.State.
func (r rehearsal) Get(key string) ([]byte, error) { return r[key], nil }

// Put implements voucher.State.
func (r rehearsal) Put(key string, value []byte) error { r[key] = value; return nil }
