package intent_test

import (
	"encoding/base64"
	"encoding/hex"
	"errors"
	"math/big"
	"strings"
	"testing"
	"time"

	"github.com/ethereum/go-ethereum/crypto"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"tally/internal/intent"
	"tally/internal/voucher"
)

func claim(t require.TestingT) voucher.Claim {
	return voucher.Claim{Wallet: intent.Address(key(t, 6)), Campaign: voucher.CampaignID{1}, Ordinal: 2, Deadline: 1_790_000_060}
}

// TestAuthors_ThoseWhoSigned: authors are those who signed.
func TestAuthors_ThoseWhoSigned(t *testing.T) {
	d := domain()
	sign := func(n byte, message any) voucher.Signature {
		s, err := d.Sign(key(t, n), message)
		require.NoError(t, err)
		return s
	}
	who := func(ns ...byte) (list []voucher.Address) {
		for _, n := range ns {
			list = append(list, intent.Address(key(t, n)))
		}
		return list
	}
	in := claim(t)
	ticket := voucher.Ticket{Campaign: in.Campaign, Wallet: in.Wallet, Attestor: who(8)[0], Subject: voucher.Hash{1}}
	offer := voucher.Redeem{Owner: in.Wallet, Lines: []voucher.Line{{Units: 1}}}
	accept := voucher.Accept{Offer: d.Digest(offer), Till: who(5)[0]}
	cancel := voucher.Cancel{Offer: d.Digest(offer), Author: who(5)[0]}
	set := voucher.SetOperators{Approvers: who(1, 2, 3), Threshold: 1}
	admit := voucher.AdmitMerchant{Operator: who(1)[0], Merchant: who(3)[0], Name: "Half Sugar"}
	deliver := voucher.Deliver{Owner: in.Wallet}
	for name, c := range map[string]struct {
		command voucher.Command
		want    voucher.Authors
	}{
		"a claim": {
			voucher.ClaimCommand{Claim: in, Signature: sign(6, in), Candidates: []uint32{1}},
			voucher.Authors{ID: d.Digest(in), Signers: who(6)},
		},
		"a claim with a ticket": {
			voucher.ClaimCommand{Claim: in, Signature: sign(6, in), Ticket: ticket, TicketSignature: sign(8, ticket)},
			voucher.Authors{ID: d.Digest(in), Second: d.Digest(ticket), Signers: who(6, 8)},
		},
		"a redeem": {
			voucher.RedeemCommand{Offer: offer, OfferSignature: sign(6, offer), Accept: accept, AcceptSignature: sign(5, accept)},
			voucher.Authors{ID: d.Digest(offer), Second: d.Digest(accept), Signers: who(6, 5)},
		},
		"a cancel": {
			voucher.CancelCommand{Cancel: cancel, Signature: sign(5, cancel), Offer: offer, OfferSignature: sign(6, offer)},
			voucher.Authors{ID: d.Digest(cancel), Second: d.Digest(offer), Signers: who(5, 6)},
		},
		"three approvals": {
			voucher.Approved[voucher.SetOperators]{Intent: set, Approvals: []voucher.Signature{sign(1, set), sign(2, set), sign(3, set)}},
			voucher.Authors{ID: d.Digest(set), Signers: who(1, 2, 3)},
		},
		"approvals and proofs of possession": {
			voucher.JointlyProven[voucher.SetOperators]{
				Intent: set, Approvals: []voucher.Signature{sign(1, set), sign(2, set), sign(3, set)},
				Possessions: []voucher.Possession{{Holder: who(4)[0], Signature: sign(4, set)}, {Holder: who(5)[0], Signature: sign(5, set)}},
			},
			voucher.Authors{ID: d.Digest(set), Signers: who(1, 2, 3, 4, 5)},
		},
		"an admission with the root's proof": {
			voucher.Proven[voucher.AdmitMerchant]{Intent: admit, Signature: sign(1, admit), Possession: sign(3, admit)},
			voucher.Authors{ID: d.Digest(admit), Signers: who(1, 3)},
		},
		"a delivery": {voucher.DeliverCommand{Deliver: deliver}, voucher.Authors{ID: d.Digest(deliver)}},
		"nobody's claim": {
			voucher.ClaimCommand{Claim: in}, voucher.Authors{ID: d.Digest(in), Signers: []voucher.Address{{}}},
		},
	} {
		t.Run(name, func(t *testing.T) { require.Equal(t, c.want, d.Recover(c.command)) })
	}
}

