package client

import (
	"context"
	"crypto/ecdsa"

	"tally/internal/intent"
	"tally/internal/voucher"
)

// Till is a till of a merchant's store.
type Till struct{ actor }

// Till is the till of a key.
func (s *Session) Till(key *ecdsa.PrivateKey) Till { return Till{s.actor(key)} }

// Redeem accepts a code that spends. half and key are as for SignAccept.
func (t Till) Redeem(ctx context.Context, code intent.Code, half voucher.Accept, key string) (voucher.Outcome, error) {
	both, err := t.SignAccept(code, half, key)
	return t.send(ctx, Redemption(both, key), err)
}

// Reserve accepts a code that reserves: what it names is captured or released later.
func (t Till) Reserve(ctx context.Context, code intent.Code, half voucher.Accept, key string) (voucher.Outcome, error) {
	both, err := t.SignAccept(code, half, key)
	return t.send(ctx, Hold(both, key), err)
}

// Capture takes what a hold reserved, or a part of it. It fills in the till, the
// reference and the deadline.
func (t Till) Capture(ctx context.Context, in voucher.Capture, key string) (voucher.Outcome, error) {
	in.Deadline = t.session.Deadline()
	command, err := t.SignCapture(in, key)
	return t.send(ctx, command, err)
}

// Release frees what a hold reserved. It fills in the till and the deadline.
func (t Till) Release(ctx context.Context, in voucher.Release) (voucher.Outcome, error) {
	in.Till, in.Deadline = t.Address(), t.session.Deadline()
	return sendAlone(ctx, t.actor, in)
}

// Cancel ends a code that the till was shown, for its merchant: the code is never
// accepted afterwards.
func (t Till) Cancel(ctx context.Context, code intent.Code, merchant voucher.Address) (voucher.Outcome, error) {
	return t.cancel(ctx, code, merchant)
}
