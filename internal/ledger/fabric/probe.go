package fabric

import (
	"context"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"sync"
	"time"

	"github.com/hyperledger/fabric-protos-go-apiv2/msp"
	"github.com/hyperledger/fabric-protos-go-apiv2/peer/lifecycle"
	"google.golang.org/protobuf/proto"

	"tally/internal/ledger"
	"tally/internal/ledger/fabric/wire"
)

var _ ledger.Prober = (*Ledger)(nil)

// Light is the last answer of a peer itself, not of a peer that its gateway chose, to
// a call that does nothing. It is zero before the first answer.
type Light struct {
	Endorses     bool
	Reason       string    // why it does not
	Organisation string    // its MSP id; "" before it endorsed once
	Ends         time.Time // of the certificate that it endorses with; zero as long
	// Offset is how far its chaincode's clock is ahead of this process's, if Clock:
	// a chaincode of before does not tell.
	Offset time.Duration
	Clock  bool
}

// Lights are what the last beat found of a channel as a whole.
type Lights struct {
	Ends      time.Time       // of this process's certificate towards the peers
	LastBlock time.Time       // what the clients of the newest block stamped it with
	Approved  map[string]bool // organisations, by MSP id, and whether each has approved the chaincode's committed definition; nil while no peer tells
	Sequence  int64           // of that definition
}

// lights keeps what beats find.
type lights struct {
	sooner  chan struct{} // a write failed: the next beat comes early
	looking sync.Mutex    // held for one beat

	mu       sync.Mutex
	writable error
	approved map[string]bool
	sequence int64
}

var errNotTried = fmt.Errorf("%w: no write was tried yet", ledger.ErrUnavailable)

func newLights() *lights {
	return &lights{writable: errNotTried, sooner: make(chan struct{}, 1)}
}

// beat asks the network at once, then every ProbeEvery until the ledger is closed.
func (l *Ledger) beat(ctx context.Context, every time.Duration) {
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	stop := l.stop
	l.stop = func() { cancel(); stop() }
	l.running.Go(func() {
		for ctx.Err() == nil {
			l.look(ctx)
			l.pause(ctx, every)
		}
	})
}

// pause waits for the next beat.
func (l *Ledger) pause(ctx context.Context, every time.Duration) {
	timer := time.NewTimer(every)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	case <-l.lights.sooner:
		l.rest(ctx, min(probeAgain, every))
	}
}

// Probe asks every peer now, as a beat does, and returns what Writable then says.
func (l *Ledger) Probe(ctx context.Context) error {
	l.look(ctx)
	return l.Writable(ctx)
}

// hurry brings the next beat forward: a write failed although the last beat said that
// writes are endorsed.
func (l *lights) hurry() {
	select {
	case l.sooner <- struct{}{}:
	default:
	}
}

// look is one beat.
func (l *Ledger) look(ctx context.Context) {
	l.lights.looking.Lock()
	defer l.lights.looking.Unlock()
	l.renew(ctx)
	l.lookAround(ctx)
	trying, cancel := context.WithTimeout(ctx, probeTimeout)
	defer cancel()
	_, err := l.endorse(trying, wire.FunctionReady, nil)
	if l.closes() {
		return
	}
	l.found(ctx, err)
}

// lookAround asks all peers at once: a slow one takes no time from what follows.
func (l *Ledger) lookAround(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, probeTimeout)
	defer cancel()
	var all sync.WaitGroup
	for _, p := range l.peers {
		all.Go(func() { l.lookAt(ctx, p) })
	}
	all.Go(func() { l.lookAtDefinition(ctx) })
	all.Wait()
}

// closes reports whether the ledger was closed. A failure then says nothing about
// the network.
func (l *Ledger) closes() bool {
	l.closing.RLock()
	defer l.closing.RUnlock()
	return l.closed
}

// found notes whether a write would be endorsed, and logs what changed.
func (l *Ledger) found(ctx context.Context, err error) {
	if err != nil && !errors.Is(err, ledger.ErrUnavailable) {
		err = fmt.Errorf("%w: %w", ledger.ErrUnavailable, err)
	}
	l.lights.mu.Lock()
	was := l.lights.writable
	l.lights.writable = err
	l.lights.mu.Unlock()
	switch {
	case err != nil && (was == nil || was == errNotTried): //nolint:errorlint // it is that one
		l.log.ErrorContext(ctx, "the ledger cannot be written", slog.Any("error", err))
	case err == nil && was != nil && was != errNotTried: //nolint:errorlint // it is that one
		l.log.InfoContext(ctx, "the ledger can be written again")
	}
}

// renew reads the certificate again if its file has changed, and warns of its end.
func (l *Ledger) renew(ctx context.Context) {
	changed, err := l.identity.refresh()
	if err != nil {
		l.log.ErrorContext(ctx, "the certificate towards the peers cannot be read again, the last one signs", slog.Any("error", err))
	}
	if changed {
		l.log.InfoContext(ctx, "certificate towards the peers read again", slog.Time("until", l.identity.now().ends))
	}
	l.identity.warn(ctx, l.log, time.Now())
}

