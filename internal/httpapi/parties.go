package httpapi

import (
	"github.com/gin-gonic/gin"

	"tally/internal/api"
	"tally/internal/voucher"
)

// listAuditors has every auditor that was ever named, as the ledger has them. It
// is public, as the operators are.
func (s *Server) listAuditors(c *gin.Context) (*answer, error) {
	list, err := s.teller.Ledger().Auditors(c.Request.Context())
	if err != nil {
		return nil, err
	}
	page := api.AuditorsInfo{Auditors: []api.AuditorInfo{}}
	for _, a := range list {
		page.Auditors = append(page.Auditors, api.AuditorInfo{Auditor: a.Auditor, Version: a.Version, Until: a.Until})
	}
	return asJSON(page)
}

// listAttestors has a campaign's attestors, revoked ones included, as the ledger
// has them. It is public, as the campaign's terms are.
func (s *Server) listAttestors(c *gin.Context) (*answer, error) {
	id, err := voucher.ParseCampaignID(c.Param("campaign"))
	if err != nil {
		return nil, notFound()
	}
	_, ok, err := s.teller.Ledger().Campaign(c.Request.Context(), id)
	if err == nil && !ok {
		err = notFound()
	}
	if err != nil {
		return nil, err
	}
	list, err := s.teller.Ledger().Attestors(c.Request.Context(), id)
	if err != nil {
		return nil, err
	}
	page := api.AttestorsInfo{Attestors: []api.AttestorInfo{}}
	for _, a := range list {
		page.Attestors = append(page.Attestors, api.AttestorInfo{Attestor: a.Attestor, Version: a.Version, Allowed: a.Allowed})
	}
	return asJSON(page)
}
