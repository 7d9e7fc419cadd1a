package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tally/internal/api"
	"tally/internal/books"
	"tally/internal/client"
	"tally/internal/exact/flags/flagstest"
	"tally/internal/httpapi/apitest"
	"tally/internal/intent"
	"tally/internal/ledger/ledgertest"
	"tally/internal/voucher"
)

// childEnv makes the test binary be tallyd, so that it can be killed.
const childEnv = "TALLYD_TEST_CHILD"

func TestMain(m *testing.M) {
	if os.Getenv(childEnv) != "" {
		ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
		code := run(ctx, os.Args[1:])
		stop()
		os.Exit(code)
	}
	os.Exit(m.Run())
}

// server is a tallyd in a process of its own.
type server struct {
	t     *testing.T
	dir   string
	args  []string
	cmd   *exec.Cmd
	url   string
	wires http.RoundTripper // by which its clients reach it; nil is a connection of their own
}

// start runs tallyd on the server's directory and waits until it listens.
func (s *server) start() {
	s.t.Helper()
	args := append([]string{"serve", "--data", s.dir}, flagstest.UnlessGiven(s.args, flagstest.Flag{"--listen", "127.0.0.1:0"})...)
	s.cmd = exec.Command(os.Args[0], args...)
	s.cmd.Env = append(os.Environ(), childEnv+"=1")
	logs, err := s.cmd.StderrPipe()
	require.NoError(s.t, err)
	require.NoError(s.t, s.cmd.Start())
	lines := bufio.NewScanner(logs)
	for lines.Scan() {
		var line struct {
			Msg, Address string
			TLS          bool
		}
		require.NoError(s.t, json.Unmarshal(lines.Bytes(), &line), lines.Text())
		if line.Msg == "listening" {
			if url := scheme(line.TLS) + line.Address; url != s.url { // who reads it meanwhile finds the same
				s.url = url
			}
			go io.Copy(io.Discard, logs) //nolint:errcheck // it ends with the process
			return
		}
	}
	require.Fail(s.t, "tallyd ended before it listened")
}

func scheme(secure bool) string {
	if secure {
		return "https://"
	}
	return "http://"
}

// kill ends the process as a power cut would.
func (s *server) kill() {
	s.t.Helper()
	require.NoError(s.t, s.cmd.Process.Kill())
	_ = s.cmd.Wait() // it says that it was killed
}

func (s *server) client() *client.Client {
	wires := s.wires
	if wires == nil {
		wires = &http.Transport{}
	}
	return client.New(s.url, &http.Client{Timeout: 5 * time.Minute, Transport: wires})
}

// openShop has a merchant admitted and a campaign of this supply created.
func openShop(t *testing.T, c *client.Client, supply uint32) (*ledgertest.World, voucher.CampaignID) {
	t.Helper()
	info, err := c.Ledger(t.Context())
	require.NoError(t, err)
	w := ledgertest.Cast(t, intent.NewDomain(info.ID), time.Now)
	must(t, c, w, apitest.Request[voucher.AdmitMerchant](t, w.Admit(w.Merchant, "Jasmine & Co")))
	must(t, c, w, apitest.Request[voucher.PutStore](t, w.PutStore(1, 1, "Central")))
	must(t, c, w, apitest.Request[voucher.PutKey](t, w.PutKey(2, w.Till.Address, voucher.ScopeRedeem, 1)))
	out := must(t, c, w, apitest.Request[voucher.CreateCampaign](t, w.Create(w.Terms(supply, nil))))
	return w, voucher.CampaignOf(out.ID)
}

// must has a command accepted.
func must(t *testing.T, c *client.Client, w *ledgertest.World, r api.Request) (out voucher.Outcome) {
	t.Helper()
	require.NoError(t, settled(t.Context(), func() (err error) {
		out, err = c.Send(t.Context(), apitest.Command(w.Domain, r))
		return err
	}))
	return out
}

// settled sends something again while the server says that it had no effect, or that its
// outcome is unknown: a slow ledger may take longer than a server waits for it.
func settled(ctx context.Context, send func() error) error {
	for {
		err := send()
		var p *api.Problem
		if !errors.As(err, &p) || p.Status != http.StatusAccepted && p.Status != http.StatusServiceUnavailable {
			return err
		}
		select {
		case <-time.After(50 * time.Millisecond):
		case <-ctx.Done():
			return err
		}
	}
}

// visit is one customer's business: a claim, then a redemption. Every request
// is made once and sent until it is answered.
type visit struct {
	wallet     ledgertest.Actor
	claim      api.ClaimRequest
	redemption *api.RedemptionRequest
	key        string
	answers    []voucher.Outcome
}

func newVisit(w *ledgertest.World, id voucher.CampaignID, name string) *visit {
	wallet := ledgertest.NewActor(name)
	in := voucher.Claim{Wallet: wallet.Address, Campaign: id, Deadline: w.Unix() + 3600}
	return &visit{
		wallet: wallet, key: name,
		claim: api.ClaimRequest{Intent: in, Signature: intent.FormatSignature(w.Sign(wallet, in))},
	}
}

// finish sends what was not answered so far, until all is answered for good.
func (v *visit) finish(ctx context.Context, w *ledgertest.World, c *client.Client) error {
	return settled(ctx, func() error { return v.goOn(ctx, w, c) })
}

// goOn sends what was not answered so far, until a request goes unanswered.
func (v *visit) goOn(ctx context.Context, w *ledgertest.World, c *client.Client) error {
	if len(v.answers) == 0 {
		out, err := c.Send(ctx, apitest.Command(w.Domain, v.claim))
		if err != nil {
			return err
		}
		v.answers = append(v.answers, out)
	}
	if v.redemption == nil {
		if err := v.present(w); err != nil {
			return err
		}
	}
	if len(v.answers) == 1 {
		out, err := c.Send(ctx, apitest.Keyed(w.Domain, *v.redemption, v.key))
		if err != nil {
			return err
		}
		v.answers = append(v.answers, out)
	}
	return nil
}

