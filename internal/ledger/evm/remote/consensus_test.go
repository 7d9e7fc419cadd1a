package remote_test

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/common/hexutil"
	"github.com/ethereum/go-ethereum/rpc"
	"github.com/stretchr/testify/require"
)

// consensus is a consensus client for one execution client, over the Engine API
// (execution-apis, engine/cancun.md). It makes a block when it is asked to, or
// whenever a transaction waits, with a time of its own choosing, on any parent;
// it says what is finalized.
type consensus struct {
	t      testing.TB
	eth    *rpc.Client
	engine *rpc.Client

	mu        sync.Mutex
	now       time.Time // of the next block
	head      payload
	finalized common.Hash
	known     []payload // every block made, parents first
}

// payload is a block as the Engine API has it.
type payload struct {
	Number       hexutil.Uint64  `json:"blockNumber"`
	Hash         common.Hash     `json:"blockHash"`
	Parent       common.Hash     `json:"parentHash"`
	Time         hexutil.Uint64  `json:"timestamp"`
	Transactions []hexutil.Bytes `json:"transactions"`
	raw          json.RawMessage
}

// engineStatus is what the execution client says to a block.
type engineStatus struct {
	Status string `json:"status"`
	Error  string `json:"validationError"`
}

var errEngine = errors.New("engine")

// bearer signs the requests of the Engine API (engine/authentication.md).
func bearer(secret [32]byte) rpc.HTTPAuth {
	return func(h http.Header) error {
		encode := base64.RawURLEncoding.EncodeToString
		text := encode([]byte(`{"alg":"HS256","typ":"JWT"}`)) + "." + encode(fmt.Appendf(nil, `{"iat":%d}`, time.Now().Unix()))
		mac := hmac.New(sha256.New, secret[:])
		mac.Write([]byte(text))
		h.Set("Authorization", "Bearer "+text+"."+encode(mac.Sum(nil)))
		return nil
	}
}

func newConsensus(t testing.TB, eth, engine *rpc.Client) *consensus {
	t.Helper()
	c := &consensus{t: t, eth: eth, engine: engine}
	var genesis struct {
		Hash common.Hash    `json:"hash"`
		Time hexutil.Uint64 `json:"timestamp"`
	}
	require.NoError(t, eth.CallContext(t.Context(), &genesis, "eth_getBlockByNumber", "0x0", false))
	c.head = payload{Hash: genesis.Hash, Time: genesis.Time}
	c.now = time.Unix(int64(genesis.Time)+1, 0).UTC()
	return c
}

func (c *consensus) clock() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *consensus) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// choose makes a block the head, and has the next one built on it if there are attributes.
func (c *consensus) choose(ctx context.Context, head common.Hash, attributes any) (id string, err error) {
	var answer struct {
		Status engineStatus `json:"payloadStatus"`
		ID     *string      `json:"payloadId"`
	}
	state := map[string]any{"headBlockHash": head, "safeBlockHash": c.finalized, "finalizedBlockHash": c.finalized}
	if err := c.engine.CallContext(ctx, &answer, "engine_forkchoiceUpdatedV3", state, attributes); err != nil {
		return "", err
	}
	if answer.Status.Status != "VALID" {
		return "", fmt.Errorf("%w: choose %s: %v", errEngine, head, answer.Status)
	}
	if answer.ID == nil {
		return "", nil
	}
	return *answer.ID, nil
}

// build makes a block on a parent, of what the pool has after a moment, and
// hands it in. It is not the head yet.
func (c *consensus) build(ctx context.Context, parent common.Hash, moment time.Duration) (p payload, err error) {
	var random common.Hash
	_, _ = rand.Read(random[:]) // never fails, by its documentation; makes every build another
	id, err := c.choose(ctx, parent, map[string]any{
		"timestamp": quantity(c.now), "prevRandao": random, "suggestedFeeRecipient": common.Address{},
		"withdrawals": []any{}, "parentBeaconBlockRoot": beaconRoot(),
	})
	if err != nil {
		return p, err
	}
	time.Sleep(moment)
	var built struct {
		Payload json.RawMessage `json:"executionPayload"`
	}
	if err := c.engine.CallContext(ctx, &built, "engine_getPayloadV3", id); err != nil {
		return p, err
	}
	if err := json.Unmarshal(built.Payload, &p); err != nil {
		return p, err
	}
	p.raw = built.Payload
	return p, c.hand(ctx, p)
}

// hand gives a block to the execution client.
func (c *consensus) hand(ctx context.Context, p payload) error {
	var status engineStatus
	if err := c.engine.CallContext(ctx, &status, "engine_newPayloadV3", p.raw, []common.Hash{}, beaconRoot()); err != nil {
		return err
	}
	if status.Status != "VALID" {
		return fmt.Errorf("%w: block %d: %v", errEngine, p.Number, status)
	}
	return nil
}

