package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"time"

	"tally/internal/api"
	"tally/internal/client"
	"tally/internal/ledger/ledgertest"
	"tally/internal/voucher"
	"tally/scripts/bench/load"
	"tally/scripts/bench/shop"
)

// door is where customers come in: it counts what they are told.
type door struct {
	*shop.Seeded

	api *client.Client

	mu     sync.Mutex
	told   [3]int // since the last row, by load.Told
	took   []time.Duration
	failed error // the first thing that was not as it should be
	faults int
}

func newDoor(s *shop.Seeded, url string) *door {
	return &door{Seeded: s, api: client.New(url, &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: atTheTills}})}
}

const (
	accepted = "" // the code of an answer that is no problem
	holdFor  = 600
)

// visit is one customer: a claim and a look at what it got, and then one of
// three things. Every answer has to be the one that belongs there.
func (d *door) visit(ctx context.Context, i int) {
	ref, err := d.claim(ctx, i)
	if err != nil {
		d.note(err)
		return
	}
	wallet := shop.Wallet(i)
	token, err := d.api.Token(d.Domain, wallet.Key, time.Now().Add(time.Minute))
	if err != nil {
		d.note(err)
		return
	}
	holder := d.api.As(token)
	d.note(d.ask(accepted, func() error { _, err := holder.Voucher(ctx, ref); return err }))
	switch i % 3 {
	case 0:
		d.note(d.spendTwice(ctx, wallet, ref))
	case 1:
		d.note(d.holdAndCapture(ctx, wallet, ref))
	default:
		d.note(d.holdAndRelease(ctx, wallet, ref))
	}
	// The next voucher is not this wallet's, if it is anybody's.
	d.note(d.ask("not_found", func() error {
		_, err := holder.Voucher(ctx, voucher.Ref{Campaign: ref.Campaign, Serial: ref.Serial + 1})
		return err
	}))
}

func (d *door) claim(ctx context.Context, i int) (ref voucher.Ref, err error) {
	claim, err := d.SignClaim(shop.Wallet(i), d.Campaign)
	if err != nil {
		return ref, err
	}
	var out voucher.Outcome
	if err := d.ask(accepted, func() (err error) { out, err = d.api.Send(ctx, claim); return err }); err != nil {
		return ref, err
	}
	return shop.Claimed(out)
}

// spendTwice shows one code at both tills.
func (d *door) spendTwice(ctx context.Context, owner ledgertest.Actor, ref voucher.Ref) error {
	first, err := d.Sell(owner, ref)
	if err != nil {
		return err
	}
	again, err := d.Again(first)
	return errors.Join(err, d.send(ctx, accepted, client.Redemption(first.Both, first.Key)),
		d.send(ctx, "already_used", client.Redemption(again.Both, again.Key)))
}

func (d *door) holdAndCapture(ctx context.Context, owner ledgertest.Actor, ref voucher.Ref) error {
	hold, err := d.hold(ctx, owner, ref)
	if err != nil {
		return err
	}
	capture, err := d.Capture(hold, ref)
	if err != nil {
		return err
	}
	return d.send(ctx, accepted, capture)
}

func (d *door) holdAndRelease(ctx context.Context, owner ledgertest.Actor, ref voucher.Ref) error {
	hold, err := d.hold(ctx, owner, ref)
	if err != nil {
		return err
	}
	release, err := d.Release(hold, ref)
	if err != nil {
		return err
	}
	return d.send(ctx, accepted, release)
}

// hold reserves a voucher, and is the hold's id.
func (d *door) hold(ctx context.Context, owner ledgertest.Actor, ref voucher.Ref) (voucher.Hash, error) {
	sale, err := d.Reserve(owner, ref, holdFor)
	if err != nil {
		return voucher.Hash{}, err
	}
	command := client.Hold(sale.Both, sale.Key)
	return command.ID, d.send(ctx, accepted, command)
}

// send sends a command, which has to be answered so.
func (d *door) send(ctx context.Context, want string, command client.Command) error {
	return d.ask(want, func() error { _, err := d.api.Send(ctx, command); return err })
}

// ask makes a request that has to be answered with this code, and counts it.
func (d *door) ask(want string, request func() error) error {
	began := time.Now()
	err := request()
	took := time.Since(began)
	told, code := load.Unknown, accepted
	var problem *api.Problem
	switch {
	case err == nil:
		told = load.Accepted
	case errors.As(err, &problem) && problem.Status != http.StatusAccepted:
		told, code = load.Refused, problem.Code
	default:
		code = err.Error()
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.told[told]++
	d.took = append(d.took, took)
	if code != want {
		return fmt.Errorf("%w: %q, and not %q", load.ErrAnswer, code, want)
	}
	return nil
}

// note keeps the first error, and counts all.
func (d *door) note(err error) {
	if err == nil {
		return
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.faults++
	if d.failed == nil {
		d.failed = err
	}
}

// wrong is what was not as it should be.
func (d *door) wrong() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.failed == nil {
		return nil
	}
	return fmt.Errorf("%d answers were wrong: the first: %w", d.faults, d.failed)
}

// since is the cells of what was told in the time since it was asked last.
func (d *door) since(elapsed time.Duration) []any {
	d.mu.Lock()
	defer d.mu.Unlock()
	n := len(d.took)
	cells := []any{spreadOf([]float64{float64(n) / elapsed.Seconds()}), d.told[load.Accepted], d.told[load.Refused], d.told[load.Unknown]}
	if slices.Sort(d.took); n > 0 {
		cells = append(cells, spreadOf([]float64{ms(d.took[n/2])}), spreadOf([]float64{ms(d.took[n*99/100])}))
	} else {
		cells = append(cells, nil, nil)
	}
	d.told, d.took = [3]int{}, nil
	return cells
}
