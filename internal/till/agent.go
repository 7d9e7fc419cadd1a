package till

import (
	"context"
	"crypto/ecdsa"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"tally/internal/api"
	"tally/internal/client"
	"tally/internal/intent"
	"tally/internal/pricing"
	"tally/internal/voucher"
)

// Options are what an agent is made of. All but Origins, Deposit, Keep and the pauses are
// required.
type Options struct {
	Client   *client.Client // of client.Connect: it knows what cannot have left
	Domain   *intent.Domain // of the ledger that is signed for
	Key      *ecdsa.PrivateKey
	Merchant voucher.Address
	Store    uint32
	Journal  *Journal // closed by the caller, who opened it
	Now      func() time.Time
	Log      *slog.Logger
	Origins  []string // of web pages that may use the agent: see CheckOrigins
	Deposit  bool     // the order record of each sale of a cart with the server

	Keep                     time.Duration // how long a settled sale is kept; for ever if zero
	FirstPause, LongestPause time.Duration // between tries, also those that the POS causes; the constants if zero
	LongestDeposit           time.Duration // between two tries to deposit a record; the constant if zero
}

// Agent is a till agent. Its methods may be called at once.
type Agent struct {
	opts   Options
	signer signer

	mu      sync.Mutex
	open    map[string]*sale    // what is not settled, by reference
	pricing map[string]*waiting // what is not signed yet, by reference
	owed    []owed              // records that the server does not have yet

	owing chan struct{} // is told when there is a record to deposit
}

// sale is an open sale. The goroutine that settles it holds mu.
type sale struct {
	reference   string       // never changes
	fingerprint voucher.Hash // never changes

	mu     sync.Mutex
	record record
	onDisk bool      // the journal says that a copy may be under way
	tries  int       // since the start
	tried  time.Time // by the machine's own clock, as due
	due    time.Time
}

// Sale is what the POS gets to know of a sale.
type Sale struct {
	Reference string           `json:"reference"`
	State     State            `json:"state"`
	Final     bool             `json:"final"`    // nothing changes any more
	ID        voucher.Hash     `json:"id"`       // of the command on the ledger
	Deadline  uint64           `json:"deadline"` // of the code, Unix seconds
	Salt      *voucher.Hash    `json:"salt,omitempty"`
	Outcome   *voucher.Outcome `json:"outcome,omitempty"` // if it is redeemed
	Problem   *api.Problem     `json:"problem,omitempty"` // why it is not redeemed, or not yet

	// Of a cart: the order record, whose hash with the salt the till signed, and from it
	// the sums of the order, what is due for one, and what each voucher takes off.
	Record string            `json:"record,omitempty"`
	Totals *api.QuoteTotals  `json:"totals,omitempty"`
	Chosen []api.QuoteChosen `json:"chosen,omitempty"`
}

// New is the agent of a till, with what its journal has open. The error is
// ErrOtherTill where the journal is somebody else's, ErrDamaged where it cannot
// be read.
func New(o Options) (*Agent, error) {
	if err := CheckOrigins(o.Origins); err != nil {
		return nil, err
	}
	a := &Agent{
		opts: o, open: map[string]*sale{}, pricing: map[string]*waiting{}, owing: make(chan struct{}, 1),
		signer: signer{client.Signer{Domain: o.Domain, Key: o.Key}, o.Merchant, o.Store},
	}
	if a.opts.FirstPause == 0 {
		a.opts.FirstPause = FirstPause
	}
	if a.opts.LongestPause == 0 {
		a.opts.LongestPause = LongestPause
	}
	if a.opts.LongestDeposit == 0 {
		a.opts.LongestDeposit = LongestDeposit
	}
	identity := Identity{Ledger: o.Domain.Ledger(), Merchant: o.Merchant, Store: o.Store, Till: a.signer.Address()}
	if err := a.opts.Journal.Own(identity); err != nil {
		return nil, err
	}
	records, err := a.opts.Journal.open()
	if err != nil {
		return nil, err
	}
	for _, r := range records {
		if !r.of(o.Domain) {
			return nil, fmt.Errorf("%w: %s: the sale's id is not the digest of its own code", ErrDamaged, a.opts.Journal.path(openDir, r.Reference))
		}
		a.open[r.Reference] = newSale(r)
	}
	return a, a.readOwed()
}

// readOwed reads what is to be deposited. A note that cannot be read stops no sale: its record
// stays in the journal, and is not deposited.
func (a *Agent) readOwed() error {
	if !a.opts.Deposit {
		return nil
	}
	list, damaged, err := a.opts.Journal.owed()
	a.owed = list
	for _, path := range damaged {
		a.opts.Log.Error("a record is not deposited: its note is damaged", slog.String("file", path)) //nolint:sloglint // nobody waits for it
	}
	return err
}

