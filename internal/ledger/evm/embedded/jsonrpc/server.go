package jsonrpc

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"log/slog"
	stdnet "net"
	"net/http"
	"strings"
	"time"

	"github.com/ethereum/go-ethereum/rpc"

	"tally/internal/disk"
	"tally/internal/ledger/evm/embedded/chain"
)

const (
	maxHeader   = 16 << 10
	readTime    = 10 * time.Second
	idleTime    = 2 * time.Minute
	writeTime   = RequestTime + 20*time.Second // a large answer may travel slowly
	minToken    = 32                           // characters: 128 bits in hex
	maxToken    = 512
	tokenLetter = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~+/=" // RFC 6750, section 2.1
)

var (
	// ErrNoToken says that an address others can reach needs a token.
	ErrNoToken = errors.New("listening on an address that is not loopback needs a token file")
	// ErrToken says that a token file does not hold a token.
	ErrToken = errors.New("a token file holds one token of 32 to 512 characters of letters, digits and -._~+/=")
)

// Config says where to listen.
type Config struct {
	// Listen is host:port. Requests may call the server by this host, if it is
	// a name, as well as by localhost and by any number.
	Listen string
	// TokenFile holds the token that every request must carry. It may be empty
	// where only this machine can reach Listen.
	TokenFile string
}

// Server is a listening endpoint.
type Server struct {
	listener stdnet.Listener
	http     *http.Server
	rpc      *rpc.Server
}

// Open listens, or refuses with ErrNoToken or ErrToken. It answers from Serve on.
func Open(ctx context.Context, c *chain.Chain, cfg Config, log *slog.Logger) (*Server, error) {
	token, err := readToken(cfg.TokenFile)
	if err != nil {
		return nil, err
	}
	methods, err := newMethods(c, log)
	if err != nil {
		return nil, err
	}
	listener, err := new(stdnet.ListenConfig).Listen(ctx, "tcp", cfg.Listen)
	if err != nil {
		return nil, fmt.Errorf("listen: %w", err)
	}
	// What counts is the address that a name turned out to be.
	if bound, ok := listener.Addr().(*stdnet.TCPAddr); token == nil && (!ok || !bound.IP.IsLoopback()) {
		return nil, errors.Join(fmt.Errorf("%s: %w", listener.Addr(), ErrNoToken), listener.Close())
	}
	host, _, _ := stdnet.SplitHostPort(cfg.Listen) // Listen has read it
	return &Server{listener: listener, rpc: methods, http: &http.Server{
		Handler:        &gate{next: methods, token: token, host: host, busy: make(chan struct{}, MaxRequests)},
		MaxHeaderBytes: maxHeader, ReadTimeout: readTime, WriteTimeout: writeTime, IdleTimeout: idleTime,
	}}, nil
}

// readToken reads a token file and returns the token's SHA-256, or nil for no file.
func readToken(path string) ([]byte, error) {
	if path == "" {
		return nil, nil
	}
	text, err := disk.ReadSecret(path)
	if err != nil {
		return nil, fmt.Errorf("token file: %w", err)
	}
	token := strings.TrimRight(string(text), "\r\n")
	if len(token) < minToken || len(token) > maxToken || strings.Trim(token, tokenLetter) != "" {
		return nil, fmt.Errorf("%s: %w", path, ErrToken)
	}
	sum := sha256.Sum256([]byte(token))
	return sum[:], nil
}

func newMethods(c *chain.Chain, log *slog.Logger) (*rpc.Server, error) {
	s := rpc.NewServer()
	s.SetBatchLimits(MaxBatch, MaxAnswer)
	s.SetHTTPBodyLimit(2 * MaxBody) // what gate writes anew is a little longer
	refused, _, _ := strings.Cut(refusedMethod, "_")
	for name, service := range map[string]any{
		"eth": newEth(c, log), "net": &net{c}, "web3": web3{}, refused: refuser{},
	} {
		if err := s.RegisterName(name, service); err != nil {
			return nil, fmt.Errorf("namespace %s: %w", name, err)
		}
	}
	return s, nil
}

// Addr is where it listens.
func (s *Server) Addr() stdnet.Addr { return s.listener.Addr() }

// Serve answers until Close.
func (s *Server) Serve() error {
	if err := s.http.Serve(s.listener); !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("serve JSON-RPC: %w", err)
	}
	return nil
}

// Close lets requests under way finish while ctx lasts, and ends Serve.
func (s *Server) Close(ctx context.Context) error {
	err := s.http.Shutdown(ctx)
	s.rpc.Stop()
	_ = s.listener.Close() // which Serve, if it was called, has closed
	return errors.Join(err, s.http.Close())
}
