package metrics

import (
	"context"
	"errors"

	"github.com/prometheus/client_golang/prometheus"

	"tally/internal/ledger"
	"tally/internal/voucher"
)

func newCommands() *prometheus.CounterVec {
	return prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "tally_commands_total",
		Help: "Commands sent to the ledger, by verb and verdict: accepted, the code of a refusal, unknown, or not_sent. A command sent again counts again.",
	}, []string{"verb", "verdict"})
}

// Metered returns the ledger with a count of its verdicts.
func (m *Metrics) Metered(l ledger.Ledger) ledger.Ledger { return metered{l, m.commands} }

type metered struct {
	ledger.Ledger
	count *prometheus.CounterVec
}

// Submit implements ledger.Ledger.
func (m metered) Submit(ctx context.Context, commands []voucher.Authored) ([]voucher.Outcome, error) {
	outcomes, err := m.Ledger.Submit(ctx, commands)
	for i, c := range commands {
		var o voucher.Outcome
		if i < len(outcomes) {
			o = outcomes[i]
		}
		m.count.WithLabelValues(c.Command.Verb().String(), verdict(o, err)).Inc()
	}
	return outcomes, err
}

func verdict(o voucher.Outcome, err error) string {
	switch {
	case o.Status == voucher.StatusRefused:
		return o.Kind.String()
	case o.Status == voucher.StatusUnknown && noEffect(err):
		return "not_sent"
	default:
		return o.Status.String()
	}
}

func noEffect(err error) bool {
	return errors.Is(err, ledger.ErrNotSent) || errors.Is(err, ledger.ErrBusy) || errors.Is(err, ledger.ErrClosed)
}
