package httpapi

import (
	"context"
	"net/http"

	"github.com/gin-gonic/gin"

	"tally/internal/index"
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
	list, next, err := s.teller.Index().Wallet(c.Request.Context(), wallet, c.Query("cursor"), limit)
	if err != nil {
		s.fail(c, err)
		return
	}
	data, err := s.voucherInfos(c.Request.Context(), list)
	if err != nil {
		s.fail(c, err)
		return
	}
	c.JSON(http.StatusOK, Page[VoucherInfo]{Data: data, NextCursor: next, HasMore: next != ""})
}

// voucherInfos asks for the extension of each campaign once.
func (s *Server) voucherInfos(ctx context.Context, list []index.Voucher) ([]VoucherInfo, error) {
	infos := make([]VoucherInfo, len(list))
	extensions := map[voucher.CampaignID]uint64{}
	for i, v := range list {
		extension, asked := extensions[v.Ref.Campaign]
		if !asked {
			campaign, _, err := s.teller.Ledger().Campaign(ctx, v.Ref.Campaign)
			if err != nil {
				return nil, err
			}
			if extension, err = s.teller.Ledger().Extension(ctx, campaign.Merchant, v.Ref.Campaign); err != nil {
				return nil, err
			}
			extensions[v.Ref.Campaign] = extension
		}
		now, hold, err := s.heldNow(ctx, v)
		if err != nil {
			return nil, err
		}
		infos[i] = s.voucherInfo(v.Ref, now, hold, extension)
	}
	return infos, nil
}

// heldNow is a listed voucher with what is held of it: by the ledger where it
// may be held. What became of it after it was given away is the next owner's.
func (s *Server) heldNow(ctx context.Context, v index.Voucher) (voucher.Voucher, voucher.Hold, error) {
	if !s.mayBeHeld(v.Voucher) {
		return v.Voucher, voucher.Hold{}, nil
	}
	now, hold, _, err := s.teller.Held(ctx, v.Ref)
	if err != nil || now.Owner != v.Voucher.Owner {
		return v.Voucher, voucher.Hold{}, err
	}
	return now, hold, nil
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
