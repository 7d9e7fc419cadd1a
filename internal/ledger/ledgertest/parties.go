package ledgertest

import (
	"context"
	"time"

	"github.com/stretchr/testify/require"

	"tally/internal/voucher"
)

// thiefStopped has a thief with the merchant's root act at every step. What the
// operators signed by the count of their own acts is accepted all the same.
func thiefStopped(w *World, f Fixture) {
	id := w.Campaign(8, nil)
	own, found := NewActor("the thief's own key"), NewActor("the merchant's new root")
	suspend, key := w.Suspend(), NewActor("a key that he let in")
	w.Must(w.PutStore(w.version(), 7, "His store"))
	w.Must(w.PutKey(w.version(), key.Address, voucher.ScopeIssue, 0))
	w.Must(w.RotateRoot(w.Merchant, own))
	f.Advance(time.Second)
	w.Must(suspend)
	recovery := w.RecoverRoot(found)
	revoke := func(by Actor, key voucher.Address) voucher.Command {
		in := voucher.PutKey{
			Author: by.Address, Merchant: w.Merchant.Address, Version: w.version(), Key: key, Deadline: w.Unix() + 600,
		}
		return signed(w, by, in)
	}
	w.Must(revoke(own, w.Till.Address))
	effective := w.Must(recovery).Time + voucher.RecoverDelay
	w.Must(revoke(own, w.Other.Address))
	w.Refuse(voucher.KindMerchantSuspended, w.RotateRoot(own, w.Merchant))
	w.Refuse(voucher.KindRecoveryPending, w.Reinstate())
	f.reach(w, effective-1)
	w.Must(revoke(own, w.Bob.Address)) // in the last second
	f.reach(w, effective)
	w.Refuse(voucher.KindNotAuthorised, revoke(own, w.Bob.Address))
	w.Must(revoke(found, key.Address)) // before anybody can use it
	w.Must(w.Reinstate())
	w.Refuse(voucher.KindNotAuthorised, w.RotateRoot(own, own))
	w.Refuse(voucher.KindNotAuthorised, w.Issue(key, id, 0, w.Bob.Address))
	standing, err := w.Ledger.Standing(context.Background(), w.Merchant.Address)
	require.NoError(w.T, err)
	require.Equal(w.T, voucher.Standing{OperatorsVersion: 4, RootSince: effective}, standing)
	m, _, err := w.Ledger.Merchant(context.Background(), w.Merchant.Address)
	require.NoError(w.T, err)
	require.Equal(w.T, found.Address, m.Root)
}

// recoveryTakenBack names the root in force again.
func recoveryTakenBack(w *World, _ Fixture) {
	w.Must(w.Suspend())
	w.Must(w.RecoverRoot(w.Bob))
	out := w.Must(w.RecoverRoot(w.Merchant))
	require.Equal(w.T, voucher.Events{voucher.RootSet{
		Merchant: w.Merchant.Address, Version: 4, Root: w.Merchant.Address, Effective: out.Time,
	}}, out.Events)
	w.Must(w.Reinstate())
	w.Must(w.PutStore(w.version(), 3, "The merchant's"))
}

// suspendedAtOnce is what costs nobody anything, any number of times.
func suspendedAtOnce(w *World, f Fixture) {
	id := w.Campaign(8, nil)
	lost := uint64(0)
	for range 3 {
		from := w.Must(w.Suspend()).Time
		lost += w.Must(w.Reinstate()).Time - from
	}
	from := w.Must(w.Suspend()).Time
	f.Advance(13 * time.Second)
	lost += w.Must(w.Reinstate()).Time - from
	extension, err := w.Ledger.Extension(context.Background(), w.Merchant.Address, id)
	require.NoError(w.T, err)
	require.Equal(w.T, lost, extension)
}

