package httpapi

import (
	"context"
	"slices"
	"strings"

	"github.com/gin-gonic/gin"

	"tally/internal/api"
	"tally/internal/door"
	"tally/internal/intent"
	"tally/internal/voucher"
)

// redeem spends: its code says no instant until which it reserves.
func (s *Server) redeem(c *gin.Context) (order, error) { return s.join(c, "/v1/redemptions/", false) }

// join joins a code and a store's half: to a redemption, or to a hold where the
// code says until when. The Idempotency-Key must be the one whose hash the till
// signed as reference.
func (s *Server) join(c *gin.Context, created string, holds bool) (order, error) {
	var in api.RedemptionRequest
	if err := read(c, &in); err != nil {
		return order{}, err
	}
	if err := checkKey(c, in.Accept.Reference); err != nil {
		return order{}, err
	}
	code, signature, err := s.parseHalves(in.Code, in.Signature)
	if err != nil {
		return order{}, err
	}
	if holds != (code.Offer.HoldUntil != 0) {
		return order{}, invalid("A code that reserves is for /v1/holds, one that spends for /v1/redemptions.")
	}
	entered, err := door.Enter(s.teller.Door(), voucher.RedeemCommand{
		Offer: code.Offer, OfferSignature: code.Signature, Accept: in.Accept, AcceptSignature: signature, Places: in.Places,
	})
	if err != nil {
		return order{}, err
	}
	taken := s.newOrder(c, entered.ID(), created)
	taken.outcome, err = s.judgeOwners(c, entered.Command(), code.Offer.Owner, lineRefs(code.Offer), func(ctx context.Context) (voucher.Outcome, error) {
		return s.teller.Redeem(ctx, entered)
	})
	return taken, err
}

func lineRefs(offer voucher.Redeem) (refs []voucher.Ref) {
	for _, line := range offer.Lines {
		refs = append(refs, line.Ref())
	}
	return refs
}

// parseHalves reads the code that was shown and the other side's signature.
func (s *Server) parseHalves(codeText, signatureText string) (intent.Code, voucher.Signature, error) {
	code, err := s.teller.Domain().ParseCode(codeText)
	if err != nil {
		return code, voucher.Signature{}, err
	}
	signature, err := intent.ParseSignature(signatureText)
	return code, signature, err
}

// checkKey holds the Idempotency-Key against the reference that was signed.
func checkKey(c *gin.Context, reference voucher.Hash) error {
	key := strings.Trim(c.GetHeader(api.HeaderKey), `"`)
	switch {
	case key == "":
		return api.FaultKeyMissing.Problem()
	case len(key) > api.MaxKey:
		return invalid("The Idempotency-Key has more than 255 characters.")
	case api.Reference(key) != reference:
		return api.FaultKeyMismatch.Problem()
	}
	return nil
}

// headed reports whether an outcome has an event of a type.
func headed[E voucher.Event](out voucher.Outcome) bool {
	return slices.ContainsFunc(out.Events, func(e voucher.Event) bool { _, ok := e.(E); return ok })
}

// tookUnits reports whether an outcome is of a redemption or a capture, which can be rolled back.
func tookUnits(out voucher.Outcome) bool {
	return headed[voucher.Redeemed](out) || headed[voucher.HoldCaptured](out)
}

func (s *Server) getRedemption(c *gin.Context) (*answer, error) {
	return s.showOutcome(c, tookUnits)
}

// getCommand settles an outcome that was left unknown, for a party of the command. A
// command that was not accepted so far looks like somebody else's command.
func (s *Server) getCommand(c *gin.Context) (*answer, error) {
	return s.showOutcome(c, func(voucher.Outcome) bool { return true })
}

// showOutcome answers with what readOutcome reads.
func (s *Server) showOutcome(c *gin.Context, wanted func(voucher.Outcome) bool) (*answer, error) {
	out, err := s.readOutcome(c, wanted)
	if err != nil {
		return nil, err
	}
	return asOutcome(out), nil
}

func (s *Server) cancel(c *gin.Context) (*answer, error) {
	var in api.CancelRequest
	if err := read(c, &in); err != nil {
		return nil, err
	}
	code, signature, err := s.parseHalves(in.Code, in.Signature)
	if err != nil {
		return nil, err
	}
	entered, err := door.Enter[voucher.Command](s.teller.Door(), voucher.CancelCommand{
		Cancel: in.Intent, Signature: signature, Offer: code.Offer, OfferSignature: code.Signature, Places: in.Places,
	})
	if err != nil {
		return nil, err
	}
	out, err := s.judgeFree(c, entered.Command(), code.Offer.Owner, lineRefs(code.Offer), func(ctx context.Context) (voucher.Outcome, error) {
		return s.teller.Submit(ctx, entered)
	})
	if err != nil {
		return nil, err
	}
	return asCreated(out, ""), nil
}

// rollback gives units of a redemption, or of a capture, back.
func (s *Server) rollback(c *gin.Context) (*answer, error) {
	command, err := signed(c, func(in voucher.Rollback) string { return in.Redemption.String() })
	if err != nil {
		return nil, err
	}
	return judged(s, c, command, "", s.teller.Rollback)
}
