package cli

import (
	"context"
	"crypto/ecdsa"

	"tally/internal/api"
	"tally/internal/client"
)

// Approvers opens the keys of operators who decide together.
func (a *App) Approvers(s *client.Session, names []string) (client.Operators, error) {
	keys := make([]*ecdsa.PrivateKey, len(names))
	for i, name := range names {
		key, err := a.Signer(name)
		if err != nil {
			return client.Operators{}, err
		}
		keys[i] = key
	}
	return s.Operators(keys), nil
}

// Merchant finds a merchant as it is now.
func (a *App) Merchant(ctx context.Context, s *client.Session, name string) (api.MerchantInfo, error) {
	id, err := a.Address(name)
	if err != nil {
		return api.MerchantInfo{}, err
	}
	return s.Client.Merchant(ctx, id)
}