// adopt makes a block the head, and the clock a second later.
func (c *consensus) adopt(ctx context.Context, p payload) error {
	if _, err := c.choose(ctx, p.Hash, nil); err != nil {
		return err
	}
	c.head, c.known = p, append(c.known, p)
	c.now = time.Unix(max(c.now.Unix(), int64(p.Time)+1), 0).UTC()
	return nil
}

// block makes the next block of what waits.
func (c *consensus) block() payload {
	c.t.Helper()
	c.mu.Lock()
	defer c.mu.Unlock()
	p, err := c.build(c.t.Context(), c.head.Hash, 50*time.Millisecond)
	require.NoError(c.t, err)
	require.NoError(c.t, c.adopt(c.t.Context(), p))
	return p
}

// pass makes the next block of nothing, although something waits: the execution
// client starts with an empty block, which is taken before it has another.
func (c *consensus) pass() {
	c.t.Helper()
	c.mu.Lock()
	defer c.mu.Unlock()
	for {
		p, err := c.build(c.t.Context(), c.head.Hash, 0)
		require.NoError(c.t, err)
		if len(p.Transactions) == 0 {
			require.NoError(c.t, c.adopt(c.t.Context(), p))
			return
		}
	}
}

// serve makes a block of what waits, and none of nothing.
func (c *consensus) serve(ctx context.Context) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	p, err := c.build(ctx, c.head.Hash, 10*time.Millisecond)
	if err != nil || len(p.Transactions) == 0 {
		return err
	}
	return c.adopt(ctx, p)
}

// finalize says that a block is final; it is told with the next choice of a head.
func (c *consensus) finalize(hash common.Hash) {
	c.t.Helper()
	c.mu.Lock()
	defer c.mu.Unlock()
	c.finalized = hash
	_, err := c.choose(c.t.Context(), c.head.Hash, nil)
	require.NoError(c.t, err)
}

// branch makes n empty blocks on the head and goes back to it. The pool
// must be empty.
func (c *consensus) branch(n int) (tip payload) {
	c.t.Helper()
	c.mu.Lock()
	defer c.mu.Unlock()
	ctx, start, at := c.t.Context(), c.head, c.now
	parent := start.Hash
	for range n {
		p, err := c.build(ctx, parent, 0)
		require.NoError(c.t, err)
		require.Empty(c.t, p.Transactions)
		_, err = c.choose(ctx, p.Hash, nil)
		require.NoError(c.t, err)
		c.known = append(c.known, p)
		c.now, parent, tip = c.now.Add(time.Second), p.Hash, p
	}
	_, err := c.choose(ctx, start.Hash, nil)
	require.NoError(c.t, err)
	c.head, c.now = start, at
	return tip
}

// reorganize makes a block of another branch the head.
func (c *consensus) reorganize(to payload) {
	c.t.Helper()
	c.mu.Lock()
	defer c.mu.Unlock()
	require.NoError(c.t, c.adopt(c.t.Context(), to))
}

// replay brings an execution client that forgot its last blocks to the head again.
// A block that the client still has is not chosen: geth refuses to go back by more
// than 32 blocks.
func (c *consensus) replay() {
	c.t.Helper()
	c.mu.Lock()
	defer c.mu.Unlock()
	var kept hexutil.Uint64
	require.NoError(c.t, c.eth.CallContext(c.t.Context(), &kept, "eth_blockNumber"))
	for _, p := range c.known {
		require.NoError(c.t, c.hand(c.t.Context(), p))
		if p.Number <= kept {
			continue
		}
		_, err := c.choose(c.t.Context(), p.Hash, nil)
		require.NoError(c.t, err)
	}
	_, err := c.choose(c.t.Context(), c.head.Hash, nil)
	require.NoError(c.t, err)
}

// waiting is how many transactions wait for a block.
func (c *consensus) waiting(ctx context.Context) uint64 {
	var status struct {
		Pending hexutil.Uint64 `json:"pending"`
	}
	if c.eth.CallContext(ctx, &status, "txpool_status") != nil {
		return 0 // the node is down
	}
	return uint64(status.Pending)
}

// produce makes a block whenever transactions wait, until the test ends or what
// it returns is called.
func (c *consensus) produce() (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		for ctx.Err() == nil {
			if c.waiting(ctx) > 0 {
				_ = c.serve(ctx) // a node that is down is tried again
			}
			time.Sleep(3 * time.Millisecond)
		}
	}()
	stop = func() { cancel(); <-done }
	c.t.Cleanup(stop)
	return stop
}
