package shop

import (
	"net/http"
	"time"

	"tally/internal/api"
	"tally/internal/client"
	"tally/internal/ledger/ledgertest"
	"tally/internal/voucher"
	"tally/scripts/bench/load"
)

// CampaignRequest is Campaign as it is sent to a server.
func (s *Shop) CampaignRequest(name string, supply, open uint32) (load.Request, voucher.CampaignID, error) {
	create, err := client.SignAlone(s.signer(s.Merchant), s.terms(name, supply, open))
	if err != nil {
		return load.Request{}, voucher.CampaignID{}, err
	}
	r, err := request(create)
	return r, voucher.CampaignOf(create.ID), err
}

// IssueRequest is the merchant's promise to the owners of a list, in a campaign
// none of whose vouchers is open to claims.
func (s *Shop) IssueRequest(c voucher.CampaignID, root voucher.Hash, count uint32) (load.Request, voucher.Hash, error) {
	issue, err := client.SignAlone(s.signer(s.Merchant), voucher.Issue{
		Author: s.Merchant.Address, Merchant: s.Merchant.Address, Campaign: c, Root: root, Count: count, Deadline: unix() + life,
	})
	if err != nil {
		return load.Request{}, voucher.Hash{}, err
	}
	r, err := request(issue)
	return r, issue.ID, err
}

// Origin is an address of every tallyd that is measured: tokens are signed before one
// is started.
const Origin = "http://tally.bench"

// Token is a read token of a wallet, good for as long as a measurement.
func (s *Shop) Token(wallet ledgertest.Actor) (string, error) {
	return client.New(Origin, http.DefaultClient).Token(s.Domain, wallet.Key, time.Now().Add(50*time.Minute))
}

// Delivery has the wallet of an index of a list ask for what it was promised.
func (s *Shop) Delivery(issue voucher.Hash, owners []voucher.Address, index uint32) (load.Request, error) {
	token, err := s.Token(Wallet(int(index)))
	if err != nil {
		return load.Request{}, err
	}
	r, err := request(client.Command{Request: api.DeliveryRequest{
		Intent: voucher.Deliver{Issue: issue, Index: index, Owner: owners[index]}, Path: voucher.IssueProof(owners, index),
	}})
	r.Token = token
	return r, err
}
