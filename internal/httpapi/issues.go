package httpapi

import (
	"context"
	"errors"

	"github.com/gin-gonic/gin"

	"tally/internal/access"
	"tally/internal/api"
	"tally/internal/door"
	"tally/internal/intent"
	"tally/internal/voucher"
)

// issue promises vouchers to the owners of a list, whose root it names. The merchant
// keeps the list itself and shows it to its parties. The list can have millions of
// entries, and the ledger needs an entry only when its voucher is used.
func (s *Server) issue(c *gin.Context) (*answer, error) {
	command, err := signed(c, func(in voucher.Issue) string { return "" })
	if err != nil {
		return nil, err
	}
	return s.submit(c, command, "/v1/issues/"+s.teller.Domain().ID(command).String())
}

// readIssue reads an issue's record and its merchant. Of none it is as much work
// as of one.
func (s *Server) readIssue(ctx context.Context, id voucher.Hash) (list voucher.Issuance, ok bool, merchant voucher.Address, err error) {
	list, ok, err1 := s.teller.Ledger().Issuance(ctx, id)
	campaign, _, err2 := s.teller.Ledger().Campaign(ctx, list.Campaign)
	return list, ok, campaign.Merchant, errors.Join(err1, err2)
}

func (s *Server) getIssue(c *gin.Context) (*answer, error) {
	r, err := s.reader(c)
	if err != nil {
		return nil, err
	}
	id, parseErr := voucher.ParseHash(c.Param("id"))
	list, ok, merchant, err1 := s.readIssue(c.Request.Context(), id)
	may, err2 := s.access.Authorize(c.Request.Context(), r, access.Resource{Kind: access.Campaigns, Merchant: merchant})
	if err := errors.Join(err1, err2); err != nil {
		return nil, err
	}
	if parseErr != nil || !ok || !may {
		return nil, errStranger
	}
	extension, err := s.teller.Ledger().Extension(c.Request.Context(), merchant, list.Campaign)
	if err != nil {
		return nil, err
	}
	return asJSON(api.IssueInfo{
		ID: id, Campaign: list.Campaign.String(), Root: list.Root, First: list.First, Count: list.Count,
		Expires: instant(list.Expiry + extension), ExpiresAt: list.Expiry + extension,
	})
}

// deliver lets an issued voucher appear. A Deliver says nothing that the issue
// did not say, so nobody signs it. Not everybody may have vouchers written:
// only the owner and the keys that relay for the merchant.
func (s *Server) deliver(c *gin.Context) (*answer, error) {
	r, err := s.reader(c)
	if err != nil {
		return nil, err
	}
	var in api.DeliveryRequest
	if err := read(c, &in); err != nil {
		return nil, err
	}
	ctx, cancel := s.within(c)
	defer cancel()
	_, _, merchant, err1 := s.readIssue(ctx, in.Intent.Issue)
	relays, err2 := s.access.Authorize(ctx, r, access.Resource{Kind: access.Deliveries, Merchant: merchant})
	if err := errors.Join(err1, err2); err != nil {
		return nil, err
	}
	if isOwner := !r.Key.IsZero() && r.Key == in.Intent.Owner; !relays && !isOwner {
		return nil, errStranger
	}
	entered, err := door.Enter[voucher.Command](s.teller.Door(), voucher.DeliverCommand{Deliver: in.Intent, Path: in.Path})
	if err != nil {
		return nil, err
	}
	out, err := s.teller.Submit(ctx, entered)
	if out.Kind == voucher.KindExists && !relays {
		out.Kind = voucher.KindBadPlace // whether another's entry appeared is not for everybody
	}
	if out, err = s.accepted(ctx, entered.Command(), out, err); err != nil {
		return nil, err
	}
	ref, _, _ := voucher.VoucherOf(out.Events[0])
	return asCreated(out, "/v1/vouchers/"+ref.String()), nil
}

// placeOf is the place of a request that may have one.
func placeOf(p *voucher.Place) voucher.Place {
	if p == nil {
		return voucher.Place{}
	}
	return *p
}

// placed reads a request about one voucher.
func placed[T any](c *gin.Context) (in api.PlacedRequest[T], signature voucher.Signature, err error) {
	if err := read(c, &in); err != nil {
		return in, signature, err
	}
	signature, err = intent.ParseSignature(in.Signature)
	return in, signature, err
}

func (s *Server) transfer(c *gin.Context) (*answer, error) {
	in, signature, err := placed[voucher.Transfer](c)
	if err != nil {
		return nil, err
	}
	command := voucher.TransferCommand{Transfer: in.Intent, Signature: signature, Place: placeOf(in.Place)}
	ref := voucher.Ref{Campaign: in.Intent.Campaign, Serial: in.Intent.Serial}
	entered, err := door.Enter[voucher.Command](s.teller.Door(), command)
	if err != nil {
		return nil, err
	}
	out, err := s.judgeFree(c, command, in.Intent.Owner, []voucher.Ref{ref}, func(ctx context.Context) (voucher.Outcome, error) {
		return s.teller.Submit(ctx, entered)
	})
	if err != nil {
		return nil, err
	}
	return asCreated(out, "/v1/vouchers/"+ref.String()), nil
}

func (s *Server) void(c *gin.Context) (*answer, error) {
	in, signature, err := placed[voucher.Void](c)
	if err == nil {
		err = printable(in.Intent)
	}
	if err != nil {
		return nil, err
	}
	return s.submit(c, voucher.VoidCommand{Void: in.Intent, Signature: signature, Place: placeOf(in.Place)}, "")
}
