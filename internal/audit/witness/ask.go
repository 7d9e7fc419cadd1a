package witness

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"time"

	policy "github.com/transparency-dev/formats/witness"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"tally/internal/audit/checkpoints"
	"tally/internal/httpclient"
)

// Limits of asking.
const (
	askTimeout = 10 * time.Second // for one witness, all told
	maxAnswer  = 16 << 10         // bytes
	maxTries   = 3                // all but the first start at the size that the witness named
)

var (
	// ErrTooFew says that fewer witnesses cosigned than the policy wants. It
	// wraps what each of the others said.
	ErrTooFew = errors.New("too few witnesses cosigned the checkpoint")
	// ErrAhead says that a witness has cosigned more of the log than there is:
	// it was rolled back, or another server is ahead.
	ErrAhead = errors.New("the witness has cosigned a longer log")
	// ErrAnswer says that a witness answered something else than the protocol has.
	ErrAnswer = errors.New("the witness's answer makes no sense")
)

// Prove is the proof that the tree of one size begins with that of a smaller
// one: translog.Log.Consistency.
type Prove func(larger, smaller int64) (tlog.TreeProof, error)

// Asker asks the witnesses of a policy to cosign a log's checkpoints. It may be
// used concurrently.
type Asker struct {
	policy policy.Group
	prove  Prove
	client *http.Client

	mu    sync.Mutex
	sizes map[string]int64 // that a witness cosigned last, by its URL
}

// NewAsker asks the witnesses of a policy, each at the URL that the policy has and
// nowhere else: a redirect is no answer.
func NewAsker(group policy.Group, prove Prove, client *http.Client) *Asker {
	return &Asker{policy: group, prove: prove, client: httpclient.Direct(client), sizes: map[string]int64{}}
}

// Cosign asks all witnesses at once and returns the checkpoint with every
// cosignature that came. It waits for the slowest, at most ten seconds. The
// error is ErrTooFew where the policy is not satisfied; what came is returned
// all the same.
func (a *Asker) Cosign(ctx context.Context, checkpoint []byte, tree tlog.Tree) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, askTimeout)
	defer cancel()
	var all sync.WaitGroup
	var mu sync.Mutex
	var failed []error
	cosigned := bytes.Clone(checkpoint)
	for url, key := range a.policy.Endpoints() {
		all.Go(func() {
			lines, err := a.one(ctx, url, key, checkpoint, tree)
			mu.Lock()
			defer mu.Unlock()
			if err != nil {
				failed = append(failed, fmt.Errorf("%s: %w", key.Name(), err))
				return
			}
			cosigned = append(cosigned, lines...)
		})
	}
	all.Wait()
	if !a.policy.Satisfied(cosigned) {
		return cosigned, errors.Join(append([]error{ErrTooFew}, failed...)...)
	}
	return cosigned, nil
}

// one asks one witness, and once more from where the witness says it is.
func (a *Asker) one(ctx context.Context, url string, key note.Verifier, checkpoint []byte, tree tlog.Tree) ([]byte, error) {
	old := a.known(url)
	for range maxTries {
		if old > tree.N {
			return nil, fmt.Errorf("%w: %d leaves, the checkpoint has %d", ErrAhead, old, tree.N)
		}
		lines, err := a.send(ctx, url, key, checkpoint, tree, old)
		var conflict ConflictError
		if errors.As(err, &conflict) && conflict.Size != old {
			old = conflict.Size
			continue
		}
		if err == nil {
			a.know(url, tree.N)
		}
		return lines, err
	}
	return nil, fmt.Errorf("%w: it goes on naming other sizes", ErrAnswer)
}

func (a *Asker) known(url string) int64 {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.sizes[url]
}

func (a *Asker) know(url string, size int64) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.sizes[url] = size
}

func (a *Asker) send(ctx context.Context, url string, key note.Verifier, checkpoint []byte, tree tlog.Tree, old int64) ([]byte, error) {
	r := Request{Old: old, Checkpoint: checkpoint}
	if 0 < old && old < tree.N {
		var err error
		if r.Proof, err = a.prove(tree.N, old); err != nil {
			return nil, err
		}
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(r.Encode()))
	if err != nil {
		return nil, fmt.Errorf("ask: %w", err)
	}
	response, err := a.client.Do(request)
	if err != nil {
		return nil, fmt.Errorf("ask: %w", err)
	}
	body, err := io.ReadAll(io.LimitReader(response.Body, maxAnswer))
	if err = errors.Join(err, response.Body.Close()); err != nil {
		return nil, fmt.Errorf("ask: %w", err)
	}
	return read(response, body, key, checkpoint)
}

// read takes an answer apart. The error of a refusal is that of Witness.Add.
func read(r *http.Response, body []byte, key note.Verifier, checkpoint []byte) ([]byte, error) {
	switch r.StatusCode {
	case http.StatusOK:
		return cosignatures(body, key, checkpoint)
	case http.StatusConflict:
		size, err := parseSize(strings.TrimSuffix(string(body), "\n"))
		if err != nil || r.Header.Get("Content-Type") != sizeType {
			return nil, fmt.Errorf("%w: 409 without a size", ErrAnswer)
		}
		return nil, ConflictError{size}
	case http.StatusBadRequest:
		return nil, ErrRequest
	case http.StatusForbidden:
		return nil, ErrSignature
	case http.StatusNotFound:
		return nil, ErrUnknownLog
	case http.StatusUnprocessableEntity: // of the two, the protocol does not say which
		return nil, fmt.Errorf("%w, or %w", ErrInconsistent, ErrProof)
	default:
		return nil, fmt.Errorf("%w: %s", ErrAnswer, r.Status)
	}
}

// cosignatures are the lines of an answer that this witness signed.
func cosignatures(body []byte, key note.Verifier, checkpoint []byte) ([]byte, error) {
	text, _, _ := bytes.Cut(checkpoint, []byte("\n\n"))
	signed := append(append(bytes.Clone(text), "\n\n"...), body...)
	opened, err := note.Open(signed, note.VerifierList(key))
	if err != nil || len(signed) > checkpoints.MaxLength {
		return nil, fmt.Errorf("%w: no cosignature of %s", ErrAnswer, key.Name())
	}
	var lines []byte
	for _, s := range opened.Sigs {
		lines = fmt.Appendf(lines, "— %s %s\n", s.Name, s.Base64)
	}
	return lines, nil
}
