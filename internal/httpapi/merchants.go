package httpapi

import (
	"github.com/gin-gonic/gin"

	"tally/internal/api"
	"tally/internal/intent"
	"tally/internal/voucher"
)

func (s *Server) getLedger(c *gin.Context) (*answer, error) {
	head, err := s.teller.Ledger().Head(c.Request.Context())
	if err != nil {
		return nil, err
	}
	d, types := s.teller.Domain(), intent.TypedData()
	types["EIP712Domain"] = intent.DomainFields()
	info := api.LedgerInfo{ID: d.Ledger(), Head: head, Time: s.now().Unix(), Domain: d.TypedDomain(), Types: types}
	if s.evidence != nil {
		info.Log, info.Chain, info.Journal, info.Channel = &s.pins.Log, s.pins.Chain, s.pins.Journal, s.pins.Channel
	}
	return asJSON(info)
}

func (s *Server) getOperators(c *gin.Context) (*answer, error) {
	o, err := s.teller.Ledger().Operators(c.Request.Context())
	if err != nil {
		return nil, err
	}
	return asJSON(api.OperatorsInfo{Version: o.Version, Operators: o.Members, Threshold: o.Threshold})
}

func (s *Server) getMerchant(c *gin.Context) (*answer, error) {
	id, err := parseAddress(c.Param("merchant"))
	if err != nil {
		return nil, notFound()
	}
	record, ok, err := s.teller.Ledger().Merchant(c.Request.Context(), id)
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, api.RefusalProblem(voucher.KindUnknownMerchant)
	}
	standing, err := s.teller.Ledger().Standing(c.Request.Context(), id)
	if err != nil {
		return nil, err
	}
	known, err := s.teller.Merchant(c.Request.Context(), id)
	if err != nil {
		return nil, err
	}
	stores, keys, next, err := names(known, c.Query("cursor"))
	if err != nil {
		return nil, err
	}
	info := api.MerchantInfo{
		ID: id, Name: known.Name, Version: record.Version, OperatorsVersion: standing.OperatorsVersion, Root: record.RootAt(s.unix()),
		SuspendedFrom: record.SuspendedFrom, Lost: record.Lost, Stores: storeInfos(stores), Keys: keyInfos(keys), NextCursor: next,
	}
	if !record.NextRoot.IsZero() && info.Root != record.NextRoot {
		info.NextRoot, info.NextFrom = &record.NextRoot, record.NextFrom
	}
	return asJSON(info)
}
