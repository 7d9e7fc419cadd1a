package httpapi_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/mod/sumdb/tlog"

	"tally/internal/api"
	"tally/internal/audit"
	"tally/internal/audit/evidence"
	"tally/internal/audit/pins"
	"tally/internal/audit/receipt"
	"tally/internal/audit/translog"
	"tally/internal/client"
	"tally/internal/delegation"
	"tally/internal/httpapi"
	"tally/internal/httpapi/apitest"
	indexmemory "tally/internal/index/memory"
	"tally/internal/ledger"
	"tally/internal/ledger/ledgertest"
	"tally/internal/teller"
	"tally/internal/voucher"
)

// pins are what an auditor of this shop has pinned.
func (s *shop) pins() pins.Pins {
	s.t.Helper()
	info, err := s.client.Ledger(s.ctx())
	require.NoError(s.t, err)
	require.Equal(s.t, translog.Origin(info.ID), info.Log.Origin)
	return pins.Pins{Ledger: info.ID, Log: info.Log.Key}
}

func TestReceipt_OnlyReadersOfTheCommand(t *testing.T) {
	s, _, _, sale := sold(t)
	text, _ := s.delegate(s.Merchant, scoped(1, delegation.ReadRedemptions))
	elsewhere, _ := s.delegate(s.Merchant, scoped(2, delegation.ReadRedemptions))
	for name, token := range map[string]string{
		"the owner": s.token(s.Alice), "the till": s.token(s.Till), "the merchant": s.token(s.Merchant),
		"the point of sale": text, "an auditor": s.auditorsToken(),
	} {
		raw, err := s.client.As(token).Receipt(s.ctx(), sale.ID)
		require.NoError(t, err, name)
		entry, _, err := receipt.Verify(raw, s.pins())
		require.NoError(t, err, name)
		require.Equal(t, sale.Canonical(), entry.Outcome.Canonical())
	}
	for name, token := range map[string]string{
		"a stranger": s.token(s.Bob), "another store's": elsewhere, "the operator": s.token(s.Operator),
	} {
		_, err := s.client.As(token).Receipt(s.ctx(), sale.ID)
		requireProblem(t, http.StatusNotFound, "not_found", err)
		require.Error(t, err, name)
	}
}

func TestReceipt_WithTheSaleWhenAskedFor(t *testing.T) {
	s := newShop(t)
	ref := s.claim(s.Alice, s.create(3, nil), 0)
	sale := s.sale(s.Alice, s.Offer(s.Alice, ref), s.Till, 1, "sale 1")
	body, err := json.Marshal(sale)
	require.NoError(t, err)
	key := map[string]string{"Idempotency-Key": "sale 1"}
	status, code, _ := s.raw(http.MethodPost, "/v1/redemptions?receipt=yes", string(body), key)
	require.Equal(t, http.StatusBadRequest, status)
	require.Equal(t, "invalid_request", code)

	first, err := s.client.SendForReceipt(s.ctx(), apitest.Keyed(s.Domain, sale, "sale 1"))
	require.NoError(t, err)
	entry, _, err := receipt.Verify([]byte(first.Receipt), s.pins())
	require.NoError(t, err)
	require.Equal(t, first.Outcome.Canonical(), entry.Outcome.Canonical())

	again, err := s.client.SendForReceipt(s.ctx(), apitest.Keyed(s.Domain, sale, "sale 1"))
	require.NoError(t, err)
	require.Equal(t, first, again)
	plain, err := s.client.Send(s.ctx(), apitest.Keyed(s.Domain, sale, "sale 1"))
	require.NoError(t, err)
	require.Equal(t, first.Outcome.Canonical(), plain.Canonical())
	_, _, text := s.raw(http.MethodPost, "/v1/redemptions?receipt=1", string(body), key)
	require.Contains(t, text, string(plain.Canonical()), "the outcome's bytes are the same")

	refused := s.sale(s.Alice, s.Offer(s.Alice, ref), s.Till, 1, "sale 2")
	_, err = s.client.SendForReceipt(s.ctx(), apitest.Keyed(s.Domain, refused, "sale 2"))
	requireProblem(t, http.StatusConflict, "already_used", err)
}

