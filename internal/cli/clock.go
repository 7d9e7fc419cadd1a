package cli

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"tally/internal/api"
	"tally/internal/client"
	"tally/internal/voucher"
)

// clockTimeout bounds the question for the server's time, after a refusal.
const clockTimeout = 5 * time.Second

// clocked names this machine's clock where it is the likely reason of a refusal: what
// is signed by a clock that is wrong is refused again and again, however new it is.
func (a *App) clocked(ctx context.Context, err error) error {
	var p *api.Problem
	var settled *ExitError
	if !errors.As(err, &p) || errors.As(err, &settled) || !slices.Contains(dated(), p.Code) {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, clockTimeout)
	defer cancel()
	before := a.Now()
	info, asked := client.Connect(a.Server, clockTimeout).Ledger(ctx)
	if asked != nil {
		return err
	}
	skew := time.Unix(info.Time, 0).Sub(before).Round(time.Second)
	f := AsExitError(err)
	switch {
	case skew > maxSkew:
		f.Detail += fmt.Sprintf(" This machine's clock is %s behind the server's: set it by NTP.", skew)
	case skew < -maxSkew:
		f.Detail += fmt.Sprintf(" This machine's clock is %s ahead of the server's: set it by NTP.", -skew)
	default:
		return err
	}
	return f
}

// dated are the codes of refusals that a wrong clock brings about.
func dated() []string {
	return []string{
		voucher.KindDeadlinePassed.String(), voucher.KindDeadlineTooFar.String(), voucher.KindSignedAhead.String(),
		voucher.KindSuperseded.String(), api.FaultUnauthorised.Code(),
	}
}
