package witness

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"sync"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"tally/internal/audit/checkpoints"
)

// MaxLogs is how many logs a witness watches.
const MaxLogs = 1000

// Why a checkpoint is not cosigned, apart from ConflictError, ErrInconsistent and
// ErrProof. Nothing changes then.
var (
	// ErrRequest says that a request is not one of the protocol.
	ErrRequest = errors.New("not a request of tlog-witness")
	// ErrUnknownLog says that the witness does not watch the checkpoint's log.
	ErrUnknownLog = errors.New("the witness does not watch this log")
	// ErrSignature says that the log's key did not sign the checkpoint.
	ErrSignature = errors.New("the log's key did not sign the checkpoint")
	// ErrLogs says that what is to be watched is not the keys of logs.
	ErrLogs = errors.New("logs are named by 1 to 1000 keys of C2SP signed-note, each with a name of its own")
	// ErrState says that what was cosigned last cannot be read, or is missing. A
	// witness that forgot it could be led back, so it does not start.
	ErrState = errors.New("the last checkpoint cosigned is damaged or missing")
)

// ConflictError says that the proof does not begin at what was cosigned last.
type ConflictError struct {
	Size int64 // of the log when it was cosigned last, or zero
}

func (e ConflictError) Error() string {
	return fmt.Sprintf("the checkpoint cosigned last has %d leaves: prove from there", e.Size)
}

// Witness cosigns checkpoints. It may be used concurrently.
type Witness struct {
	key   Key
	store *store
	logs  map[string]*watched // by origin
}

// watched is a log, and the last of it that was cosigned.
type watched struct {
	origin, public string

	mu     sync.Mutex
	tree   tlog.Tree
	signed []byte // nil before the first
}

// Open opens a witness of the logs with these public keys in a directory of its
// own, empty if need be.
func Open(dir string, key Key, logs []string) (w *Witness, err error) {
	if len(logs) == 0 || len(logs) > MaxLogs {
		return nil, ErrLogs
	}
	w = &Witness{key: key, logs: map[string]*watched{}}
	if w.store, err = openStore(dir); err != nil {
		return nil, err
	}
	for _, public := range logs {
		if err := w.watch(public); err != nil {
			return nil, errors.Join(err, w.Close())
		}
	}
	return w, nil
}

// watch takes up a log where it was left.
func (w *Witness) watch(public string) error {
	verifier, err := note.NewVerifier(public)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrLogs, err)
	}
	l := &watched{origin: verifier.Name(), public: public}
	if _, twice := w.logs[l.origin]; twice {
		return fmt.Errorf("%w: %s is named twice", ErrLogs, l.origin)
	}
	w.logs[l.origin] = l
	if l.signed, err = w.store.read(l.origin); err != nil || l.signed == nil {
		return err
	}
	head, err := checkpoints.Open(l.signed, public, w.key.verifier)
	if err != nil {
		return fmt.Errorf("%w: %s: %w", ErrState, w.store.path(l.origin), err)
	}
	if len(head.Signatures) != 2 { // the log's and the witness's own
		return fmt.Errorf("%w: %s: the witness's own key did not cosign it", ErrState, w.store.path(l.origin))
	}
	l.tree = head.Tree
	return nil
}

// Close gives the directory back.
func (w *Witness) Close() error { return w.store.close() }

// Key is the public key by which the cosignatures are verified.
func (w *Witness) Key() string { return w.key.Public() }

// Sizes are how many leaves each log had when it was cosigned last, by origin.
func (w *Witness) Sizes() map[string]int64 {
	sizes := map[string]int64{}
	for origin, l := range w.logs {
		l.mu.Lock()
		sizes[origin] = l.tree.N
		l.mu.Unlock()
	}
	return sizes
}

// Last is the checkpoint of a log that was cosigned last, with the log's
// signature and the witness's. The error is ErrUnknownLog.
func (w *Witness) Last(originHash string) ([]byte, error) {
	for origin, l := range w.logs {
		if OriginHash(origin) != originHash {
			continue
		}
		l.mu.Lock()
		defer l.mu.Unlock()
		if l.signed != nil {
			return l.signed, nil
		}
	}
	return nil, ErrUnknownLog
}

// Add cosigns a checkpoint that contains the one cosigned before, and returns
// the signature line. It is on disk before it is returned.
func (w *Witness) Add(r Request) (line []byte, err error) {
	l, ok := w.logs[r.origin()]
	if !ok {
		return nil, ErrUnknownLog
	}
	head, err := checkpoints.Open(r.Checkpoint, l.public)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrSignature, err)
	}
	if r.Old > head.Tree.N {
		return nil, fmt.Errorf("%w: from %d to %d leaves", ErrRequest, r.Old, head.Tree.N)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if r.Old != l.tree.N {
		// Two roots of one size are a fork wherever the proof begins.
		return nil, errors.Join(ConflictError{l.tree.N}, forked(l.tree, head.Tree))
	}
	if err := grown(l.tree, head.Tree, r.Proof); err != nil {
		return nil, err
	}
	text, _, _ := bytes.Cut(r.Checkpoint, []byte("\n\n"))
	signed, err := note.Sign(&note.Note{Text: string(text) + "\n", Sigs: slices.Clone(head.Signatures)}, w.key.signer)
	if err != nil {
		return nil, fmt.Errorf("witness: %w", err)
	}
	if err := w.store.write(l.origin, signed); err != nil {
		return nil, err
	}
	l.tree, l.signed = head.Tree, signed
	return signed[bytes.LastIndex(signed[:len(signed)-1], []byte("\n"))+1:], nil
}
