package httpapi

import (
	"context"
	"net/http"

	"github.com/gin-gonic/gin"

	"tally/internal/api"
	"tally/internal/voucher"
)

// readWallet is the wallet of the path, if it is the reader's own or an auditor
// asks. ok is false where it has answered.
func (s *Server) readWallet(c *gin.Context) (wallet voucher.Address, ok bool) {
	r, err := s.reader(c)
	if err != nil {
		s.fail(c, err)
		return wallet, false
	}
	wallet, parseErr := voucher.ParseAddress(c.Param("wallet"))
	may, err := s.may(c.Request.Context(), r, matterVoucher, subject{parties: []voucher.Address{wallet}})
	if err != nil {
		s.fail(c, err)
		return wallet, false
	}
	if parseErr != nil || !may {
		s.stranger(c)
		return wallet, false
	}
	return wallet, true
}

func (s *Server) listWallet(c *gin.Context) {
	wallet, ok := s.readWallet(c)
	if !ok {
		return
	}
	limit, err := pageLimit(c)
	if err != nil {
		s.fail(c, err)
		return
	}
	refs, next, err := s.teller.Wallet(c.Request.Context(), wallet, c.Query("cursor"), limit)
	if err != nil {
		s.fail(c, err)
		return
	}
	data, err := s.voucherInfos(c.Request.Context(), wallet, refs)
	if err != nil {
		s.fail(c, err)
		return
	}
	c.JSON(http.StatusOK, api.Page[api.VoucherInfo]{Data: data, NextCursor: next, HasMore: next != ""})
}

// voucherInfos are a wallet's vouchers as the ledger has them: what it gave away
// meanwhile is the next owner's.
func (s *Server) voucherInfos(ctx context.Context, wallet voucher.Address, refs []voucher.Ref) ([]api.VoucherInfo, error) {
	holdings, err := s.teller.Holdings(ctx, refs, s.mayBeHeld)
	if err != nil {
		return nil, err
	}
	infos := make([]api.VoucherInfo, 0, len(refs))
	for i, h := range holdings {
		if h.Voucher.Owner != wallet {
			continue
		}
		if !s.mayBeHeld(h.Voucher) {
			h.Hold = voucher.Hold{} // it has lapsed
		}
		infos = append(infos, s.voucherInfo(refs[i], h.Voucher, h.Hold, h.Extension))
	}
	return infos, nil
}

func (s *Server) getHolder(c *gin.Context) {
	wallet, ok := s.readWallet(c)
	if !ok {
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
	c.JSON(http.StatusOK, api.HolderInfo{Wallet: wallet, Ordinal: holder.Claims})
}
