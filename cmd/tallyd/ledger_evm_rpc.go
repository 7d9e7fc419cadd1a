package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"

	"tally/internal/ledger"
	"tally/internal/ledger/evm/embedded"
	"tally/internal/ledger/evm/embedded/jsonrpc"
)

// RPC says whether the embedded chain can be read over Ethereum's JSON-RPC.
type RPC struct {
	RPCListen    string `name:"rpc-listen" help:"Address to serve the embedded chain on, over Ethereum's JSON-RPC, to be read only. Closed if empty." env:"TALLYD_RPC_LISTEN" placeholder:"127.0.0.1:8545"`
	RPCTokenFile string `name:"rpc-token-file" help:"File with the bearer token that JSON-RPC asks for. Needed unless --rpc-listen is a loopback address." env:"TALLYD_RPC_TOKEN_FILE" type:"path"`
}

// errNoChain says that only an embedded chain has JSON-RPC to offer.
var errNoChain = errors.New("--rpc-listen needs --ledger evm")

// open serves JSON-RPC until stop, if it is asked for.
func (r RPC) open(ctx context.Context, log *slog.Logger, l ledger.Ledger) (stop func() error, err error) {
	if r.RPCListen == "" {
		return func() error { return nil }, nil
	}
	embedded, ok := l.(*embedded.Ledger)
	if !ok {
		return nil, errNoChain
	}
	server, err := jsonrpc.Open(ctx, embedded.Chain(), jsonrpc.Config{Listen: r.RPCListen, TokenFile: r.RPCTokenFile}, log)
	if errors.Is(err, jsonrpc.ErrNoToken) {
		return nil, fmt.Errorf("%w: make one with openssl rand -hex 32 and name it with --rpc-token-file", err)
	}
	if err != nil {
		return nil, fmt.Errorf("JSON-RPC: %w", err)
	}
	ended := make(chan error, 1)
	go func() {
		err := server.Serve()
		if err != nil {
			log.ErrorContext(ctx, "JSON-RPC has ended", slog.Any("error", err))
		}
		ended <- err
	}()
	log.InfoContext(ctx, "serving JSON-RPC", slog.String("address", server.Addr().String()), slog.Bool("token", r.RPCTokenFile != ""))
	return func() error {
		ending, cancel := context.WithTimeout(context.WithoutCancel(ctx), shutdownAfter)
		defer cancel()
		return errors.Join(server.Close(ending), <-ended)
	}, nil
}
