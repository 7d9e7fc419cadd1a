package httpapi

import (
	"context"
	"errors"
	"net/http"

	"github.com/gin-gonic/gin"

	"tally/internal/access"
	"tally/internal/api"
	"tally/internal/deposit"
	"tally/internal/disk"
	"tally/internal/pricing"
	"tally/internal/voucher"
)

// Records gives the server a store in which merchants' tills may deposit records. It is
// called before Handler. A server without one says that it keeps none.
func (s *Server) Records(store *deposit.Store) *Server {
	s.records = store
	return s
}

// putRecord keeps the record of a sale, or of what gave it back. Who may put it is judged
// before the body is read.
func (s *Server) putRecord(c *gin.Context) (*answer, error) {
	of, err := s.recordOf(c, access.Deposits)
	if err != nil {
		return nil, err
	}
	var in api.RecordRequest
	if err := read(c, &in); err != nil {
		return nil, err
	}
	added, err := s.records.Put(of, deposit.Record{Text: in.Record, Salt: in.Salt})
	if err != nil {
		return nil, inRecord(err)
	}
	a, err := asJSON(api.RecordKept{Command: of.Command, Kind: string(of.Kind), Bytes: len(in.Record)})
	if err == nil && added {
		a.status = http.StatusCreated
	}
	return a, err
}

func (s *Server) getRecord(c *gin.Context) (*answer, error) {
	of, err := s.recordOf(c, access.Records)
	if err != nil {
		return nil, err
	}
	r, err := s.records.Get(of)
	if err != nil {
		return nil, err
	}
	return asJSON(api.RecordInfo{Command: of.Command, Kind: string(of.Kind), Record: r.Text, Salt: r.Salt})
}

// eraseRecord removes a record for good. The ledger's hash stays, and proves nothing about
// anybody without the salt.
func (s *Server) eraseRecord(c *gin.Context) (*answer, error) {
	of, err := s.recordOf(c, access.Erasures)
	if err == nil {
		err = s.records.Erase(of)
	}
	if err != nil {
		return nil, err
	}
	return asJSON(api.RecordErased{Command: of.Command, Erased: true})
}

// recordOf is the command of the path, as what may have a record. kind is what the token's
// owner wants to do with it. The error is errStranger where it may not, and where there is
// no such command.
func (s *Server) recordOf(c *gin.Context, kind access.Kind) (deposit.Subject, error) {
	r, err := s.reader(c)
	if err != nil {
		return deposit.Subject{}, err
	}
	id, parseErr := voucher.ParseHash(c.Param("id"))
	of, may, err := s.findRecord(c.Request.Context(), r, id, kind)
	switch {
	case err != nil:
		return of, err
	case !may || parseErr != nil:
		return of, errStranger
	case s.records == nil:
		return of, api.FaultNoRecords.Problem()
	default:
		return of, nil
	}
}

// findRecord is the rest of recordOf: the part that a clock may watch. A return is its
// sale's: so whose it is, and where it was sold, the sale says. Of whatever else the same is read.
func (s *Server) findRecord(ctx context.Context, r access.Principal, id voucher.Hash, kind access.Kind) (of deposit.Subject, may bool, err error) {
	out, found, asked, err1 := s.teller.Find(ctx, id)
	of, has := deposit.SubjectOf(out)
	if !has {
		of.Sale = id
	}
	sold, there, askedSale, err2 := s.teller.Find(ctx, of.Sale)
	concerns, err3 := s.access.Concerns(ctx, sold)
	has = has && concerns.Kind == access.Orders
	concerns.Kind = kind
	may, err4 := s.access.Authorize(ctx, r, concerns)
	if err := errors.Join(err1, err2, err3, err4); err != nil {
		return of, false, err
	}
	if found && there && has && may {
		of.Merchant = concerns.Merchant
		return of, true, nil
	}
	for _, known := range []bool{!asked, !askedSale} {
		if !known {
			continue
		}
		if err := s.hideOutcome(ctx, id); err != nil {
			return of, false, err
		}
	}
	return of, false, nil
}

// inRecord is an error of a record that was read by itself: the place is below the body's.
func inRecord(err error) error {
	var refused *pricing.RefusalError
	if errors.As(err, &refused) {
		return invalid("record: " + codeless(refused.Error()) + ".")
	}
	return err
}

// recordProblem is the problem of an error of the store of records. ok is false for every
// other error.
func recordProblem(err error) (p *api.Problem, ok bool) {
	switch {
	case errors.Is(err, deposit.ErrForm):
		return invalid("record: it is not in its canonical form (RFC 8785). Send it byte for byte as it was signed."), true
	case errors.Is(err, deposit.ErrOther):
		return api.FaultOtherRecord.Problem(), true
	case errors.Is(err, deposit.ErrNone):
		return api.FaultNoRecord.Problem(), true
	case errors.Is(err, deposit.ErrErased):
		return api.FaultRecordErased.Problem(), true
	case errors.Is(err, deposit.ErrDamaged):
		return api.FaultRecordDamaged.Problem(), true
	case errors.Is(err, deposit.ErrFull):
		return api.FaultRecordsFull.Problem(), true
	case errors.Is(err, deposit.ErrNoRoom), errors.Is(err, disk.ErrUnwritable):
		p := api.FaultStorageFull.Problem()
		p.Title = "The server's disk has no room for records."
		return p, true
	default:
		return nil, false
	}
}