// present signs the code and the till's half.
func (v *visit) present(w *ledgertest.World) error {
	claimed, ok := v.answers[0].Events[0].(voucher.VoucherClaimed)
	if !ok {
		return fmt.Errorf("claim answered with %s", v.answers[0].Canonical())
	}
	offer := w.Offer(v.wallet, voucher.Ref{Campaign: claimed.Campaign, Serial: claimed.Serial})
	code, err := w.Domain.Text(intent.Code{Offer: offer, Signature: w.Sign(v.wallet, offer)})
	if err != nil {
		return err
	}
	accept := w.Accept(offer)
	accept.Reference = api.Reference(v.key)
	v.redemption = &api.RedemptionRequest{
		Code: code, Accept: accept, Signature: intent.FormatSignature(w.Sign(w.Till, accept)),
	}
	return nil
}

// TestServe_KilledLosesNothing kills the server again and again while customers claim
// and redeem. Whatever was answered must be there afterwards, to the byte;
// whatever was not answered is sent again and takes effect once.
func TestServe_KilledLosesNothing(t *testing.T) {
	t.Parallel()
	for _, ledger := range ownLedgers() {
		t.Run(ledger, func(t *testing.T) {
			t.Parallel()
			killAndCompare(t, ledger)
		})
	}
}

// ownLedgers are the kinds of ledger whose data directory is all of them.
func ownLedgers() []string { return []string{"evm", "journal"} }

func killAndCompare(t *testing.T, ledger string) {
	t.Helper()
	rounds, customers := 20, 16
	if testing.Short() {
		rounds = 3
	}
	s := &server{t: t, dir: t.TempDir(), args: []string{"--ledger", ledger, "--operator", ledgertest.NewActor("operator").Address.String()}}
	s.start()
	w, id := openShop(t, s.client(), 100_000)

	var visits []*visit
	var mu sync.Mutex
	for round := range rounds {
		visits = append(visits, underLoad(t, s, w, id, round, customers, &mu)...)
		s.kill()
		s.start()
	}
	defer s.kill()

	c := s.client()
	accepted := 0
	for _, v := range visits {
		before := append([]voucher.Outcome(nil), v.answers...)
		require.NoError(t, v.finish(t.Context(), w, c), "what was not answered")
		v.answers = nil
		require.NoError(t, v.finish(t.Context(), w, c), "the same once more")
		for i, o := range before {
			require.Equal(t, string(o.Canonical()), string(v.answers[i].Canonical()), "an answer changed")
		}
		accepted++
	}
	books := s.books(w, id)
	require.Equal(t, uint64(accepted), books.Vouchers.Spent)
	require.Equal(t, uint64(accepted), books.Units.Redeemed)
	require.Equal(t, uint64(100_000-accepted), books.Vouchers.Unclaimed)
	t.Logf("%d kills, %d visits", rounds, accepted)
}

// underLoad has customers come one after the other until the server is killed.
func underLoad(t *testing.T, s *server, w *ledgertest.World, id voucher.CampaignID, round, customers int, mu *sync.Mutex) []*visit {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	var all sync.WaitGroup
	var visits []*visit
	c := s.client()
	for i := range customers {
		all.Go(func() {
			for n := 0; ctx.Err() == nil; n++ {
				v := newVisit(w, id, fmt.Sprintf("round %d customer %d visit %d", round, i, n))
				mu.Lock()
				visits = append(visits, v)
				mu.Unlock()
				if v.goOn(t.Context(), w, c) != nil {
					return // the server is gone
				}
			}
		})
	}
	// Some rounds are killed while the first blocks are under way, some later.
	time.Sleep(time.Duration(20+rand.IntN(400)) * time.Millisecond)
	require.NoError(t, s.cmd.Process.Signal(syscall.SIGKILL))
	stop()
	all.Wait()
	return visits
}

func TestServe_StopAnswersWhatWasAccepted(t *testing.T) {
	s := &server{t: t, dir: t.TempDir(), args: []string{"--operator", ledgertest.NewActor("operator").Address.String()}}
	s.start()
	w, id := openShop(t, s.client(), 100)
	v := newVisit(w, id, "last customer")
	require.NoError(t, v.finish(t.Context(), w, s.client()))
	require.NoError(t, s.cmd.Process.Signal(syscall.SIGTERM))
	require.NoError(t, s.cmd.Wait())
	s.start()
	defer s.kill()
	before := v.answers
	v.answers = nil
	require.NoError(t, v.finish(t.Context(), w, s.client()))
	require.Equal(t, string(before[1].Canonical()), string(v.answers[1].Canonical()))
}

func TestServe_ExitCodes(t *testing.T) {
	require.Equal(t, exitMisused, run(t.Context(), []string{"serve", "--no-such-flag"}))
	require.Equal(t, exitMisused, run(t.Context(), nil))
	require.Equal(t, exitFailed, run(t.Context(), []string{"serve", "--data", t.TempDir()}))
}

// books are a campaign's as the merchant reads them, and they balance.
func (s *server) books(w *ledgertest.World, id voucher.CampaignID) books.Report {
	s.t.Helper()
	token, err := s.client().Token(w.Domain, w.Merchant.Key, time.Now().Add(client.TokenLife))
	require.NoError(s.t, err)
	books, err := s.client().As(token).Audit(s.t.Context(), id)
	require.NoError(s.t, err)
	require.True(s.t, books.Holds, books.Broken)
	return books
}