func newSale(r record) *sale {
	return &sale{reference: r.Reference, fingerprint: r.Fingerprint, record: r, onDisk: r.Loose}
}

// look finds a sale. The caller holds mu.
func (a *Agent) look(reference string) (s *sale, ok bool, err error) {
	if s, ok := a.open[reference]; ok {
		return s, true, nil
	}
	r, ok, err := a.opts.Journal.settled(reference)
	if err != nil || !ok {
		return nil, false, err
	}
	return newSale(r), true, nil
}

// find is look for a caller that does not hold mu.
func (a *Agent) find(ctx context.Context, reference string) (*sale, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.found(ctx, reference)
}

// findToCancel is find. Where there is no sale yet, those that are priced become none.
func (a *Agent) findToCancel(ctx context.Context, reference string) (*sale, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if w, ok := a.pricing[reference]; ok {
		w.cancelled = true
	}
	return a.found(ctx, reference)
}

// found is a sale that has to be there. The caller holds mu.
func (a *Agent) found(ctx context.Context, reference string) (*sale, error) {
	s, ok, err := a.look(reference)
	switch {
	case err != nil:
		return nil, a.broken(ctx, err)
	case !ok:
		return nil, faultUnknownReference.problem()
	}
	return s, nil
}

// Sale tries to settle a sale and shows it.
func (a *Agent) Sale(ctx context.Context, reference string) (Sale, error) {
	s, err := a.find(ctx, reference)
	if err != nil {
		return Sale{}, err
	}
	return a.settle(ctx, s), nil
}

// Cancel makes sure that a sale is not redeemed, unless it was already: the
// customer needs a new code then. It is final when the answer says so; until
// then the agent goes on, also after a restart.
func (a *Agent) Cancel(ctx context.Context, reference string) (Sale, error) {
	s, err := a.findToCancel(ctx, reference)
	if err != nil {
		return Sale{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.record.Final && !s.record.Cancelling {
		s.record.Cancelling = true
		if err := a.save(s); err != nil {
			s.record.Cancelling = false
			return Sale{}, a.broken(ctx, err)
		}
	}
	if !s.record.Final {
		a.try(context.WithoutCancel(ctx), s)
	}
	shown := s.show()
	if shown.State == StateRedeemed {
		return shown, faultRedeemed.problem()
	}
	return shown, nil
}

// settle makes one try to settle a sale, unless somebody else just did.
func (a *Agent) settle(ctx context.Context, s *sale) Sale {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.record.Final && time.Since(s.tried) >= a.opts.FirstPause {
		// The POS may hang up; what was begun is still better known than not.
		a.try(context.WithoutCancel(ctx), s)
	}
	return s.show()
}

// show is a sale as the POS sees it. The caller holds mu.
func (s *sale) show() Sale {
	r := s.record
	shown := Sale{
		Reference: r.Reference, State: r.State, Final: r.Final, ID: r.ID, Deadline: r.Deadline,
		Salt: r.Salt, Outcome: r.Outcome, Problem: r.Problem, Record: r.OrderRecord,
	}
	if order, err := pricing.ReadRecord([]byte(r.OrderRecord)); err == nil {
		totals := api.QuoteTotals(order.Totals)
		shown.Totals = &totals
		for _, taken := range order.Vouchers {
			shown.Chosen = append(shown.Chosen, api.ChosenOf(taken))
		}
	}
	return shown
}

// save puts a sale on the disk as it is. The caller holds its mu.
func (a *Agent) save(s *sale) error {
	if err := a.opts.Journal.write(s.record); err != nil {
		return err
	}
	s.onDisk = s.record.Loose
	return nil
}

// broken returns what the POS is told about an error that the POS did not cause.
func (a *Agent) broken(ctx context.Context, err error) error {
	var p *api.Problem
	if errors.As(err, &p) {
		return p
	}
	a.opts.Log.ErrorContext(ctx, "journal failed", slog.Any("error", err))
	return faultJournal.problem()
}

// CheckTill asks the server whether the key is a till of the store. The error is
// ErrNotTill, or the client's.
func CheckTill(ctx context.Context, c *client.Client, merchant voucher.Address, store uint32, till voucher.Address) error {
	info, err := c.Merchant(ctx, merchant)
	if err != nil {
		return err
	}
	for _, k := range info.Keys {
		if k.Key == till && k.Store == store && k.Scopes&voucher.ScopeRedeem != 0 {
			return nil
		}
	}
	return fmt.Errorf("%w: %s at store %d", ErrNotTill, till, store)
}

// ErrNotTill says that a merchant did not let a key in as a till of a store.
var ErrNotTill = errors.New("not a till")

// unsettled lists the open sales, in no order.
func (a *Agent) unsettled() []*sale {
	a.mu.Lock()
	defer a.mu.Unlock()
	list := make([]*sale, 0, len(a.open))
	for _, s := range a.open {
		list = append(list, s)
	}
	return list
}
