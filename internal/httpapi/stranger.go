package httpapi

import (
	"context"
	"crypto/sha256"
	"errors"
	"time"

	"github.com/gin-gonic/gin"

	"tally/internal/access"
	"tally/internal/voucher"
)

// Strangers get one answer. Whether a thing is not there, has expired, or is somebody
// else's, they see the same status, headers and body, and the clock tells them
// nothing: the server reads the same things whatever it finds, and sends the answer
// at the end of a slice of time. What caches, disks and decoders add is shorter than
// the slice.

// strangerSlice is the length of a slice: a stranger waits for one slice, or several.
const strangerSlice = 10 * time.Millisecond

const startedKey = "started"

// errStranger says that there is nothing here for the reader. serve answers as if the
// thing did not exist, at the end of the slice.
var errStranger = errors.New("nothing here for the reader")

// sitOut waits for the end of the slice, or of the request.
func sitOut(c *gin.Context) {
	spent := time.Since(c.GetTime(startedKey))
	rest := time.NewTimer(strangerSlice - spent%strangerSlice)
	defer rest.Stop()
	select {
	case <-rest.C:
	case <-c.Request.Context().Done():
	}
}

// hideOutcome does what was not done for a command whose place the index knew: what
// is not there is looked for on the ledger by its id.
func (s *Server) hideOutcome(ctx context.Context, id voucher.Hash) error {
	_, _, err := s.teller.Ledger().Outcome(ctx, sha256.Sum256(id[:]))
	return err
}

// readOutcome reads the id of the path as an accepted command that a token's
// owner may read and that is wanted here. The error is errStranger where there is
// none.
func (s *Server) readOutcome(c *gin.Context, wanted func(voucher.Outcome) bool) (voucher.Outcome, error) {
	r, err := s.reader(c)
	if err != nil {
		return voucher.Outcome{}, err
	}
	id, parseErr := voucher.ParseHash(c.Param("id"))
	return s.findOutcome(c.Request.Context(), r, id, func(o voucher.Outcome) bool { return parseErr == nil && wanted(o) })
}

// findOutcome is the rest of readOutcome: the part that a clock may watch.
func (s *Server) findOutcome(ctx context.Context, r access.Principal, id voucher.Hash, wanted func(voucher.Outcome) bool) (voucher.Outcome, error) {
	out, found, asked, err1 := s.teller.Find(ctx, id)
	of, err2 := s.access.Concerns(ctx, out)
	may, err3 := s.access.Authorize(ctx, r, of)
	if err := errors.Join(err1, err2, err3); err != nil {
		return out, err
	}
	if found && may && wanted(out) {
		return out, nil
	}
	if !asked {
		if err := s.hideOutcome(ctx, id); err != nil {
			return out, err
		}
	}
	return out, errStranger
}

// hidden is a refusal of an owner's command as its author may see it: what
// would tell of other people's vouchers looks as if they were not there.
func (s *Server) hidden(ctx context.Context, kind voucher.Kind, owner voucher.Address, refs []voucher.Ref) voucher.Kind {
	switch kind {
	case voucher.KindNotOwner, voucher.KindBadPlace:
		return voucher.KindUnknownVoucher
	case voucher.KindVoided: // also what is void to everybody, having had no owner
		for _, ref := range refs {
			if v, ok, err := s.teller.Ledger().Voucher(ctx, ref); err != nil || ok && v.Owner != owner {
				return voucher.KindUnknownVoucher
			}
		}
	}
	return kind
}
