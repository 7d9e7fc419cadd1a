// Package auditor has the commands that take evidence away: pins, checkpoints,
// receipts and packs. tally-verify checks them offline.
package auditor