// possession has nobody's key come into force.
func possession(w *World, _ Fixture) {
	ghost := NewActor("whose key nobody has")
	admit := voucher.AdmitMerchant{Operator: w.Operator.Address, Merchant: ghost.Address, Name: "Ghost", Deadline: w.Unix() + 60}
	w.Refuse(voucher.KindPossessionWanted, signed(w, w.Operator, admit))
	for _, wrong := range []voucher.Signature{{}, w.Sign(w.Operator, admit), w.Sign(w.Bob, admit)} {
		w.Refuse(voucher.KindBadSignature, voucher.Proven[voucher.AdmitMerchant]{
			Intent: admit, Signature: w.Sign(w.Operator, admit), Possession: wrong,
		})
	}
	rotate := voucher.RotateRoot{
		Author: w.Merchant.Address, Merchant: w.Merchant.Address, Version: w.version(), Root: ghost.Address, Deadline: w.Unix() + 60,
	}
	w.Refuse(voucher.KindPossessionWanted, signed(w, w.Merchant, rotate))
	w.Refuse(voucher.KindBadSignature, voucher.Proven[voucher.RotateRoot]{
		Intent: rotate, Signature: w.Sign(w.Merchant, rotate), Possession: w.Sign(w.Merchant, rotate),
	})
	recovery := voucher.RecoverRoot{
		Approvers: []voucher.Address{w.Operator.Address}, Merchant: w.Merchant.Address, Version: 1, Root: ghost.Address, Deadline: w.Unix() + 60,
	}
	approvals := []voucher.Signature{w.Sign(w.Operator, recovery)}
	w.Refuse(voucher.KindPossessionWanted, voucher.Approved[voucher.RecoverRoot]{Intent: recovery, Approvals: approvals})
	w.Refuse(voucher.KindPossessionWanted, voucher.JointlyProven[voucher.RecoverRoot]{Intent: recovery, Approvals: approvals})
	w.Refuse(voucher.KindMalformed, voucher.JointlyProven[voucher.RecoverRoot]{
		Intent: recovery, Approvals: approvals,
		Possessions: []voucher.Possession{{Holder: w.Bob.Address, Signature: w.Sign(w.Bob, recovery)}},
	})
	set := voucher.SetOperators{
		Approvers: []voucher.Address{w.Operator.Address}, Version: 1, Threshold: 1, Deadline: w.Unix() + 60,
		Operators: ascending([]Actor{w.Operator, ghost}),
	}
	approvals = []voucher.Signature{w.Sign(w.Operator, set)}
	w.Refuse(voucher.KindPossessionWanted, voucher.Approved[voucher.SetOperators]{Intent: set, Approvals: approvals})
	w.Refuse(voucher.KindPossessionWanted, voucher.JointlyProven[voucher.SetOperators]{Intent: set, Approvals: approvals})
	w.Must(voucher.JointlyProven[voucher.SetOperators]{
		Intent: set, Approvals: approvals,
		Possessions: []voucher.Possession{{Holder: ghost.Address, Signature: w.Sign(ghost, set)}},
	})
}

func auditorsNamed(w *World, _ Fixture) {
	ctx := context.Background()
	until := w.Unix() + 86400
	out := w.Must(w.SetAuditor(w.Bob.Address, 0, until))
	require.Equal(w.T, voucher.Events{voucher.AuditorSet{Auditor: w.Bob.Address, Version: 1, Until: until}}, out.Events)
	w.Refuse(voucher.KindWrongVersion, w.SetAuditor(w.Bob.Address, 0, until+1))
	w.Refuse(voucher.KindMalformed, w.SetAuditor(voucher.Address{}, 0, until))
	w.Refuse(voucher.KindDeadlinePassed, w.SetAuditor(w.Alice.Address, 0, 1))
	w.Refuse(voucher.KindDeadlineTooFar, w.SetAuditor(w.Alice.Address, 0, w.Unix()+voucher.AuditorLife+100))
	got, err := w.Ledger.Auditor(ctx, w.Bob.Address)
	require.NoError(w.T, err)
	require.Equal(w.T, voucher.Auditor{Version: 1, Until: until}, got)
	w.Must(w.SetAuditor(w.Alice.Address, 0, until))
	w.Must(w.SetAuditor(w.Bob.Address, 1, 0))
	list, err := w.Ledger.Auditors(ctx)
	require.NoError(w.T, err)
	require.Equal(w.T, []voucher.NamedAuditor{
		{Auditor: w.Bob.Address, Version: 2}, {Auditor: w.Alice.Address, Version: 1, Until: until},
	}, list)
	got, err = w.Ledger.Auditor(ctx, w.Other.Address)
	require.NoError(w.T, err)
	require.Zero(w.T, got)
}

