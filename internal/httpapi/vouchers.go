package httpapi

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/gin-gonic/gin"

	"tally/internal/access"
	"tally/internal/api"
	"tally/internal/index"
	"tally/internal/voucher"
)

// found is a voucher that a reader may see, and why.
type found struct {
	ref      voucher.Ref
	voucher  voucher.Voucher
	hold     voucher.Hold // the latest
	merchant voucher.Address
	reader   access.Principal
}

// readVoucher reads the voucher of the path. A reader without a right to it gets one
// answer, whether the voucher exists, has expired, is somebody else's or never
// existed: the error is errStranger.
func (s *Server) readVoucher(c *gin.Context) (found, error) {
	r, err := s.reader(c)
	if err != nil {
		return found{}, err
	}
	ref, parseErr := voucher.ParseRef(c.Param("voucher"))
	ctx := c.Request.Context()
	v, hold, there, err1 := s.teller.VoucherAndHold(ctx, ref)
	campaign, _, err2 := s.teller.Ledger().Campaign(ctx, ref.Campaign)
	of := access.Resource{Kind: access.Vouchers, Parties: []voucher.Address{v.Owner}, Merchant: campaign.Merchant}
	may, err3 := s.access.Authorize(ctx, r, of)
	if err := errors.Join(err1, err2, err3); err != nil {
		return found{}, err
	}
	if parseErr != nil || !there || !may {
		return found{}, errStranger
	}
	return found{ref, v, hold, campaign.Merchant, r}, nil
}

func (s *Server) getVoucher(c *gin.Context) (*answer, error) {
	f, err := s.readVoucher(c)
	if err != nil {
		return nil, err
	}
	extension, err := s.teller.Ledger().Extension(c.Request.Context(), f.merchant, f.ref.Campaign)
	if err != nil {
		return nil, err
	}
	return asJSON(s.voucherInfo(f.ref, f.voucher, f.hold, extension))
}

// voucherInfo is what a holder sees: the expiry is put off by an extension.
func (s *Server) voucherInfo(ref voucher.Ref, v voucher.Voucher, hold voucher.Hold, extension uint64) api.VoucherInfo {
	state := map[uint8]string{
		voucher.StateClaimed: "claimed", voucher.StateSpent: "spent", voucher.StateVoid: "void",
	}[v.State]
	expires := v.Expiry + extension
	info := api.VoucherInfo{
		ID: ref.String(), Campaign: ref.Campaign.String(), Serial: ref.Serial, State: state, Units: v.Units,
		Expires: instant(expires), ExpiresAt: expires, SignedAt: v.SignedAt, Owner: v.Owner,
	}
	if v.State != voucher.StateClaimed {
		return info
	}
	if s.unix() >= expires {
		info.State = "expired"
	}
	if hold.Open(s.unix()) {
		info.State, info.Held = "held", &api.HeldInfo{Hold: hold.ID, Units: hold.Units, Until: hold.Until}
	}
	return info
}

// mayBeHeld reports whether the owner last signed so lately that a hold of the
// voucher may be open.
func (s *Server) mayBeHeld(v voucher.Voucher) bool {
	return v.State == voucher.StateClaimed && v.SignedAt+voucher.HoldLife > s.unix()
}

// instant writes Unix seconds as RFC 3339.
func instant(seconds uint64) string {
	return voucher.Time(seconds).Format(time.RFC3339)
}

// getHistory lists the commands that touched a voucher. A holder sees those in
// which it took part: what others did before it came is theirs.
func (s *Server) getHistory(c *gin.Context) (*answer, error) {
	f, err := s.readVoucher(c)
	if err != nil {
		return nil, err
	}
	limit, err := pageLimit(c)
	if err != nil {
		return nil, err
	}
	ctx, cancel := s.within(c)
	defer cancel()
	all, err := s.access.Authorize(ctx, f.reader, access.Resource{Kind: access.Vouchers, Merchant: f.merchant})
	if err != nil {
		return nil, err
	}
	sees := func(t index.Touch) bool { return all || tookPart(f.reader.Key, t) }
	touches, next, err := s.history(ctx, f.ref, sees, c.Query("cursor"), limit)
	if err != nil {
		return nil, err
	}
	items := make([]api.HistoryItem, len(touches))
	for i, t := range touches {
		items[i] = historyItem(t)
	}
	return asPage(items, next)
}

// history is a page of what a reader sees of a voucher's history. It reads on
// until it knows whether the reader sees more, and its cursor is that of a touch
// on the page: a cursor tells when a command was, and the others' are not the reader's.
func (s *Server) history(
	ctx context.Context, ref voucher.Ref, sees func(index.Touch) bool, cursor string, limit int,
) (seen []index.Touch, next string, err error) {
	for more := true; more && len(seen) <= limit; more = cursor != "" {
		var touches []index.Touch
		if touches, cursor, err = s.teller.History(ctx, ref, cursor, index.MaxPage); err != nil {
			return nil, "", err
		}
		for _, t := range touches {
			if sees(t) {
				seen = append(seen, t)
			}
		}
	}
	if len(seen) <= limit {
		return seen, "", nil
	}
	return seen[:limit], seen[limit-1].Cursor(), nil
}

func historyItem(t index.Touch) api.HistoryItem {
	return api.HistoryItem{
		Command: t.ID, Verb: t.Verb.String(), Signers: append([]voucher.Address{}, t.Signers...),
		Position: t.Position, Time: t.Time, Events: t.Events,
	}
}

// tookPart reports whether a wallet had the voucher in one of a command's events,
// or gave it away.
func tookPart(who voucher.Address, t index.Touch) bool {
	return slices.ContainsFunc(t.Events, func(e voucher.Event) bool {
		if given, ok := e.(voucher.VoucherTransferred); ok && given.From == who {
			return true
		}
		_, slot, _ := voucher.VoucherOf(e)
		return slot.Unpack().Owner == who
	})
}
