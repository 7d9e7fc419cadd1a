// Package merchant has the commands of a merchant: its stores and keys, its campaigns,
// issues, rollbacks and voids.
package merchant