// TestReceipt_WithHoldsAndCaptures asks for them as a sale does.
func TestReceipt_WithHoldsAndCaptures(t *testing.T) {
	s := newShop(t)
	ref := s.claim(s.Alice, s.create(0, anything), 0)
	held, err := s.client.SendForReceipt(s.ctx(), apitest.Keyed(s.Domain, api.HoldRequest(s.holdRequest(s.Alice, ref, 6, time.Hour, "order 1")), "order 1"))
	require.NoError(t, err)
	proven, _, err := receipt.Verify([]byte(held.Receipt), s.pins())
	require.NoError(t, err)
	require.Equal(t, held.Outcome.Canonical(), proven.Outcome.Canonical())

	capture := s.captureRequest(held.Outcome.ID, "order 1 is ready", ledgertest.Take(ref, 4, 4*3200))
	captured, err := s.client.SendForReceipt(s.ctx(), apitest.Keyed(s.Domain, capture, "order 1 is ready"))
	require.NoError(t, err)
	proven, _, err = receipt.Verify([]byte(captured.Receipt), s.pins())
	require.NoError(t, err)
	require.Equal(t, captured.Outcome.Canonical(), proven.Outcome.Canonical())
	plain, err := s.client.Send(s.ctx(), apitest.Keyed(s.Domain, capture, "order 1 is ready"))
	require.NoError(t, err)
	require.Equal(t, captured.Outcome, plain)
}

