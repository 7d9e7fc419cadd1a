package httpapi

import (
	"net/http"

	"github.com/gin-gonic/gin"

	"tally/internal/api"
	"tally/internal/voucher"
)

// Handler is the server's routes. Middleware that concerns every request is in
// front of them.
func (s *Server) Handler() http.Handler {
	r := gin.New()
	r.HandleMethodNotAllowed = true
	r.UseRawPath = false
	r.RedirectTrailingSlash = false // an address has one form, and the document has no redirects
	r.Use(s.identify, s.recover, s.whole, s.limit)
	r.NoRoute(s.serve(func(*gin.Context) (*answer, error) { return nil, notFound() }))
	r.NoMethod(s.serve(wrongMethod))
	for _, route := range s.routes() {
		s.register(r, route)
	}
	for path, methods := range s.methods() {
		r.OPTIONS(path, s.serve(options(methods)))
	}
	return r
}

// register adds a route to the router. HEAD is answered wherever GET is: by the same
// handler, so with the same header and the same rules of who may read.
func (s *Server) register(r *gin.Engine, of route) {
	handle := s.serve(of.checked())
	r.Handle(of.method, of.path, handle)
	if of.method == http.MethodGet {
		r.HEAD(of.path, handle)
	}
}

// route is one line of the router; the OpenAPI document has the same lines.
type route struct {
	method string
	path   string
	handle handler
}

// checked is the route's handler behind the checks that all routes have: of the
// query, and of what a body says that it is.
func (r route) checked() handler {
	known := api.OpenAPI().QueryParameters(r.method, documentPath(r.path))
	return func(c *gin.Context) (*answer, error) {
		if err := checkQuery(c.Request.URL.RawQuery, known); err != nil {
			return nil, err
		}
		if err := checkAddresses(c); err != nil {
			return nil, err
		}
		if r.method == http.MethodPost || r.method == http.MethodPut {
			if err := checkMedia(c); err != nil {
				return nil, err
			}
		}
		return r.handle(c)
	}
}

func (s *Server) routes() []route {
	const get, create = http.MethodGet, http.MethodPost
	return []route{
		{get, "/healthz", healthz},
		{get, "/readyz", s.readyz},
		{get, "/", s.getFront},
		{get, "/docs", getDocs},
		{get, "/problems", listProblems},
		{get, "/problems/:code", getProblem},
		{get, "/v1/openapi.yaml", getOpenAPIYAML},
		{get, "/v1/openapi.json", getOpenAPIJSON},

		{get, "/v1/ledger", s.getLedger},
		{get, "/v1/intents", s.listIntents},
		{get, "/v1/intents/:intent", s.getIntent},
		{get, "/v1/operators", s.getOperators},
		{create, "/v1/operators", jointlyProven(s, func(voucher.SetOperators) string { return "" })},
		{get, "/v1/operators/auditors", s.listAuditors},
		{create, "/v1/operators/auditors", approved(s, func(voucher.SetAuditor) string { return "" })},

		{create, "/v1/merchants", proven(s, "/v1/merchants/", func(in voucher.AdmitMerchant) string { return in.Merchant.String() })},
		{get, "/v1/merchants/:merchant", s.getMerchant},
		{create, "/v1/merchants/:merchant/stores", post(s, "", func(in voucher.PutStore) string { return in.Merchant.String() })},
		{create, "/v1/merchants/:merchant/keys", post(s, "", func(in voucher.PutKey) string { return in.Merchant.String() })},
		{create, "/v1/merchants/:merchant/suspensions", post(s, "", func(in voucher.SuspendMerchant) string { return in.Merchant.String() })},
		{create, "/v1/merchants/:merchant/reinstatements", post(s, "", func(in voucher.ReinstateMerchant) string { return in.Merchant.String() })},
		{create, "/v1/merchants/:merchant/roots", proven(s, "", func(in voucher.RotateRoot) string { return in.Merchant.String() })},
		{create, "/v1/merchants/:merchant/recoveries", jointlyProven(s, func(in voucher.RecoverRoot) string { return in.Merchant.String() })},
		{get, "/v1/merchants/:merchant/campaigns", s.listMerchantCampaigns},
		{get, "/v1/merchants/:merchant/redemptions", s.listOrders},
		{get, "/v1/merchants/:merchant/report", s.getReport},

		{create, "/v1/campaigns", s.createCampaign},
		{get, "/v1/campaigns", s.listCampaigns},
		{get, "/v1/campaigns/:campaign", s.getCampaign},
		{create, "/v1/campaigns/:campaign/changes", post(s, "", func(in voucher.ChangeCampaign) string { return in.Campaign.String() })},
		{get, "/v1/campaigns/:campaign/attestors", s.listAttestors},
		{create, "/v1/campaigns/:campaign/attestors", post(s, "", func(in voucher.PutAttestor) string { return in.Campaign.String() })},
		{get, "/v1/campaigns/:campaign/audit", s.auditCampaign},
		{create, "/v1/issues", s.issue},
		{get, "/v1/issues/:id", s.getIssue},
		{create, "/v1/deliveries", s.deliver},

		{create, "/v1/quotes", s.quote},
		{create, "/v1/claims", s.claim},
		{create, "/v1/transfers", s.transfer},
		{create, "/v1/redemptions", s.withReceipt(s.redeem)},
		{get, "/v1/redemptions", s.getReference},
		{get, "/v1/redemptions/:id", s.getRedemption},
		{create, "/v1/redemptions/:id/rollbacks", s.rollback},
		{get, "/v1/redemptions/:id/rollbacks", s.getReturned},
		{create, "/v1/holds", s.withReceipt(s.hold)},
		{get, "/v1/holds/:id", s.getHold},
		{create, "/v1/holds/:id/captures", s.withReceipt(s.capture)},
		{create, "/v1/holds/:id/releases", post(s, "", func(in voucher.Release) string { return in.Hold.String() })},
		{create, "/v1/cancels", s.cancel},
		{create, "/v1/voids", s.void},

		{get, "/v1/commands/:id", s.getCommand},
		{get, "/v1/commands/:id/receipt", s.getReceipt},
		{http.MethodPut, "/v1/commands/:id/record", s.putRecord},
		{get, "/v1/commands/:id/record", s.getRecord},
		{http.MethodDelete, "/v1/commands/:id/record", s.eraseRecord},
		{get, "/v1/vouchers/:voucher", s.getVoucher},
		{get, "/v1/vouchers/:voucher/history", s.getHistory},
		{get, "/v1/wallets/:wallet/vouchers", s.listWallet},
		{get, "/v1/wallets/:wallet/campaigns/:campaign", s.getHolder},

		{get, "/v1/log/checkpoint", s.audited(s.getCheckpoint)},
		{get, "/v1/log/tile/:level/*number", s.audited(s.getTile)},
		{get, "/v1/log/blocks", s.audited(s.getBlocks)},
		{get, "/v1/log/proofs/:position", s.audited(s.getProof)},
	}
}