// A command with more approvals than there can be operators is refused for its
// signatures before five hundred of them cost anything.
func TestAuthors_ApprovalsBeyondTheLimit(t *testing.T) {
	c := voucher.Approved[voucher.SetOperators]{Approvals: make([]voucher.Signature, 500)}
	authors := domain().Recover(c)
	require.LessOrEqual(t, len(authors.Signers), voucher.MaxSigners+1)
}

// TestSignature_OneForm: signatures have one form.
func TestSignature_OneForm(t *testing.T) {
	d, in := domain(), claim(t)
	digest := d.Digest(in)
	s, err := d.Sign(key(t, 6), in)
	require.NoError(t, err)
	raw, err := crypto.Sign(digest[:], key(t, 6))
	require.NoError(t, err)
	n := crypto.S256().Params().N
	flipped := new(big.Int).Sub(n, new(big.Int).SetBytes(raw[32:64])).FillBytes(make([]byte, 32))
	with := func(r, low []byte, v byte) string {
		return "0x" + hex.EncodeToString(r) + hex.EncodeToString(low) + hex.EncodeToString([]byte{v})
	}
	zero := make([]byte, 32)

	for name, text := range map[string]string{
		"64 bytes":             intent.FormatSignature(s),
		"65 bytes, v 0 or 1":   with(raw[:32], raw[32:64], raw[64]),
		"65 bytes, v 27 or 28": with(raw[:32], raw[32:64], raw[64]+27),
	} {
		t.Run(name, func(t *testing.T) {
			got, err := intent.ParseSignature(text)
			require.NoError(t, err)
			require.Equal(t, s, got)
			require.Equal(t, in.Wallet, intent.Signer(digest, got))
		})
	}
	for name, text := range map[string]string{
		"nothing":                  "",
		"no prefix":                strings.TrimPrefix(intent.FormatSignature(s), "0x"),
		"no hex":                   "0x" + strings.Repeat("z", 128),
		"63 bytes":                 intent.FormatSignature(s)[:128],
		"66 bytes":                 with(raw[:32], raw[32:64], 27) + "00",
		"the high s":               with(raw[:32], flipped, raw[64]^1),
		"the high s, v 27 or 28":   with(raw[:32], flipped, raw[64]^1+27),
		"v 2":                      with(raw[:32], raw[32:64], 2),
		"v 26":                     with(raw[:32], raw[32:64], 26),
		"v 29":                     with(raw[:32], raw[32:64], 29),
		"v 35 (EIP-155)":           with(raw[:32], raw[32:64], 35),
		"v 255":                    with(raw[:32], raw[32:64], 255),
		"r of zero":                with(zero, raw[32:64], 0),
		"s of zero":                with(raw[:32], zero, 0),
		"r of the group's order":   with(n.Bytes(), raw[32:64], 0),
		"64 bytes, r and s zero":   "0x" + strings.Repeat("0", 128),
		"64 bytes, r out of range": "0x" + strings.Repeat("f", 64) + hex.EncodeToString(s.VS[:]),
	} {
		t.Run(name, func(t *testing.T) {
			_, err := intent.ParseSignature(text)
			require.ErrorIs(t, err, intent.ErrSignature)
		})
	}
}

// TestAuthors_OtherSignatures: other signatures are not the authors'.
func TestAuthors_OtherSignatures(t *testing.T) {
	d := domain()
	rapid.Check(t, func(t *rapid.T) {
		in := claim(t)
		s, err := d.Sign(key(t, 6), in)
		require.NoError(t, err)
		bit := rapid.IntRange(0, 511).Draw(t, "bit")
		if bit < 256 {
			s.R[bit/8] ^= 1 << (bit % 8)
		} else {
			s.VS[(bit-256)/8] ^= 1 << (bit % 8)
		}
		require.NotEqual(t, in.Wallet, intent.Signer(d.Digest(in), s))
	})
}

// someServer is the audience of the frozen vectors. It may be any text.
const someServer = "tally"

func there(audience string) bool { return audience == someServer }

