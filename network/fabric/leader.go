package fabric

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strconv"
	"strings"
)

// ErrNoLeader means that no orderer names a leader: none was chosen so far, or
// none of them answers.
var ErrNoLeader = errors.New("no orderer names a leader")

// What orderers say of their leader among their metrics. With BFT each names it,
// by its number in the channel, as of the last block; with Raft it names itself.
var (
	bftLeader  = regexp.MustCompile(`(?m)^consensus_BFT_leader_id\{[^}]*\} (\d+)$`)
	raftLeader = regexp.MustCompile(`(?m)^consensus_etcdraft_is_leader\{[^}]*\} 1$`)
)

// Leader is the name of the orderer that most of this host's orderers call their
// leader. One that was just killed is named until another one has made a block.
// The error is ErrNoLeader.
func (n *Network) Leader(ctx context.Context) (string, error) {
	votes, best := map[string]int{}, ""
	for _, node := range n.here(Orderer) {
		named, ok := n.leaderBy(ctx, node)
		if !ok {
			continue
		}
		if votes[named]++; votes[named] > votes[best] {
			best = named
		}
	}
	if best == "" {
		return "", ErrNoLeader
	}
	return best, nil
}

// leaderless reports whether nothing can be ordered because Raft has no leader. It
// is known where all orderers are of this host: a Raft leader names only itself.
func (n *Network) leaderless(ctx context.Context) bool {
	if n.description.Consensus != Raft || len(n.here(Orderer)) < len(n.description.nodesOf(Orderer)) {
		return false
	}
	_, err := n.Leader(ctx)
	return err != nil
}

// leaderBy is whom one orderer calls the leader; ok is false if it names nobody.
func (n *Network) leaderBy(ctx context.Context, node Node) (name string, ok bool) {
	text, err := askOperations(ctx, node, "/metrics")
	if err != nil {
		return "", false
	}
	if raftLeader.Match(text) {
		return node.Name, true
	}
	found := bftLeader.FindSubmatch(text)
	if found == nil {
		return "", false
	}
	number, _ := strconv.Atoi(string(found[1])) // digits
	all := n.description.nodesOf(Orderer)
	if number < 1 || number > len(all) {
		return "", false
	}
	return all[number-1].Name, true
}

// askOperations is what a node answers at a path of its operations port.
func askOperations(ctx context.Context, node Node, path string) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, healthPatience)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+node.operations()+path, nil)
	if err != nil {
		return nil, fmt.Errorf("%s of %s: %w", strings.TrimPrefix(path, "/"), node.Name, err)
	}
	transport := &http.Transport{DisableKeepAlives: true}
	defer transport.CloseIdleConnections()
	response, err := (&http.Client{Transport: transport}).Do(request)
	if err != nil {
		return nil, fmt.Errorf("%s of %s: %w", strings.TrimPrefix(path, "/"), node.Name, err)
	}
	defer response.Body.Close() //nolint:errcheck // it was read
	text, err := io.ReadAll(io.LimitReader(response.Body, maxAnswer))
	if err != nil {
		return nil, fmt.Errorf("%s of %s: %w", strings.TrimPrefix(path, "/"), node.Name, err)
	}
	return text, nil
}
