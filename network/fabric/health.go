package fabric

import (
	"context"
	"crypto/tls"
	"io"
	"net/http"
	"time"
)

// healthPatience is how long a node may take to answer.
const healthPatience = time.Second

// healthy reports whether a node says that all its parts work, and listens. A node
// says so a little before it listens.
func (n *Network) healthy(ctx context.Context, node Node) bool {
	ctx, cancel := context.WithTimeout(ctx, healthPatience)
	defer cancel()
	if !saysHealthy(ctx, node) || !n.listens(ctx, node, node.Address()) {
		return false
	}
	return node.Kind == Peer || n.listens(ctx, node, node.admin())
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

// listens shakes hands with a node by TLS: a bare connection would be an error in
// its log.
func (n *Network) listens(ctx context.Context, node Node, address string) bool {
	config, err := n.adminTLS(node)
	if err != nil {
		return false
	}
	conn, err := (&tls.Dialer{Config: config}).DialContext(ctx, "tcp", address)
	if err != nil {
		return false
	}
	_ = conn.Close() // nothing was sent
	return true
}