// lookAt asks one peer itself to endorse, and for its clock.
func (l *Ledger) lookAt(ctx context.Context, p *peer) {
	light, err := l.lightOf(ctx, p)
	if ctx.Err() != nil && l.closes() {
		return
	}
	if err != nil {
		light.Reason = err.Error()
	}
	was := p.shows(light)
	p.dark.Store(!light.Endorses)
	switch {
	case !light.Endorses && (was.Endorses || was.Reason == ""):
		l.log.WarnContext(ctx, "peer does not endorse", slog.String("peer", p.endpoint), slog.String("reason", light.Reason))
	case light.Endorses && was.Reason != "":
		l.log.InfoContext(ctx, "peer endorses again", slog.String("peer", p.endpoint))
	}
}

// lightOf is what a peer answers. The error is why it does not endorse.
func (l *Ledger) lightOf(ctx context.Context, p *peer) (Light, error) {
	light := Light{}
	last := p.health().Light
	light.Organisation, light.Ends = last.Organisation, last.Ends
	light.Offset, light.Clock = l.offsetOf(ctx, p)
	ask, err := l.propose(l.chaincode, wire.FunctionReady)
	if err != nil {
		return light, err
	}
	response, err, _ := p.ask(ctx, ask.signed)
	if err != nil {
		return light, err
	}
	light.Endorses = true
	var by msp.SerializedIdentity
	if proto.Unmarshal(response.GetEndorsement().GetEndorser(), &by) == nil {
		light.Organisation, light.Ends = by.GetMspid(), endOf(by.GetIdBytes())
	}
	return light, nil
}

// endOf is when a certificate in PEM ends; zero if it is none.
func endOf(raw []byte) (at time.Time) {
	block, _ := pem.Decode(raw)
	if block == nil {
		return at
	}
	certificate, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		return at
	}
	return certificate.NotAfter
}

// offsetOf is how far the clock of a peer's chaincode is ahead of this process's,
// taken from the middle of the question and its answer.
func (l *Ledger) offsetOf(ctx context.Context, p *peer) (offset time.Duration, ok bool) {
	asked := l.now()
	ask, err := l.propose(l.chaincode, wire.FunctionReady, []byte(wire.ReadyClock))
	if err != nil {
		return 0, false
	}
	response, err, _ := p.ask(ctx, ask.signed)
	if err != nil {
		return 0, false
	}
	answered := l.now()
	clock, err := wire.Decode[wire.Clock](response.GetResponse().GetPayload())
	if err != nil {
		return 0, false // of a chaincode of before
	}
	middle := asked.Add(answered.Sub(asked) / 2)
	return time.UnixMilli(int64(clock.Now)).Sub(middle), true //nolint:gosec // milliseconds of this epoch
}

// lookAtDefinition asks which organisations have approved the committed definition.
// Where the channel does not let clients ask, nothing is known.
func (l *Ledger) lookAtDefinition(ctx context.Context) {
	argument, err := proto.Marshal(&lifecycle.QueryChaincodeDefinitionArgs{Name: l.chaincode})
	if err != nil {
		return
	}
	raw, err := l.query(ctx, "_lifecycle", "QueryChaincodeDefinition", argument)
	if err != nil {
		l.log.DebugContext(ctx, "no peer tells the chaincode's definition", slog.Any("error", err))
		return
	}
	var definition lifecycle.QueryChaincodeDefinitionResult
	if err := proto.Unmarshal(raw, &definition); err != nil {
		return
	}
	l.lights.mu.Lock()
	was := l.lights.approved
	l.lights.approved, l.lights.sequence = definition.GetApprovals(), definition.GetSequence()
	l.lights.mu.Unlock()
	for organisation, approves := range definition.GetApprovals() {
		before, known := was[organisation]
		if !approves && (before || !known) {
			l.log.WarnContext(ctx, "an organisation has not approved the chaincode's definition: its peers cannot endorse",
				slog.String("organisation", organisation), slog.Int64("sequence", definition.GetSequence()))
		}
	}
}

// shows notes what a peer answered, and returns what it answered before.
func (p *peer) shows(light Light) (was Light) {
	p.mu.Lock()
	defer p.mu.Unlock()
	was, p.light = p.light, light
	return was
}

// Writable implements ledger.Prober: nil if the last beat had a call endorsed by
// as many organisations as the chaincode's policy asks for. The beat comes every
// Options.ProbeEvery, and soon after a write that was not endorsed.
func (l *Ledger) Writable(context.Context) error {
	l.lights.mu.Lock()
	defer l.lights.mu.Unlock()
	return l.lights.writable
}

// Lights are what the last beat found.
func (l *Ledger) Lights() Lights {
	l.lights.mu.Lock()
	defer l.lights.mu.Unlock()
	return Lights{
		Ends: l.identity.now().ends, LastBlock: l.chain.latest(),
		Approved: maps.Clone(l.lights.approved), Sequence: l.lights.sequence,
	}
}
