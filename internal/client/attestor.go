package client

import (
	"crypto/hmac"
	"crypto/sha256"
	"errors"
	"fmt"

	"github.com/ethereum/go-ethereum/crypto"

	"tally/internal/intent"
	"tally/internal/voucher"
)

// Ticket is what an attestor hands to a wallet. The last two members are those of a
// claim's request, so a wallet's program can send them as they are.
type Ticket struct {
	Ledger    voucher.Hash   `json:"ledger" help:"The ledger for which it was signed."`
	Ticket    voucher.Ticket `json:"ticket" help:"What was signed: Ticket of the API's document."`
	Signature string         `json:"ticket_signature" help:"The attestor's signature."`
}

// ErrNotAttestor says that a ticket is not signed by the attestor whom it names.
var ErrNotAttestor = errors.New("not the attestor's signature")

// SignTicket vouches that a wallet belongs to one person. It fills in the attestor.
func (s Signer) SignTicket(in voucher.Ticket) (Ticket, error) {
	in.Attestor = s.Address()
	signature, err := s.Sign(in)
	return Ticket{Ledger: s.Domain.Ledger(), Ticket: in, Signature: signature}, err
}

// Check recovers who signed. The error is ErrNotAttestor, or intent.ErrSignature for
// what is no signature.
func (t Ticket) Check() error {
	signature, err := intent.ParseSignature(t.Signature)
	if err != nil {
		return err
	}
	if intent.Signer(intent.NewDomain(t.Ledger).Digest(t.Ticket), signature) != t.Ticket.Attestor {
		return fmt.Errorf("%w: %s", ErrNotAttestor, t.Ticket.Attestor)
	}
	return nil
}

// Pseudonym is what a ledger sees of a person: a hash under the attestor's key,
// because account and telephone numbers can be guessed one by one. In every campaign
// it is another one.
func (s Signer) Pseudonym(campaign voucher.CampaignID, person string) voucher.Hash {
	secret := hmac.New(sha256.New, crypto.FromECDSA(s.Key))
	secret.Write([]byte("tally: subjects of tickets"))
	named := hmac.New(sha256.New, secret.Sum(nil))
	named.Write(campaign[:])
	named.Write([]byte(person))
	return voucher.Hash(named.Sum(nil))
}
