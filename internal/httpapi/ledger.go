package httpapi

import (
	"net/http"

	"github.com/gin-gonic/gin"

	"tally/internal/intent"
	"tally/internal/voucher"
)

func (s *Server) getLedger(c *gin.Context) {
	head, err := s.teller.Ledger().Head(c.Request.Context())
	if err != nil {
		s.fail(c, err)
		return
	}
	d := s.teller.Domain()
	c.JSON(http.StatusOK, LedgerInfo{
		ID: d.Ledger(), Head: head, Time: s.now().Unix(), Domain: d.TypedDomain(), Types: intent.TypedData(),
	})
}

func (s *Server) getOperators(c *gin.Context) {
	o, err := s.teller.Ledger().Operators(c.Request.Context())
	if err != nil {
		s.fail(c, err)
		return
	}
	c.JSON(http.StatusOK, OperatorsInfo{Version: o.Version, Operators: o.Members, Threshold: o.Threshold})
}

func (s *Server) setOperators(c *gin.Context) {
	var in OperatorsRequest
	if err := read(c, &in); err != nil {
		s.fail(c, err)
		return
	}
	command := voucher.Approved[voucher.SetOperators]{Intent: in.Intent}
	for _, text := range in.Approvals {
		signature, err := intent.ParseSignature(text)
		if err != nil {
			s.fail(c, err)
			return
		}
		command.Approvals = append(command.Approvals, signature)
	}
	s.submit(c, command)
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
		s.fail(c, refusalProblem(voucher.KindUnknownMerchant))
		return
	}
	known, err := s.teller.Index().Merchant(c.Request.Context(), id)
	if err != nil {
		s.fail(c, err)
		return
	}
	c.JSON(http.StatusOK, MerchantInfo{
		ID: id, Name: known.Name, Version: record.Version, Root: record.Root, Stores: known.Stores, Keys: known.Keys,
	})
}

// getCommand settles an unknown outcome for whoever knows the command's id,
// which is the digest of what was signed: it says accepted or unknown, no more.
func (s *Server) getCommand(c *gin.Context) {
	id, err := voucher.ParseHash(c.Param("id"))
	if err != nil {
		s.fail(c, notFound())
		return
	}
	out, ok, err := s.teller.Outcome(c.Request.Context(), id)
	if err != nil {
		s.fail(c, err)
		return
	}
	if who, err := s.reader(c); err == nil && ok && isParty(who, out) {
		c.Data(http.StatusOK, "application/json", out.Canonical())
		return
	}
	status := voucher.StatusUnknown
	if ok {
		status = voucher.StatusAccepted
	}
	c.JSON(http.StatusOK, CommandInfo{ID: id, Status: status.String()})
}
