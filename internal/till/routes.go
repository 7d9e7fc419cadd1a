package till

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"

	"tally/internal/api"
	"tally/internal/exact"
	"tally/internal/voucher"
)

// Handler answers the POS. With a token every request must bear it.
func (a *Agent) Handler(token string) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /redemptions", a.postRedemption)
	mux.HandleFunc("GET /redemptions/{reference}", a.getRedemption)
	mux.HandleFunc("POST /redemptions/{reference}/cancel", a.postCancel)
	mux.HandleFunc("POST /codes", a.postCode)
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, r *http.Request) {
		write(w, http.StatusOK, "application/json", a.Health(r.Context()))
	})
	mux.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) { fail(w, known("not_found")) })
	for _, path := range []string{"/redemptions", "/redemptions/{reference}", "/redemptions/{reference}/cancel", "/codes", "/healthz"} {
		mux.HandleFunc(path, func(w http.ResponseWriter, _ *http.Request) { fail(w, known("method_not_allowed")) })
	}
	return &gate{next: mux, token: token, origins: a.opts.Origins, busy: make(chan struct{}, MaxRequests)}
}

func (a *Agent) postRedemption(w http.ResponseWriter, r *http.Request) {
	s, err := a.redemption(r)
	if err != nil {
		fail(w, err)
		return
	}
	switch s.State {
	case StateRedeemed:
		w.Header().Set("Location", location(s.Reference))
		write(w, http.StatusCreated, "application/json", s)
	case StatePending:
		pending(w, s)
	default:
		refusal(w, s)
	}
}

// redemption redeems the order of a request: one with a cart, or one with figures.
func (a *Agent) redemption(r *http.Request) (Sale, error) {
	text, err := body(r.Body)
	if err != nil {
		return Sale{}, err
	}
	var either struct {
		Cart json.RawMessage `json:"cart"`
	}
	if json.Unmarshal(text, &either) == nil && either.Cart != nil {
		var o CartOrder
		if err := document(text, &o); err != nil {
			return Sale{}, err
		}
		return a.RedeemCart(r.Context(), o)
	}
	var o Order
	if err := document(text, &o); err != nil {
		return Sale{}, err
	}
	return a.Redeem(r.Context(), o)
}

func (a *Agent) getRedemption(w http.ResponseWriter, r *http.Request) {
	s, err := a.Sale(r.Context(), r.PathValue("reference"))
	if err != nil {
		fail(w, err)
		return
	}
	write(w, http.StatusOK, "application/json", s)
}

func (a *Agent) postCancel(w http.ResponseWriter, r *http.Request) {
	if err := decode(r.Body, &struct{}{}); err != nil {
		fail(w, err)
		return
	}
	switch s, err := a.Cancel(r.Context(), r.PathValue("reference")); {
	case err != nil:
		fail(w, err)
	case !s.Final:
		pending(w, s)
	default:
		write(w, http.StatusOK, "application/json", s)
	}
}

// location is the address of a sale. A reference may have any printable character, so it
// is percent-encoded.
func location(reference string) string { return "/redemptions/" + url.PathEscape(reference) }

// Offer is what a code offers.
type Offer struct {
	ID       voucher.Hash `json:"id"`       // of the command that it will be
	Deadline uint64       `json:"deadline"` // Unix seconds
	Reserves bool         `json:"reserves"` // it is for a hold, which this agent does not take
	Vouchers []OfferLine  `json:"vouchers"` // in the order of discounts and units
}

// OfferLine is one voucher of a code.
type OfferLine struct {
	Voucher  string `json:"voucher"`
	Campaign string `json:"campaign"`
	Units    uint64 `json:"units"` // the most that may be taken
}

// postCode reads a code, so that the POS knows what the discount is for. Nothing
// is sent, and whether the code is good is not asked.
func (a *Agent) postCode(w http.ResponseWriter, r *http.Request) {
	var in struct {
		Code string `json:"code"`
	}
	if err := decode(r.Body, &in); err != nil {
		fail(w, err)
		return
	}
	code, err := a.signer.read(in.Code)
	if err != nil {
		fail(w, err)
		return
	}
	offer := Offer{ID: a.opts.Domain.Digest(code.Offer), Deadline: code.Offer.Deadline, Reserves: code.Offer.HoldUntil != 0}
	for _, line := range code.Offer.Lines {
		offer.Vouchers = append(offer.Vouchers, OfferLine{
			Voucher: line.Ref().String(), Campaign: line.Campaign.String(), Units: line.Units,
		})
	}
	write(w, http.StatusOK, "application/json", offer)
}

// pending answers that a sale is not settled.
func pending(w http.ResponseWriter, s Sale) {
	w.Header().Set("Location", location(s.Reference))
	w.Header().Set("Retry-After", "1")
	write(w, http.StatusAccepted, "application/json", s)
}

// refusal answers a sale that is not redeemed with its problem, which says
// beside the kind which sale it is and whether that is final.
func refusal(w http.ResponseWriter, s Sale) {
	p := s.Problem
	if p == nil { // cancelled
		p = known(voucher.KindAlreadyUsed.String())
	}
	write(w, p.Status, "application/problem+json", struct {
		api.Problem
		Reference string       `json:"reference"`
		State     State        `json:"state"`
		Final     bool         `json:"final"`
		ID        voucher.Hash `json:"id"`
		Deadline  uint64       `json:"deadline"`
	}{*p, s.Reference, s.State, s.Final, s.ID, s.Deadline})
}

// decode reads a body: one JSON object of the documented members.
func decode(from io.Reader, into any) error {
	text, err := body(from)
	if err != nil {
		return err
	}
	return document(text, into)
}

func body(from io.Reader) ([]byte, error) {
	text, err := io.ReadAll(from)
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		p := known("body_too_large")
		p.Detail = fmt.Sprintf("Send at most %d bytes.", MaxBody)
		return nil, p
	case err != nil:
		return nil, invalid("The body was cut off.")
	default:
		return text, nil
	}
}

// document reads one JSON object. What it says of a wrong one repeats nothing of it.
func document(text []byte, into any) error {
	if err := exact.JSON(text, into); err != nil {
		return invalid(exact.Sentence(err))
	}
	return nil
}

// fail answers with an error's problem. Every error of the agent is one.
func fail(w http.ResponseWriter, err error) {
	var p *api.Problem
	if !errors.As(err, &p) {
		p = known("internal")
	}
	if p.Status == http.StatusServiceUnavailable {
		w.Header().Set("Retry-After", "1")
	}
	if p.Status == http.StatusUnauthorized {
		w.Header().Set("WWW-Authenticate", "Bearer")
	}
	var u *UnusableError
	if errors.As(err, &u) {
		write(w, p.Status, "application/problem+json", struct {
			api.Problem
			TakeOut []string  `json:"take_out"`
			Quote   api.Quote `json:"quote"`
		}{*p, u.TakeOut, u.Quote})
		return
	}
	write(w, p.Status, "application/problem+json", p)
}

func write(w http.ResponseWriter, status int, kind string, body any) {
	text, err := json.Marshal(body)
	if err != nil {
		w.WriteHeader(http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", kind)
	w.WriteHeader(status)
	_, _ = w.Write(append(text, '\n')) // who has gone need not be told
}
