package demo

import (
	"context"
	"crypto/ecdsa"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/ethereum/go-ethereum/crypto"
	"github.com/schollz/progressbar/v3"

	"tally/internal/api"
	"tally/internal/cli"
	"tally/internal/client"
	"tally/internal/voucher"
)

// shopper is one wallet of the crowd and what it knows of its own redemption.
type shopper struct {
	key      *ecdsa.PrivateKey
	sale     redemption
	answered bool
	first    voucher.Outcome // if answered
}

// crowd is the load and what came of it.
type crowd struct {
	shoppers []*shopper
	answered atomic.Int64
	crash    sync.Once
	crashed  error
	wipe     sync.Once
	wiped    error
	bar      *progressbar.ProgressBar
}

const (
	atOnce     = 32               // shoppers at the server at the same time
	patience   = 30 * time.Second // of a shopper, for the server to come back
	wipePoint  = 0.2              // of the crowd was answered
	crashPoint = 0.4
)

func (s *story) crowdTitle() string {
	if s.index == nil {
		return "A crowd comes; the server is killed and comes back"
	}
	return "A crowd comes; Redis is wiped, the server is killed and comes back"
}

// crowdComes lets everybody claim and redeem, and kills the server on the way.
func (s *story) crowdComes(ctx context.Context) (string, error) {
	if err := s.gather(); err != nil {
		return "", err
	}
	start := s.app.Now()
	err := s.shopAll(ctx)
	_ = s.load.bar.Finish() // only a picture
	if err != nil {
		return "", err
	}
	words := s.crowdWords(s.app.Now().Sub(start))
	restarted := eventually(ctx, patience, func(context.Context) error {
		return expect("restarts of the server", 1, s.server.startedAgain())
	})
	return words, errors.Join(s.load.wiped, s.load.crashed, restarted)
}

// shopAll has a few shoppers at the server at a time, until all have been there
// or one got a wrong answer.
func (s *story) shopAll(ctx context.Context) error {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	queue := make(chan int, len(s.load.shoppers))
	for i := range s.load.shoppers {
		queue <- i
	}
	close(queue)
	var all sync.WaitGroup
	for range atOnce {
		all.Go(func() {
			for i := range queue {
				if err := s.shop(ctx, s.load.shoppers[i], i); err != nil {
					stop(err) // the first one counts
					return
				}
			}
		})
	}
	all.Wait()
	return context.Cause(ctx)
}

func (s *story) crowdWords(took time.Duration) string {
	answered := int(s.load.answered.Load())
	index := "the index died with it: made again from the ledger"
	if s.index != nil {
		index = "the emptied index was made again from the ledger"
	}
	return fmt.Sprintf("%d wallets in %.1f s, crash and restart included: %d redemptions answered, %d cut off\n%s",
		s.crowd, took.Seconds(), answered, s.crowd-answered, index)
}

// gather makes the crowd's keys, which stay in memory.
func (s *story) gather() error {
	s.load = &crowd{bar: s.teller.progress(s.crowd, "redemptions")}
	for range s.crowd {
		key, err := crypto.GenerateKey()
		if err != nil {
			return fmt.Errorf("make key: %w", err)
		}
		s.load.shoppers = append(s.load.shoppers, &shopper{key: key})
	}
	return nil
}

// shop claims until that is answered, and redeems once.
func (s *story) shop(ctx context.Context, who *shopper, number int) error {
	wallet := client.Signer{Domain: s.session.Domain, Key: who.key}
	claim, err := wallet.SignClaim(voucher.Claim{Wallet: wallet.Address(), Campaign: s.drink.id, Deadline: s.session.Deadline()}, nil)
	if err != nil {
		return err
	}
	out, err := untilAnswered(ctx, func(ctx context.Context) (voucher.Outcome, error) {
		return s.session.Send(ctx, claim)
	})
	if err != nil {
		return fmt.Errorf("claim: %w", err)
	}
	ref, ok := client.Claimed(out)
	if !ok {
		return &wrong{"an outcome with a VoucherClaimed", string(out.Canonical())}
	}
	store := uint32(central + number%2) // or Mong Kok
	if who.sale, err = s.prepare(s.freeDrink(who.key, ref, store, fmt.Sprintf("demo-crowd-%d", number))); err != nil {
		return err
	}
	return s.redeemInCrowd(ctx, who)
}

// redeemInCrowd sends a redemption until it may have arrived, once. No answer
// leaves it to be settled later.
func (s *story) redeemInCrowd(ctx context.Context, who *shopper) error {
	var out voucher.Outcome
	err := eventually(ctx, patience, func(ctx context.Context) (err error) {
		out, err = s.session.Send(ctx, who.sale.Command)
		if mayHaveArrived(err) {
			return nil
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("redeem: %w", err)
	}
	if out.Status != voucher.StatusAccepted {
		return nil
	}
	who.answered, who.first = true, out
	_ = s.load.bar.Add(1) // only a picture
	share := float64(s.load.answered.Add(1)) / float64(s.crowd)
	if share >= wipePoint {
		s.load.wipe.Do(func() { s.load.wiped = s.index.wipe(ctx) })
	}
	if share >= crashPoint {
		s.load.crash.Do(func() { s.load.crashed = s.server.Crash() })
	}
	return nil
}

// untilAnswered sends the same command again and again until there is a final
// answer: it takes effect at most once.
func untilAnswered(ctx context.Context, send func(context.Context) (voucher.Outcome, error)) (out voucher.Outcome, err error) {
	var final error
	err = eventually(ctx, patience, func(ctx context.Context) error {
		var err error
		out, err = send(ctx)
		if err == nil || !isTransient(err) {
			final = err
			return nil
		}
		return err
	})
	return out, errors.Join(final, err)
}

// isTransient tells "try again" from a refusal.
func isTransient(err error) bool {
	var p *api.Problem
	if errors.As(err, &p) {
		return p.Code == cli.CodeUnknown || p.Code == "unavailable" || p.Code == "ledger_unavailable"
	}
	return errors.Is(err, client.ErrNoAnswer)
}

// mayHaveArrived reports whether a command without an answer may have had an effect.
func mayHaveArrived(err error) bool {
	var u *client.UnknownError
	return errors.As(err, &u)
}
