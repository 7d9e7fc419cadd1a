package api

import "tally/internal/voucher"

// Request is the body of a command.
type Request interface {
	Endpoint() string // the path that it is posted to, from the server's root
}

// Endpoint implements Request.
func (r SignedRequest[T]) Endpoint() string { return endpointOf(r.Intent) }

// Endpoint implements Request.
func (r ApprovedRequest[T]) Endpoint() string { return endpointOf(r.Intent) }

// Endpoint implements Request.
func (r PlacedRequest[T]) Endpoint() string { return endpointOf(r.Intent) }

// Endpoint implements Request.
func (DeliveryRequest) Endpoint() string { return "/v1/deliveries" }

// Endpoint implements Request.
func (ClaimRequest) Endpoint() string { return "/v1/claims" }

// Endpoint implements Request.
func (RedemptionRequest) Endpoint() string { return "/v1/redemptions" }

// Endpoint implements Request.
func (HoldRequest) Endpoint() string { return "/v1/holds" }

// Endpoint implements Request.
func (CancelRequest) Endpoint() string { return "/v1/cancels" }

// endpointOf is that of an intent that is not joined to another; "" is none.
func endpointOf(in any) string {
	switch in := in.(type) {
	case voucher.SetOperators:
		return "/v1/operators"
	case voucher.SetAuditor:
		return "/v1/operators/auditors"
	case voucher.AdmitMerchant:
		return "/v1/merchants"
	case voucher.SuspendMerchant:
		return merchantPath(in.Merchant) + "/suspensions"
	case voucher.ReinstateMerchant:
		return merchantPath(in.Merchant) + "/reinstatements"
	case voucher.RecoverRoot:
		return merchantPath(in.Merchant) + "/recoveries"
	case voucher.RotateRoot:
		return merchantPath(in.Merchant) + "/roots"
	case voucher.PutStore:
		return merchantPath(in.Merchant) + "/stores"
	case voucher.PutKey:
		return merchantPath(in.Merchant) + "/keys"
	case voucher.CreateCampaign:
		return "/v1/campaigns"
	case voucher.ChangeCampaign:
		return "/v1/campaigns/" + in.Campaign.String() + "/changes"
	case voucher.PutAttestor:
		return "/v1/campaigns/" + in.Campaign.String() + "/attestors"
	case voucher.Issue:
		return "/v1/issues"
	case voucher.Transfer:
		return "/v1/transfers"
	case voucher.Capture:
		return "/v1/holds/" + in.Hold.String() + "/captures"
	case voucher.Release:
		return "/v1/holds/" + in.Hold.String() + "/releases"
	case voucher.Rollback:
		return "/v1/redemptions/" + in.Redemption.String() + "/rollbacks"
	case voucher.Void:
		return "/v1/voids"
	default:
		return ""
	}
}

func merchantPath(m voucher.Address) string { return "/v1/merchants/" + m.String() }
