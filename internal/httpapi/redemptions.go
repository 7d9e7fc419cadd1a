package httpapi

import (
	"crypto/sha256"
	"errors"
	"net/http"
	"strings"

	"github.com/gin-gonic/gin"

	"tally/internal/index"
	"tally/internal/intent"
	"tally/internal/voucher"
)

// Reference is what an acceptance says of an Idempotency-Key: its SHA-256. So
// the key is on the ledger, and finds the redemption for as long as that lives.
func Reference(key string) voucher.Hash { return sha256.Sum256([]byte(key)) }

// redeem joins a code and a store's half. The Idempotency-Key must be the one
// whose hash the till signed as reference.
func (s *Server) redeem(c *gin.Context) {
	var in RedemptionRequest
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
	command := voucher.RedeemCommand{
		Offer: code.Offer, OfferSignature: code.Signature, Accept: in.Accept, AcceptSignature: signature,
	}
	s.joinHalves(c, command)
}

func (s *Server) joinHalves(c *gin.Context, command voucher.RedeemCommand) {
	ctx, cancel := s.within(c)
	defer cancel()
	id := s.teller.Domain().ID(command)
	if _, err := s.teller.Index().Outcome(ctx, id); err == nil {
		c.Header(headerReplayed, "true") // taken back below unless it is the first outcome
	}
	out, err := s.teller.Redeem(ctx, command)
	if err != nil || out.Status != voucher.StatusAccepted {
		c.Writer.Header().Del(headerReplayed)
	}
	c.Header("Location", "/v1/redemptions/"+id.String())
	s.answer(c, out, err)
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
	key := strings.Trim(c.GetHeader(headerKey), `"`)
	switch {
	case key == "":
		return newProblem(http.StatusBadRequest, codeKeyMissing, "An Idempotency-Key is wanted.",
			"Send a key of your own for each sale, and its SHA-256 as the acceptance's reference.")
	case len(key) > MaxKey:
		return invalid("The Idempotency-Key has more than 255 characters.")
	case Reference(key) != reference:
		return newProblem(http.StatusUnprocessableEntity, codeKeyMismatch,
			"The Idempotency-Key is not the one that the till signed.",
			"The acceptance's reference is the SHA-256 of the key.")
	}
	return nil
}

func (s *Server) getRedemption(c *gin.Context) {
	who, err := s.reader(c)
	if err != nil {
		s.fail(c, err)
		return
	}
	id, parseErr := voucher.ParseHash(c.Param("id"))
	out, ok, err := s.teller.Outcome(c.Request.Context(), id)
	if err != nil && !errors.Is(err, index.ErrNotFound) {
		s.fail(c, err)
		return
	}
	if parseErr != nil || !ok || !isParty(who, out) {
		s.fail(c, notFound())
		return
	}
	c.Data(http.StatusOK, "application/json", out.Canonical())
}

func (s *Server) cancel(c *gin.Context) {
	var in CancelRequest
	if err := read(c, &in); err != nil {
		s.fail(c, err)
		return
	}
	code, signature, err := s.parseHalves(in.Code, in.Signature)
	if err != nil {
		s.fail(c, err)
		return
	}
	s.submit(c, voucher.CancelCommand{
		Cancel: in.Intent, Signature: signature, Offer: code.Offer, OfferSignature: code.Signature,
	})
}
