package till

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"
)

// Serve answers the POS on a listener and settles in the background, until ctx
// ends; then it lets requests under way finish. It closes the listener.
func (a *Agent) Serve(ctx context.Context, l net.Listener, token string) error {
	running, stop := context.WithCancel(ctx)
	var background sync.WaitGroup
	background.Go(func() { a.Run(running) })
	defer background.Wait()
	defer stop()
	server := &http.Server{
		Handler: a.Handler(token), MaxHeaderBytes: 16 << 10, ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout: 10 * time.Second, WriteTimeout: PriceTimeout + AttemptTimeout + 10*time.Second, IdleTimeout: 2 * time.Minute,
		ErrorLog: slog.NewLogLogger(a.opts.Log.Handler(), slog.LevelWarn),
		// A request outlives the signal to stop.
		BaseContext: func(net.Listener) context.Context { return context.WithoutCancel(ctx) },
	}
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(l) }()
	select {
	case err := <-failed:
		return fmt.Errorf("serve: %w", err)
	case <-ctx.Done():
	}
	ending, cancel := context.WithTimeout(context.WithoutCancel(ctx), PriceTimeout+AttemptTimeout+time.Second)
	defer cancel()
	err := server.Shutdown(ending)
	if err != nil { // somebody does not read the answer
		err = errors.Join(fmt.Errorf("requests were cut off: %w", err), server.Close())
	}
	if end := <-failed; !errors.Is(end, http.ErrServerClosed) {
		err = errors.Join(err, end)
	}
	return err
}
