// Package wallet has the commands of those who own vouchers, and those of attestors, who
// vouch for wallets.
package wallet
