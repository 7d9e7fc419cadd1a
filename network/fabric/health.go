package fabric

import (
	"context"
	"io"
	"net"
	"net/http"
	"time"
)

// healthPatience is how long a node may take to answer.
const healthPatience = time.Second

// healthy tells whether a node says that all its parts work, and listens: it
// says so a little earlier.
func healthy(ctx context.Context, node Node) bool {
	ctx, cancel := context.WithTimeout(ctx, healthPatience)
	defer cancel()
	if !saysHealthy(ctx, node) {
		return false
	}
	for _, u := range node.uses() {
		if !listens(ctx, u.address) {
			return false
		}
	}
	return true
}

// saysHealthy asks the operations port: 200 is yes.
func saysHealthy(ctx context.Context, node Node) bool {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+node.operations()+"/healthz", nil)
	if err != nil {
		return false
	}
	transport := &http.Transport{DisableKeepAlives: true}
	defer transport.CloseIdleConnections()
	response, err := (&http.Client{Transport: transport}).Do(request)
	if err != nil {
		return false
	}
	defer response.Body.Close() //nolint:errcheck // it was read
	_, _ = io.Copy(io.Discard, io.LimitReader(response.Body, maxAnswer))
	return response.StatusCode == http.StatusOK
}

func listens(ctx context.Context, address string) bool {
	conn, err := new(net.Dialer).DialContext(ctx, "tcp", address)
	if err != nil {
		return false
	}
	_ = conn.Close() // nothing was sent
	return true
}
