package httpapi

import (
	"context"

	"github.com/gin-gonic/gin"

	"tally/internal/access"
	"tally/internal/api"
	"tally/internal/quote"
	"tally/internal/voucher"
)

// readWallet is the wallet of the path, if it is the reader's own or an auditor
// asks. Else the error is errStranger.
func (s *Server) readWallet(c *gin.Context) (voucher.Address, error) {
	r, err := s.reader(c)
	if err != nil {
		return voucher.Address{}, err
	}
	wallet, parseErr := parseAddress(c.Param("wallet"))
	may, err := s.access.Authorize(c.Request.Context(), r, access.Resource{Kind: access.Vouchers, Parties: []voucher.Address{wallet}})
	if err != nil {
		return wallet, err
	}
	if parseErr != nil || !may {
		return wallet, errStranger
	}
	return wallet, nil
}

func (s *Server) listWallet(c *gin.Context) (*answer, error) {
	wallet, err := s.readWallet(c)
	if err != nil {
		return nil, err
	}
	limit, err := pageLimit(c)
	if err != nil {
		return nil, err
	}
	look, err := usableQuery(c)
	if err != nil {
		return nil, err
	}
	refs, next, err := s.teller.Wallet(c.Request.Context(), wallet, c.Query("cursor"), limit)
	if err != nil {
		return nil, err
	}
	data, err := s.voucherInfos(c.Request.Context(), wallet, refs, look)
	if err != nil {
		return nil, err
	}
	return asPage(data, next)
}

// voucherInfos are a wallet's vouchers as the ledger has them: what it gave away
// meanwhile is the next owner's.
func (s *Server) voucherInfos(ctx context.Context, wallet voucher.Address, refs []voucher.Ref, look usableLook) ([]api.VoucherInfo, error) {
	holdings, err := s.teller.Holdings(ctx, refs, s.mayBeHeld)
	if err != nil {
		return nil, err
	}
	var uses []quote.Usable
	if look.wanted {
		if uses, err = s.quotes.Usable(ctx, wallet, look.store, refs, holdings); err != nil {
			return nil, err
		}
	}
	infos := make([]api.VoucherInfo, 0, len(refs))
	for i, h := range holdings {
		if h.Voucher.Owner != wallet {
			continue
		}
		if !s.mayBeHeld(h.Voucher) {
			h.Hold = voucher.Hold{} // it has lapsed
		}
		info := s.voucherInfo(refs[i], h.Voucher, h.Hold, h.Extension)
		if look.wanted {
			info.Use = voucherUse(uses[i], look.locale)
		}
		infos = append(infos, info)
	}
	return infos, nil
}

func (s *Server) getHolder(c *gin.Context) (*answer, error) {
	wallet, err := s.readWallet(c)
	if err != nil {
		return nil, err
	}
	id, err := s.campaignParam(c)
	if err != nil {
		return nil, err
	}
	holder, err := s.teller.Ledger().Holder(c.Request.Context(), id, wallet)
	if err != nil {
		return nil, err
	}
	return asJSON(api.HolderInfo{Wallet: wallet, Ordinal: holder.Claims})
}
