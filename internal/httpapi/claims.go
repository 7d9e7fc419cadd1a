package httpapi

import (
	"net/http"
	"time"

	"github.com/gin-gonic/gin"

	"tally/internal/intent"
	"tally/internal/voucher"
)

func (s *Server) claim(c *gin.Context) {
	var in ClaimRequest
	if err := read(c, &in); err != nil {
		s.fail(c, err)
		return
	}
	command := voucher.ClaimCommand{Claim: in.Intent}
	var err error
	if command.Signature, err = intent.ParseSignature(in.Signature); err != nil {
		s.fail(c, err)
		return
	}
	if in.Ticket != nil {
		command.Ticket = *in.Ticket
		if command.TicketSignature, err = intent.ParseSignature(in.TicketSignature); err != nil {
			s.fail(c, refusalProblem(voucher.KindTicketInvalid))
			return
		}
	}
	ctx, cancel := s.within(c)
	defer cancel()
	out, err := s.teller.Claim(ctx, command)
	s.answer(c, out, err)
}

// getVoucher answers a voucher's holder. Everybody else gets one answer,
// whether the voucher is there, expired, somebody else's or nothing at all.
func (s *Server) getVoucher(c *gin.Context) {
	who, err := s.reader(c)
	if err != nil {
		s.fail(c, err)
		return
	}
	ref, parseErr := voucher.ParseRef(c.Param("voucher"))
	v, ok, err := s.teller.Voucher(c.Request.Context(), ref)
	if err != nil {
		s.fail(c, err)
		return
	}
	if parseErr != nil || !ok || v.Owner != who {
		s.fail(c, notFound())
		return
	}
	c.JSON(http.StatusOK, s.voucherInfo(ref, v))
}

func (s *Server) voucherInfo(ref voucher.Ref, v voucher.Voucher) VoucherInfo {
	state := map[uint8]string{
		voucher.StateClaimed: "claimed", voucher.StateSpent: "spent", voucher.StateVoid: "void",
	}[v.State]
	expires := time.Unix(int64(v.Expiry), 0).UTC() //nolint:gosec // at most MaxInstant
	if v.State == voucher.StateClaimed && !s.now().Before(expires) {
		state = "expired"
	}
	return VoucherInfo{
		ID: ref.String(), Campaign: ref.Campaign.String(), Serial: ref.Serial, State: state, Units: v.Units,
		Expires: expires.Format(time.RFC3339), SignedAt: v.SignedAt, Owner: v.Owner,
	}
}

// ownWallet is the wallet of the path, which the token must be of.
func (s *Server) ownWallet(c *gin.Context) (voucher.Address, error) {
	who, err := s.reader(c)
	if err != nil {
		return who, err
	}
	wallet, err := voucher.ParseAddress(c.Param("wallet"))
	if err != nil || wallet != who {
		return who, notFound()
	}
	return who, nil
}

func (s *Server) listWallet(c *gin.Context) {
	wallet, err := s.ownWallet(c)
	if err != nil {
		s.fail(c, err)
		return
	}
	limit, err := pageLimit(c)
	if err != nil {
		s.fail(c, err)
		return
	}
	list, next, err := s.teller.Index().Wallet(c.Request.Context(), wallet, c.Query("cursor"), limit)
	if err != nil {
		s.fail(c, err)
		return
	}
	page := Page[VoucherInfo]{Data: make([]VoucherInfo, len(list)), NextCursor: next, HasMore: next != ""}
	for i, v := range list {
		page.Data[i] = s.voucherInfo(v.Ref, v.Voucher)
	}
	c.JSON(http.StatusOK, page)
}

func (s *Server) getHolder(c *gin.Context) {
	wallet, err := s.ownWallet(c)
	if err != nil {
		s.fail(c, err)
		return
	}
	id, err := s.campaignParam(c)
	if err != nil {
		s.fail(c, err)
		return
	}
	holder, err := s.teller.Ledger().Holder(c.Request.Context(), id, wallet)
	if err != nil {
		s.fail(c, err)
		return
	}
	c.JSON(http.StatusOK, HolderInfo{Wallet: wallet, Ordinal: holder.Claims})
}
