// Package lincheck drives servers with clients that race, writes down what they
// asked and were told, and checks that some order of events explains all of it,
// however the servers, their index or their network failed meanwhile.
//
//	shop     a merchant, two tills, wallets, and small campaigns to race in (OpenShop)
//	load     the clients: what they send, and what they know of each other (Load)
//	history  what was asked and told, and when (History)
//	model    what the answers may be, as small as it can be read (model.go)
//	check    linearizability, by porcupine (History.Check)
//	books    the campaigns' books against what was told (History.Balance)
//
// It speaks to servers through package client alone, so it drives whatever
// ledger is behind them.
package lincheck
