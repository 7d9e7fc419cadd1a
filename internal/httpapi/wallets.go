package httpapi

import (
	"context"
	"net/http"

	"github.com/gin-gonic/gin"

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
	c.JSON(http.StatusOK, Page[VoucherInfo]{Data: data, NextCursor: next, HasMore: next != ""})
}

// voucherInfos are a wallet's vouchers as the ledger has them: what it gave away
// meanwhile is the next owner's. It asks for the extension of each campaign once.
func (s *Server) voucherInfos(ctx context.Context, wallet voucher.Address, refs []voucher.Ref) ([]VoucherInfo, error) {
	infos := make([]VoucherInfo, 0, len(refs))
	extensions := map[voucher.CampaignID]uint64{}
	for _, ref := range refs {
		now, hold, err := s.heldNow(ctx, ref)
		if err != nil {
			return nil, err
		}
		if now.Owner != wallet {
			continue
		}
		extension, asked := extensions[ref.Campaign]
		if !asked {
			campaign, _, err := s.teller.Ledger().Campaign(ctx, ref.Campaign)
			if err != nil {
				return nil, err
			}
			if extension, err = s.teller.Ledger().Extension(ctx, campaign.Merchant, ref.Campaign); err != nil {
				return nil, err
			}
			extensions[ref.Campaign] = extension
		}
		infos = append(infos, s.voucherInfo(ref, now, hold, extension))
	}
	return infos, nil
}

// heldNow is a listed voucher, with what is held of it where it may be held.
func (s *Server) heldNow(ctx context.Context, ref voucher.Ref) (voucher.Voucher, voucher.Hold, error) {
	now, _, err := s.teller.Ledger().Voucher(ctx, ref)
	if err != nil || !s.mayBeHeld(now) {
		return now, voucher.Hold{}, err
	}
	now, hold, _, err := s.teller.Held(ctx, ref)
	return now, hold, err
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
	c.JSON(http.StatusOK, HolderInfo{Wallet: wallet, Ordinal: holder.Claims})
}