// TestReceipt_SaleDoesNotWaitForTheLogForever serves a log that stands still.
func TestReceipt_SaleDoesNotWaitForTheLogForever(t *testing.T) {
	s := newShop(t)
	ref := s.claim(s.Alice, s.create(3, nil), 0)
	key, err := translog.MakeKey(t.TempDir()+"/log.key", s.Ledger.ID())
	require.NoError(t, err)
	still, err := translog.Open(s.Ledger, t.TempDir(), key, slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	defer func() { require.NoError(t, still.Close()) }()
	client := s.beside(evidence.NewServer(s.Ledger, still))

	answer, err := client.SendForReceipt(s.ctx(), apitest.Keyed(s.Domain, s.sale(s.Alice, s.Offer(s.Alice, ref), s.Till, 1, "sale 1"), "sale 1"))
	require.NoError(t, err)
	require.Empty(t, answer.Receipt)
	_, err = client.As(s.token(s.Alice)).Receipt(s.ctx(), answer.Outcome.ID)
	requireProblem(t, http.StatusConflict, "receipt_pending", err)
	_, err = client.As(s.token(s.Bob)).Receipt(s.ctx(), answer.Outcome.ID)
	requireProblem(t, http.StatusNotFound, "not_found", err)
}

// tooLong is evidence whose receipts would all be too long.
type tooLong struct{ httpapi.Evidence }

func (tooLong) Receipt(context.Context, voucher.Position) ([]byte, error) {
	return nil, audit.ErrReceiptTooLong
}

func TestReceipt_NamesWhatDoesNotFit(t *testing.T) {
	s, _, _, sale := sold(t)
	client := s.beside(tooLong{})
	_, err := client.As(s.token(s.Alice)).Receipt(s.ctx(), sale.ID)
	requireProblem(t, http.StatusUnprocessableEntity, "receipt_too_long", err)
}

// beside is a client of another server over the same ledger, with other evidence.
func (s *shop) beside(e httpapi.Evidence) *client.Client {
	s.t.Helper()
	log, x, p := slog.New(slog.DiscardHandler), indexmemory.Trusted(), ledger.NewPipeline(s.Ledger, 1)
	s.project(s.Ledger, x)
	server := httptest.NewServer(httpapi.New(teller.New(s.Ledger, p, x, log), log, s.now, func() bool { return true }).With(e, httpapi.Pins{}).At(s.url).Handler())
	s.t.Cleanup(func() { server.Close(); p.Close() })
	return client.New(server.URL, &http.Client{Transport: apitest.Transport(s.t, server.Client().Transport)})
}

func TestLog_IsForAuditors(t *testing.T) {
	s, _, _, sale := sold(t)
	stranger := bare(t, s.answer(http.MethodGet, "/v1/commands/"+sale.ID.String(), "", map[string]string{"Authorization": "Bearer " + s.token(s.Bob)}))
	text, _ := s.delegate(s.Merchant, whole)
	for _, path := range []string{"checkpoint", "tile/0/000.p/1", "blocks?from=1", "proofs/" + sale.Position.String()} {
		for name, token := range map[string]string{
			"a stranger": s.token(s.Bob), "the operator": s.token(s.Operator), "the merchant": s.token(s.Merchant), "its point of sale": text,
		} {
			got := s.answer(http.MethodGet, "/v1/log/"+path, "", map[string]string{"Authorization": "Bearer " + token})
			require.Equal(t, stranger, bare(t, got), "%s: %s", name, path)
		}
	}
	_, err := s.client.As(s.auditorsToken()).Checkpoint(s.ctx())
	require.NoError(t, err)
}

// TestLog_ReadByAnyClientOfTiles reads it by sumdb's own client of tiles, and
// with it every entry.
func TestLog_ReadByAnyClientOfTiles(t *testing.T) {
	s := newShop(t)
	for i := range 300 {
		s.Must(s.Admit(ledgertest.NewActor(fmt.Sprint("merchant ", i)), "a leaf each"))
	}
	last := s.Must(s.Admit(s.Bob, "the last"))
	auditor := s.client.As(s.auditorsToken())
	_, err := auditor.Receipt(s.ctx(), last.ID) // the log has all then
	require.NoError(t, err)
	raw, err := auditor.Checkpoint(s.ctx())
	require.NoError(t, err)
	head, err := receipt.OpenCheckpoint(raw, s.pins())
	require.NoError(t, err)
	hashes := tlog.TileHashReader(head.Tree, &httpTiles{s.ctx(), auditor})
	var next int64
	for first := int64(0); first < head.Tree.N; first += 256 {
		bundle, err := auditor.Tile(s.ctx(), tlog.Tile{H: 8, L: -1, N: first / 256, W: int(min(256, head.Tree.N-first))})
		require.NoError(t, err)
		for len(bundle) > 0 {
			size := int(bundle[0])<<8 | int(bundle[1])
			leaf, err := hashes.ReadHashes([]int64{tlog.StoredHashIndex(0, next)})
			require.NoError(t, err)
			require.Equal(t, leaf[0], tlog.RecordHash(bundle[2:2+size]), "leaf %d", next)
			bundle = bundle[2+size:]
			next++
		}
	}
	require.Equal(t, head.Tree.N, next)
}

// httpTiles reads a log's tiles over HTTP.
type httpTiles struct {
	ctx    context.Context //nolint:containedctx // the library's interface has none
	client *client.Client
}

func (h *httpTiles) Height() int { return translog.TileHeight }

func (h *httpTiles) ReadTiles(wanted []tlog.Tile) (all [][]byte, err error) {
	for _, t := range wanted {
		raw, err := h.client.Tile(h.ctx, t)
		if err != nil {
			return nil, err
		}
		all = append(all, raw)
	}
	return all, nil
}

func (h *httpTiles) SaveTiles([]tlog.Tile, [][]byte) {}

// TestLog_CachesKeepOnlyWhatNeverChanges looks at what caches are told.
func TestLog_CachesKeepOnlyWhatNeverChanges(t *testing.T) {
	s := newShop(t)
	for i := range 256 {
		s.Must(s.Admit(ledgertest.NewActor(fmt.Sprint("merchant ", i)), "a leaf each"))
	}
	last := s.Must(s.Admit(s.Bob, "the last"))
	token := s.auditorsToken()
	_, err := s.client.As(token).Receipt(s.ctx(), last.ID) // the log has all then
	require.NoError(t, err)
	for path, want := range map[string]string{
		"checkpoint":            "no-store",
		"tile/0/000":            "private, max-age=31536000, immutable",
		"tile/entries/000":      "private, max-age=31536000, immutable",
		"tile/0/000.p/3":        "no-store",
		"tile/1/000.p/1":        "no-store",
		"tile/0/001":            "no-store", // not there yet
		"tile/0/x001/000":       "no-store",
		"tile/0/000.p/0":        "no-store",
		"tile/0/0":              "no-store",
		"tile/64/000":           "no-store",
		"tile/data/000":         "no-store",
		"tile/entries/000.p/1/": "no-store",
	} {
		res := s.answer(http.MethodGet, "/v1/log/"+path, "", map[string]string{"Authorization": "Bearer " + token})
		require.NoError(t, res.Body.Close())
		require.Equal(t, want, res.Header.Get("Cache-Control"), path)
	}
}

// TestChain_ReadByAnAuditor reads every block and a proof of an embedded ledger.
func TestChain_ReadByAnAuditor(t *testing.T) {
	s := shopOver(t, embedded(t.TempDir()))
	auditor := s.client.As(s.auditorsToken())
	out := s.Must(s.Admit(ledgertest.NewActor("somebody"), "Somebody"))
	run, err := auditor.Blocks(s.ctx(), 1)
	require.NoError(t, err)
	blocks, err := evidence.ReadBlocks(run)
	require.NoError(t, err)
	require.Len(t, blocks, int(out.Position.Block))
	second, err := auditor.Blocks(s.ctx(), 2)
	require.NoError(t, err)
	require.True(t, bytes.HasSuffix(run, second))
	_, err = auditor.Blocks(s.ctx(), out.Position.Block+1)
	requireProblem(t, http.StatusNotFound, "not_found", err)
	proof, err := auditor.Proof(s.ctx(), out.Position)
	require.NoError(t, err)
	require.NotEmpty(t, proof)
	_, err = auditor.Proof(s.ctx(), voucher.Position{Block: out.Position.Block, Tx: 9})
	requireProblem(t, http.StatusNotFound, "not_found", err)
}
