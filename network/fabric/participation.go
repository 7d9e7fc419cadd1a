package fabric

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"os"
)

var (
	errAnswer = errors.New("the node answered with an error")
	errNoCA   = errors.New("no certificate is in the file of the authority")
)

// maxAnswer is how much of an answer is read, in bytes: a peer's metrics are
// some 200 KB.
const maxAnswer = 8 << 20

// channelInfo is what an orderer says of its part in a channel.
type channelInfo struct {
	Status   string `json:"status"`            // "active", "onboarding", "failed", …
	Relation string `json:"consensusRelation"` // "consenter", "follower", …
	Height   uint64 `json:"height"`            // blocks
}

// participation asks an orderer's administration, which wants a TLS certificate
// of the organisation's admin.
func (n *Network) participation(ctx context.Context, node Node, method, path, contentType string, body io.Reader) (int, []byte, error) {
	config, err := n.adminTLS(node)
	if err != nil {
		return 0, nil, err
	}
	transport := &http.Transport{TLSClientConfig: config, DisableKeepAlives: true}
	defer transport.CloseIdleConnections()
	request, err := http.NewRequestWithContext(ctx, method, "https://"+node.admin()+"/participation/v1/channels"+path, body)
	if err != nil {
		return 0, nil, fmt.Errorf("ask %s: %w", node.Name, err)
	}
	if contentType != "" {
		request.Header.Set("Content-Type", contentType)
	}
	response, err := (&http.Client{Transport: transport}).Do(request)
	if err != nil {
		return 0, nil, fmt.Errorf("ask %s: %w", node.Name, err)
	}
	defer response.Body.Close() //nolint:errcheck // it was read
	text, err := io.ReadAll(io.LimitReader(response.Body, maxAnswer))
	if err != nil {
		return 0, nil, fmt.Errorf("ask %s: %w", node.Name, err)
	}
	return response.StatusCode, text, nil
}

func (n *Network) adminTLS(node Node) (*tls.Config, error) {
	pair, err := tls.LoadX509KeyPair(
		n.files.user(node.Organisation, adminUser, "tls", certificateFile),
		n.files.user(node.Organisation, adminUser, "tls", keyFile))
	if err != nil {
		return nil, fmt.Errorf("TLS pair of %s's admin: %w", node.Organisation, err)
	}
	pool, err := authorities(n.files.tlsAuthority(node.Organisation))
	if err != nil {
		return nil, err
	}
	return &tls.Config{RootCAs: pool, Certificates: []tls.Certificate{pair}, ServerName: node.Name, MinVersion: tls.VersionTLS13}, nil
}

func authorities(path string) (*x509.CertPool, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("TLS authority: %w", err)
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(text) {
		return nil, fmt.Errorf("%w: %s", errNoCA, path)
	}
	return pool, nil
}

// ordererChannel is an orderer's part in the channel; ok is false if it has none.
func (n *Network) ordererChannel(ctx context.Context, node Node) (info channelInfo, ok bool, err error) {
	status, text, err := n.participation(ctx, node, http.MethodGet, "/"+n.description.Channel, "", nil)
	switch {
	case err != nil:
		return info, false, err
	case status == http.StatusNotFound:
		return info, false, nil
	case status != http.StatusOK:
		return info, false, fmt.Errorf("%w: %s: %d: %s", errAnswer, node.Name, status, lastLine(text))
	}
	if err := json.Unmarshal(text, &info); err != nil {
		return info, false, fmt.Errorf("%w: %s: %w", errAnswer, node.Name, err)
	}
	return info, true, nil
}

// joinOrderer has an orderer take part in the channel, if it does not yet and
// begins no other history by that. The errors are ErrHistory and ErrUnseen.
func (n *Network) joinOrderer(ctx context.Context, node Node) error {
	_, joined, err := n.ordererChannel(ctx, node)
	if err != nil {
		return err
	}
	if !joined {
		if err := n.awaitLeave(ctx, node); err != nil {
			return err
		}
		if err := n.join(ctx, node); err != nil {
			return err
		}
	}
	if exists(n.files.joined(node)) {
		return nil
	}
	return writeFile(n.files.joined(node), nil, 0o644)
}

// awaitLeave returns when it is known whether an orderer may join.
func (n *Network) awaitLeave(ctx context.Context, node Node) (last error) {
	pollEach(ctx, askAgain, func() bool {
		err := n.mayJoin(ctx, node)
		if ctx.Err() == nil || last == nil { // who did not answer before the time was up says more
			last = err
		}
		return !errors.Is(last, ErrUnseen)
	})
	return last
}

// join has an orderer take part in the channel by its first block.
func (n *Network) join(ctx context.Context, node Node) error {
	genesis, err := os.ReadFile(n.files.genesis())
	if err != nil {
		return fmt.Errorf("genesis block: %w", err)
	}
	var form bytes.Buffer
	writer := multipart.NewWriter(&form)
	part, err := writer.CreateFormFile("config-block", "genesis.block")
	if err != nil {
		return fmt.Errorf("genesis block: %w", err)
	}
	if _, err := part.Write(genesis); err != nil {
		return fmt.Errorf("genesis block: %w", err)
	}
	if err := writer.Close(); err != nil {
		return fmt.Errorf("genesis block: %w", err)
	}
	status, text, err := n.participation(ctx, node, http.MethodPost, "", writer.FormDataContentType(), &form)
	if err != nil {
		return err
	}
	if status != http.StatusCreated {
		return fmt.Errorf("%w: %s did not join the channel: %d: %s", errAnswer, node.Name, status, lastLine(text))
	}
	return nil
}