// TestSignature_RangesOfGoEthereum: numbers at the edges are taken and refused as
// go-ethereum does it.
func TestSignature_RangesOfGoEthereum(t *testing.T) {
	n := crypto.S256().Params().N
	half := new(big.Int).Rsh(n, 1)
	var edges []*big.Int
	for _, near := range []*big.Int{new(big.Int), half, n} {
		for _, by := range []int64{-1, 0, 1} {
			if edge := new(big.Int).Add(near, big.NewInt(by)); edge.Sign() >= 0 {
				edges = append(edges, edge)
			}
		}
	}
	edges = append(edges, new(big.Int).Sub(new(big.Int).Lsh(big.NewInt(1), 256), big.NewInt(1)))
	taken := 0
	for _, r := range edges {
		for _, s := range edges {
			for v := range byte(3) {
				raw := append(append(r.FillBytes(make([]byte, 32)), s.FillBytes(make([]byte, 32))...), v)
				_, err := intent.ParseSignature("0x" + hex.EncodeToString(raw))
				if crypto.ValidateSignatureValues(v, r, s, true) {
					require.NoError(t, err, "%x", raw)
					taken++
				} else {
					require.ErrorIs(t, err, intent.ErrSignature, "%x", raw)
				}
			}
		}
	}
	require.Equal(t, 2*5*3, taken, "v of two, r of 1, around the half, and the greatest, s of the first three of them")
}

// TestToken_Author: tokens tell who asks.
func TestToken_Author(t *testing.T) {
	d := domain()
	now := time.Unix(1_790_000_000, 0)
	holder := intent.Address(key(t, 6))
	good := intent.ReadToken{Holder: holder, Audience: someServer, Expires: 1_790_000_000 + 3600}
	text := func(token intent.ReadToken, by byte, d *intent.Domain) string {
		s, err := d.Sign(key(t, by), token)
		require.NoError(t, err)
		return intent.FormatToken(token, s)
	}
	who, err := d.OpenToken(text(good, 6, d), now, there)
	require.NoError(t, err)
	require.Equal(t, holder, who)

	for name, c := range map[string]struct {
		edit func(token *intent.ReadToken)
		now  int64
		want error
	}{
		"a second before it expires": {func(*intent.ReadToken) {}, 3599, nil},
		"as it expires":              {func(*intent.ReadToken) {}, 3600, intent.ErrTokenExpired},
		"more than an hour":          {func(*intent.ReadToken) {}, -1, intent.ErrTokenLife},
		"for ever":                   {func(token *intent.ReadToken) { token.Expires = 1<<64 - 1 }, 0, intent.ErrTokenLife},
		"half of for ever":           {func(token *intent.ReadToken) { token.Expires = 1<<63 + 1_790_000_000 }, 0, intent.ErrTokenLife},
		"long over":                  {func(token *intent.ReadToken) { token.Expires = 0 }, 0, intent.ErrTokenExpired},
		"for another audience":       {func(token *intent.ReadToken) { token.Audience = "other" }, 0, intent.ErrAudience},
		"for no audience":            {func(token *intent.ReadToken) { token.Audience = "" }, 0, intent.ErrAudience},
		"for a longer audience":      {func(token *intent.ReadToken) { token.Audience += "x" }, 0, intent.ErrAudience},
		"for somebody else":          {func(token *intent.ReadToken) { token.Holder = intent.Address(key(t, 7)) }, 0, intent.ErrTokenSignature},
		"for nobody":                 {func(token *intent.ReadToken) { token.Holder = voucher.Address{} }, 0, intent.ErrTokenSignature},
	} {
		t.Run(name, func(t *testing.T) {
			token := good
			c.edit(&token)
			_, err := d.OpenToken(text(token, 6, d), time.Unix(1_790_000_000+c.now, 0), there)
			if c.want == nil {
				require.NoError(t, err)
				return
			}
			require.ErrorIs(t, err, c.want)
			require.ErrorIs(t, err, intent.ErrToken)
		})
	}
	raw, err := base64.RawURLEncoding.DecodeString(text(good, 6, d))
	require.NoError(t, err)
	for name, bad := range map[string]string{
		"nothing":         "",
		"another ledger":  text(good, 6, intent.NewDomain(voucher.Hash{1})),
		"standard base64": base64.StdEncoding.EncodeToString(append(raw, 0xff, 0xff)),
		"a byte more":     base64.RawURLEncoding.EncodeToString(append(raw, 0)),
		"a byte less":     base64.RawURLEncoding.EncodeToString(raw[:len(raw)-1]),
		"too long":        strings.Repeat("A", intent.MaxToken+1),
		"a break inside":  text(good, 6, d)[:10] + "\n" + text(good, 6, d)[10:],
		"no signature":    intent.FormatToken(good, voucher.Signature{}),
	} {
		t.Run(name, func(t *testing.T) {
			_, err := d.OpenToken(bad, now, there)
			require.ErrorIs(t, err, intent.ErrToken)
			ofSignature := name == "another ledger" || name == "no signature"
			require.Equal(t, ofSignature, errors.Is(err, intent.ErrTokenSignature), err)
			require.Equal(t, !ofSignature, errors.Is(err, intent.ErrTokenForm), err)
		})
	}
}