func attestorsChange(w *World, _ Fixture) {
	ctx := context.Background()
	second := NewActor("second attestor")
	id := w.Campaign(8, func(c *voucher.CreateCampaign) { c.Attestors = []voucher.Address{w.Other.Address} })
	ticketed := func(wallet, attestor Actor, serial uint32) voucher.Command {
		c := w.Claim(wallet, id, 0, serial)
		c.Ticket = voucher.Ticket{
			Campaign: id, Wallet: wallet.Address, Attestor: attestor.Address, Subject: voucher.Hash{31: byte(1 + serial%255)}, Deadline: w.Unix() + 60,
		}
		c.TicketSignature = w.Sign(attestor, c.Ticket)
		return c
	}
	w.Refuse(voucher.KindTicketInvalid, ticketed(w.Bob, second, 0))
	out := w.Must(w.PutAttestor(id, second.Address, 0, true))
	require.Equal(w.T, voucher.Events{voucher.AttestorPut{
		Campaign: id, Attestor: second.Address, Version: 1, Allowed: true,
	}}, out.Events)
	w.Must(ticketed(w.Bob, second, 0))
	w.Must(w.PutAttestor(id, w.Other.Address, 1, false))
	w.Refuse(voucher.KindTicketInvalid, ticketed(w.Alice, w.Other, 1))
	w.Refuse(voucher.KindExists, w.PutAttestor(id, w.Other.Address, 2, false))
	w.Must(ticketed(w.Alice, second, 1))
	list, err := w.Ledger.Attestors(ctx, id)
	require.NoError(w.T, err)
	require.Equal(w.T, []voucher.NamedAttestor{
		{Attestor: w.Other.Address, Version: 2}, {Attestor: second.Address, Version: 1, Allowed: true},
	}, list)
	open := w.Campaign(1, nil)
	w.Refuse(voucher.KindInvalidTerms, w.PutAttestor(open, second.Address, 0, true))
	c, _, err := w.Ledger.Campaign(ctx, id)
	require.NoError(w.T, err)
	require.Equal(w.T, uint32(1), c.Version)
}

// cancelsAreBounded has a free key cancel what nobody could accept any more.
func cancelsAreBounded(w *World, f Fixture) {
	ref := w.Claimed(w.Alice, w.Campaign(8, nil), 0, 0)
	cancel := func(signedAt, deadline uint64) voucher.Command {
		offer := voucher.Redeem{
			Owner: w.Alice.Address, Lines: []voucher.Line{{Campaign: ref.Campaign, Serial: ref.Serial, Units: 1}},
			SignedAt: signedAt, Deadline: deadline,
		}
		return w.Cancel(w.Alice, offer)
	}
	for year := range uint64(50) {
		w.Refuse(voucher.KindOfferOver, cancel(1+year*365*86400, 60+year*365*86400))
	}
	w.Refuse(voucher.KindMalformed, cancel(w.Unix(), w.Unix()-1))
	w.Refuse(voucher.KindDeadlineTooFar, cancel(w.Unix(), w.Unix()+voucher.RedeemLife+60))
	late := cancel(w.Unix(), w.Unix()+1)
	f.Advance(10 * time.Minute)
	w.Must(late)
}

// namesArePrintable refuses what would forge a line of somebody's terminal.
func namesArePrintable(w *World, _ Fixture) {
	for _, name := range []string{"a\nroot 0x01", "\x1b[2J", "tab\there", "\x00", "del\x7f", "\r"} {
		w.Refuse(voucher.KindMalformed, w.PutStore(w.version(), 9, name))
		w.Refuse(voucher.KindMalformed, w.Admit(w.Bob, name))
	}
	w.Must(w.PutStore(w.version(), 9, "茶 & Søn ~"))
}
