package httpapi

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"github.com/gin-gonic/gin"

	"tally/internal/api"
	"tally/internal/intent"
	"tally/internal/voucher"
)

// redeem spends: its code says no instant until which it reserves.
func (s *Server) redeem(c *gin.Context) { s.join(c, "/v1/redemptions/", false) }

// join joins a code and a store's half: to a redemption, or to a hold where the
// code says until when. The Idempotency-Key must be the one whose hash the till
// signed as reference.
func (s *Server) join(c *gin.Context, created string, holds bool) {
	var in api.RedemptionRequest
	if err := read(c, &in); err != nil {
		s.fail(c, err)
		return
	}
	if err := checkKey(c, in.Accept.Reference); err != nil {
		s.fail(c, err)
		return
	}
	code, signature, err := s.parseHalves(in.Code, in.Signature)
	if err != nil {
		s.fail(c, err)
		return
	}
	if holds != (code.Offer.HoldUntil != 0) {
		s.fail(c, invalid("A code that reserves is for /v1/holds, one that spends for /v1/redemptions."))
		return
	}
	command := voucher.RedeemCommand{
		Offer: code.Offer, OfferSignature: code.Signature, Accept: in.Accept, AcceptSignature: signature, Places: in.Places,
	}
	entered, ok := enter(s, c, command)
	if !ok {
		return
	}
	s.markReplay(c, entered.ID())
	c.Header("Location", created+entered.ID().String())
	s.answerOwners(c, code.Offer.Owner, lineRefs(code.Offer), func(ctx context.Context) (voucher.Outcome, error) {
		return s.teller.Redeem(ctx, entered)
	})
}

func lineRefs(offer voucher.Redeem) (refs []voucher.Ref) {
	for _, line := range offer.Lines {
		refs = append(refs, line.Ref())
	}
	return refs
}

// markReplay says that this answer was given before, where the index knew that and
// the ledger confirms it. It is taken back where the answer turns out to be no outcome
// that was accepted.
func (s *Server) markReplay(c *gin.Context, id voucher.Hash) {
	if s.teller.Replays(c.Request.Context(), id) {
		c.Header(api.HeaderReplayed, "true")
	}
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

// tookUnits tells a redemption or a capture, which can be rolled back.
func tookUnits(out voucher.Outcome) bool {
	return headed[voucher.Redeemed](out) || headed[voucher.HoldCaptured](out)
}

func (s *Server) getRedemption(c *gin.Context) {
	if out, ok := s.readOutcome(c, tookUnits); ok {
		show(c, out)
	}
}

// getCommand settles an outcome that was left unknown, for a party of the
// command. What was not accepted so far looks like what is somebody else's.
func (s *Server) getCommand(c *gin.Context) {
	if out, ok := s.readOutcome(c, func(voucher.Outcome) bool { return true }); ok {
		show(c, out)
	}
}

func (s *Server) cancel(c *gin.Context) {
	var in api.CancelRequest
	if err := read(c, &in); err != nil {
		s.fail(c, err)
		return
	}
	code, signature, err := s.parseHalves(in.Code, in.Signature)
	if err != nil {
		s.fail(c, err)
		return
	}
	command := voucher.CancelCommand{
		Cancel: in.Intent, Signature: signature, Offer: code.Offer, OfferSignature: code.Signature, Places: in.Places,
	}
	entered, ok := enter[voucher.Command](s, c, command)
	if !ok {
		return
	}
	s.answerFree(c, code.Offer.Owner, lineRefs(code.Offer), func(ctx context.Context) (voucher.Outcome, error) {
		return s.teller.Submit(ctx, entered)
	})
}

// rollback gives units of a redemption, or of a capture, back.
func (s *Server) rollback(c *gin.Context) {
	command, err := signed(c, func(in voucher.Rollback) string { return in.Redemption.String() })
	if err != nil {
		s.fail(c, err)
		return
	}
	entered, ok := enter(s, c, command)
	if !ok {
		return
	}
	ctx, cancel := s.within(c)
	defer cancel()
	out, err := s.teller.Rollback(ctx, entered)
	s.answer(c, out, err)
}

// getReturned says what a rollback has to name: what was taken, and what was
// given back so far.
func (s *Server) getReturned(c *gin.Context) {
	out, ok := s.readOutcome(c, tookUnits)
	if !ok {
		return
	}
	info := api.ReturnedInfo{Redemption: out.ID, Lines: []api.ReturnedLine{}}
	for _, e := range out.Events {
		taken, ok := e.(voucher.VoucherRedeemed)
		if !ok {
			continue
		}
		ref := voucher.Ref{Campaign: taken.Campaign, Serial: taken.Serial}
		returned, err := s.teller.Ledger().Returned(c.Request.Context(), out.ID, ref)
		if err != nil {
			s.fail(c, err)
			return
		}
		info.Lines = append(info.Lines, api.ReturnedLine{Voucher: ref.String(), Taken: taken.Units, Returned: returned})
	}
	c.JSON(http.StatusOK, info)
}
