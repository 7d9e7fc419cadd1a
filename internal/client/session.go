package client

import (
	"context"
	"crypto/ecdsa"
	"time"

	"tally/internal/intent"
	"tally/internal/voucher"
)

// How long what a session signs is good for.
const (
	IntentLife = 10 * time.Minute
	TokenLife  = 10 * time.Minute
)

// Session is a server and the ledger that it serves: what is signed here is for that
// ledger, and is sent to that server. The actors act in it.
type Session struct {
	Client *Client
	Domain *intent.Domain
	Now    func() time.Time // of this machine, near the ledger's

	// Keep puts a command away before it leaves, so that it is not lost while its
	// outcome is unknown. Where it fails, nothing is sent. Nil keeps nothing.
	Keep func(Command) error
}

// Token proves to the server who asks, for TokenLife. It is a secret.
func (s *Session) Token(key *ecdsa.PrivateKey) (string, error) {
	return s.Client.Token(s.Domain, key, s.Now().Add(TokenLife))
}

// As is a client that shows the server who asks, for TokenLife.
func (s *Session) As(key *ecdsa.PrivateKey) (*Client, error) {
	token, err := s.Token(key)
	return s.Client.As(token), err
}

// Deadline is that of what is signed now, Unix seconds.
func (s *Session) Deadline() uint64 { return voucher.Unix(s.Now().Add(IntentLife)) }

// Send keeps what an actor signed, and sends it: see Client.Send.
func (s *Session) Send(ctx context.Context, command Command) (voucher.Outcome, error) {
	if s.Keep != nil {
		if err := s.Keep(command); err != nil {
			return voucher.Outcome{}, err
		}
	}
	return s.Client.Send(ctx, command)
}

// actor is somebody with a key in a session. Its acts are signed first and sent then.
type actor struct {
	session *Session
	Signer
}

func (s *Session) actor(key *ecdsa.PrivateKey) actor { return actor{s, Signer{s.Domain, key}} }

// send sends what was signed, unless that failed.
func (a actor) send(ctx context.Context, command Command, err error) (voucher.Outcome, error) {
	if err != nil {
		return voucher.Outcome{}, err
	}
	return a.session.Send(ctx, command)
}

// sendAlone signs an intent of one author and sends it.
func sendAlone[T voucher.SingleIntent](ctx context.Context, a actor, in T) (voucher.Outcome, error) {
	command, err := SignAlone(a.Signer, in)
	return a.send(ctx, command, err)
}
