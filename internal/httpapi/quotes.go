package httpapi

import (
	"errors"
	"fmt"
	"strings"

	"github.com/gin-gonic/gin"

	"tally/internal/access"
	"tally/internal/api"
	"tally/internal/intent"
	"tally/internal/pricing"
	"tally/internal/quote"
	"tally/internal/voucher"
)

// quote says what vouchers take off a cart. Who may read a wallet's vouchers may ask about
// the wallet; who has a code may ask about the code, as a till of its store.
func (s *Server) quote(c *gin.Context) (*answer, error) {
	r, err := s.reader(c)
	if err != nil {
		return nil, err
	}
	var in api.QuoteRequest
	if err := read(c, &in); err != nil {
		return nil, err
	}
	request, of, err := s.quoteRequest(in)
	if err != nil {
		return nil, err
	}
	ctx, cancel := s.within(c)
	defer cancel()
	may, err := s.access.Authorize(ctx, r, of)
	if err != nil {
		return nil, err
	}
	if !may {
		return nil, errStranger
	}
	q, err := s.quotes.Price(ctx, request)
	if err != nil {
		return nil, err
	}
	return asJSON(quoteAnswer(q, in.Locale))
}

// quoteRequest reads what is asked, and what somebody has to be allowed to read who asks it.
func (s *Server) quoteRequest(in api.QuoteRequest) (request quote.Request, of access.Resource, err error) {
	cart, err := pricing.ReadCart(in.Cart)
	if err != nil {
		return request, of, inCart(err)
	}
	request = quote.Request{
		Merchant: in.Merchant, Store: in.Store, Areas: in.Areas, Channel: in.Channel, Payment: in.Payment, Mode: pricing.Mode(in.Mode), Cart: cart,
	}
	of = access.Resource{Kind: access.Vouchers, Merchant: in.Merchant}
	switch {
	case len(in.Locale) > api.MaxLocale:
		return request, of, invalid(fmt.Sprintf("locale has more than %d bytes.", api.MaxLocale))
	case (in.Wallet != nil) == (in.Code != ""):
		return request, of, invalid("Name a wallet, or send a code: one of the two.")
	case in.Code != "" && len(in.Vouchers) > 0:
		return request, of, invalid("A code has its vouchers: leave vouchers out.")
	case in.Code != "":
		of.Kind, of.Store = access.Orders, in.Store
		err = s.ofCode(in, &request)
	default:
		request.Owner = *in.Wallet
		if request.Mode == "" {
			request.Mode = pricing.ModeBest
		}
		request.Wanted, err = wantedVouchers(in.Vouchers)
	}
	of.Parties = []voucher.Address{request.Owner}
	return request, of, err
}

// ofCode takes owner and vouchers from a code that its owner signed and that is good now.
func (s *Server) ofCode(in api.QuoteRequest, request *quote.Request) error {
	domain := s.teller.Domain()
	code, err := domain.ParseCode(in.Code)
	if err != nil {
		return err
	}
	switch offer := code.Offer; {
	case intent.Signer(domain.Digest(offer), code.Signature) != offer.Owner:
		return api.RefusalProblem(voucher.KindBadSignature)
	case s.unix() > offer.Deadline:
		return api.RefusalProblem(voucher.KindDeadlinePassed)
	case len(offer.Lines) > pricing.MaxVouchers:
		return api.RefusalProblem(voucher.KindMalformed)
	}
	request.Owner = code.Offer.Owner
	if request.Mode == "" {
		request.Mode = pricing.ModeAll
	}
	for _, line := range code.Offer.Lines {
		request.Wanted = append(request.Wanted, quote.Wanted{Ref: line.Ref(), Most: line.Units})
	}
	return nil
}