// TestToken_Literal: a read token is a literal.
func TestToken_Literal(t *testing.T) {
	token := intent.ReadToken{Holder: intent.Address(key(t, 6)), Audience: someServer, Expires: 1_790_003_600}
	s, err := domain().Sign(key(t, 6), token)
	require.NoError(t, err)
	require.Equal(t, literalToken, intent.FormatToken(token, s))
	require.LessOrEqual(t, len(literalToken), intent.MaxToken)
}

const literalToken = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAACAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAYE8KuI" +
	"zkfcj2HgV-yuNrGIRFoBfOkiGJNrVqPQc-QWcDMYyv5xbD_uLQp6z0r_ex8COrdvjkstWUpBHJsRgJqyUAAAAAAAAA" +
	"AAAAAAAZN5y3WRqGbvmE1CZNlMFtS-DbeAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAABgAAAAAAAAAAAAAA" +
	"AAAAAAAAAAAAAAAAAAAAAAAGqxSZAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAABXRhbGx5AAAAAAAAAAAA" +
	"AAAAAAAAAAAAAAAAAAAAAAAA"

// FuzzOpenToken: who asks is told of the one text of a token that is theirs.
func FuzzOpenToken(f *testing.F) {
	f.Add(literalToken)
	f.Add(literalToken[:len(literalToken)-1])
	f.Add("")
	d, now := domain(), time.Unix(1_790_000_000, 0)
	f.Fuzz(func(t *testing.T, text string) {
		who, err := d.OpenToken(text, now, there)
		if err != nil {
			require.ErrorIs(t, err, intent.ErrToken)
			require.Zero(t, who)
			return
		}
		require.Equal(t, literalToken, text, "another token of a key that signed one")
		require.Equal(t, intent.Address(key(t, 6)), who)
	})
}

// FuzzParseSignature: a text is refused, or is a signature that has one short
// form, and is by whom go-ethereum says it is by.
func FuzzParseSignature(f *testing.F) {
	s, err := domain().Sign(key(f, 6), voucher.Claim{})
	require.NoError(f, err)
	f.Add(intent.FormatSignature(s), []byte{1})
	f.Add(intent.FormatSignature(s)+"1b", []byte{1})
	f.Add("0x"+strings.Repeat("f", 128), []byte{2})
	f.Add("0x"+strings.Repeat("0", 130), []byte{3})
	f.Fuzz(func(t *testing.T, text string, message []byte) {
		s, err := intent.ParseSignature(text)
		if err != nil {
			require.ErrorIs(t, err, intent.ErrSignature)
			require.Zero(t, s)
			return
		}
		again, err := intent.ParseSignature(intent.FormatSignature(s))
		require.NoError(t, err)
		require.Equal(t, s, again)
		long := append(append(append([]byte{}, s.R[:]...), s.VS[:]...), s.VS[0]>>7)
		long[32] &= 0x7f
		again, err = intent.ParseSignature("0x" + hex.EncodeToString(long))
		require.NoError(t, err)
		require.Equal(t, s, again)

		digest := crypto.Keccak256(message)
		want := voucher.Address{}
		if public, err := crypto.SigToPub(digest, long); err == nil {
			want = voucher.Address(crypto.PubkeyToAddress(*public))
		}
		require.Equal(t, want, intent.Signer(voucher.Hash(digest), s))
	})
}
