package httpapi

import (
	"net/http"

	"github.com/gin-gonic/gin"

	"tally/internal/api"
	"tally/internal/intent"
	"tally/internal/voucher"
)

func (s *Server) getLedger(c *gin.Context) {
	head, err := s.teller.Ledger().Head(c.Request.Context())
	if err != nil {
		s.fail(c, err)
		return
	}
	d, types := s.teller.Domain(), intent.TypedData()
	types["EIP712Domain"] = []intent.Field{
		{Name: "name", Type: "string"}, {Name: "version", Type: "string"}, {Name: "salt", Type: "bytes32"},
	}
	info := api.LedgerInfo{ID: d.Ledger(), Head: head, Time: s.now().Unix(), Domain: d.TypedDomain(), Types: types}
	if s.evidence != nil {
		info.Log, info.Chain, info.Channel = &s.evidence.Log, s.evidence.Chain, s.evidence.Channel
	}
	c.JSON(http.StatusOK, info)
}

func (s *Server) getOperators(c *gin.Context) {
	o, err := s.teller.Ledger().Operators(c.Request.Context())
	if err != nil {
		s.fail(c, err)
		return
	}
	c.JSON(http.StatusOK, api.OperatorsInfo{Version: o.Version, Operators: o.Members, Threshold: o.Threshold})
}

func (s *Server) getMerchant(c *gin.Context) {
	id, err := voucher.ParseAddress(c.Param("merchant"))
	if err != nil {
		s.fail(c, notFound())
		return
	}
	record, ok, err := s.teller.Ledger().Merchant(c.Request.Context(), id)
	if err != nil {
		s.fail(c, err)
		return
	}
	if !ok {
		s.fail(c, api.RefusalProblem(voucher.KindUnknownMerchant))
		return
	}
	standing, err := s.teller.Ledger().Standing(c.Request.Context(), id)
	if err != nil {
		s.fail(c, err)
		return
	}
	known, err := s.teller.Merchant(c.Request.Context(), id)
	if err != nil {
		s.fail(c, err)
		return
	}
	stores, keys, next, err := names(known, c.Query("cursor"))
	if err != nil {
		s.fail(c, err)
		return
	}
	info := api.MerchantInfo{
		ID: id, Name: known.Name, Version: record.Version, OperatorsVersion: standing.OperatorsVersion, Root: record.RootAt(s.unix()),
		SuspendedFrom: record.SuspendedFrom, Lost: record.Lost, Stores: storeInfos(stores), Keys: keyInfos(keys), NextCursor: next,
	}
	if !record.NextRoot.IsZero() && info.Root != record.NextRoot {
		info.NextRoot, info.NextFrom = &record.NextRoot, record.NextFrom
	}
	c.JSON(http.StatusOK, info)
}