// wantedVouchers are the vouchers that a request names.
func wantedVouchers(names []string) (wanted []quote.Wanted, err error) {
	if len(names) > pricing.MaxVouchers {
		return nil, invalid(fmt.Sprintf("vouchers has %d items: at most %d are allowed.", len(names), pricing.MaxVouchers))
	}
	seen := map[voucher.Ref]bool{}
	for i, name := range names {
		ref, err := voucher.ParseRef(name)
		switch {
		case err != nil:
			return nil, invalid(fmt.Sprintf("vouchers[%d] is no voucher's id: vch_ and 40 hex digits are wanted.", i))
		case seen[ref]:
			return nil, invalid(fmt.Sprintf("vouchers[%d] comes twice.", i))
		}
		seen[ref] = true
		wanted = append(wanted, quote.Wanted{Ref: ref})
	}
	return wanted, nil
}

// orderProblem is the problem of an order that cannot be priced. It names the place, and
// what is wrong there. What looks like a voucher code, in the wrong place, is not repeated.
func orderProblem(r *pricing.RefusalError) *api.Problem {
	return api.FaultOrder.Because(codeless(r.Error()) + ".")
}

// codeless is what is wrong with a text, without a part of the text that looks like a code.
func codeless(says string) string {
	if strings.Contains(strings.ToUpper(says), "TALLY1") || intent.HideCodes(says) != says {
		return "what looks like a voucher code stands where none belongs"
	}
	return says
}

// inCart is an error of a cart that was read by itself: the place is below the request's cart.
func inCart(err error) error {
	var refused *pricing.RefusalError
	if !errors.As(err, &refused) {
		return err
	}
	at := *refused
	at.Path = strings.TrimSuffix("cart."+at.Path, ".")
	return &at
}

// quoteAnswer is a quote as a client sees it.
func quoteAnswer(q quote.Quote, locale string) api.Quote {
	r := q.Result
	a := api.Quote{
		At: q.Input.At, Offset: q.Record.Offset, Exact: r.Exact, AtMostMore: r.AtMostMore, Partial: q.Partial,
		Totals: api.QuoteTotals(r.Totals), Taxes: []api.QuoteTax{}, Chosen: []api.QuoteChosen{}, Usable: []api.QuoteUnused{}, Almost: []api.QuoteUnused{}, No: []api.QuoteUnused{},
		TillDecides: []api.QuoteUnpriced{}, Record: q.Record.Canonical(),
	}
	for _, tax := range r.Taxes {
		a.Taxes = append(a.Taxes, api.QuoteTax(tax))
	}
	for _, taken := range r.Taken {
		a.Chosen = append(a.Chosen, api.ChosenOf(taken))
	}
	for _, n := range r.NotTaken {
		unused := api.QuoteUnused{Voucher: n.Ref.String()}
		for _, reason := range n.Reasons {
			unused.Reasons = append(unused.Reasons, quoteReason(reason, q.Input, locale))
		}
		switch {
		case n.Almost:
			a.Almost = append(a.Almost, unused)
		case usable(n.Reasons[0].Code):
			a.Usable = append(a.Usable, unused)
		default:
			a.No = append(a.No, unused)
		}
	}
	for _, refused := range q.Refused {
		kind, _ := refused.Kind.Refusal()
		a.No = append(a.No, api.QuoteUnused{Voucher: refused.Ref.String(), Reasons: []api.QuoteReason{{Code: kind.Code, Text: kind.Sentence}}})
	}
	for _, one := range q.Store {
		a.TillDecides = append(a.TillDecides, api.QuoteUnpriced{Voucher: one.Ref.String(), Units: one.Units, MaxDiscount: one.MaxDiscount})
	}
	return a
}

// usable reports whether a voucher could be used, and is not only because of others that
// are.
func usable(code pricing.Code) bool {
	switch code {
	case pricing.CodeCannotCombine, pricing.CodeBetterWithout, pricing.CodeLimit, pricing.CodeNotAll:
		return true
	default:
		return false
	}
}

func quoteReason(r pricing.Reason, in pricing.Input, locale string) api.QuoteReason {
	reason := api.QuoteReason{
		Code: string(r.Code), Text: r.Sentence(locale, in.Cart.Currency, in.Offset), Need: r.Need, Has: r.Has, Opens: r.Opens,
		Alone: r.Alone, Chosen: r.Chosen,
	}
	if r.Code == pricing.CodeCannotCombine {
		reason.With = r.With.String()
	}
	return reason
}
