package fabric

import (
	"context"
	"encoding/json"
	"regexp"
	"slices"
	"strings"
)

// stock is what an orderer is that scripts/fabric.sh did not build, or built with
// STOCK=1: SmartBFT as Fabric ships it.
const stock = "stock"

// smartBFTPatches is what scripts/fabric.sh adds to Fabric's commit: how many
// patches of network/fabric/patches/smartbft it applied.
var smartBFTPatches = regexp.MustCompile(`\+smartbft\.(\d+)$`)

// OrdererBuild is which SmartBFT the orderers of this host have that answer:
// "patched (9 mends)", or "stock" for Fabric's own; with " and " between them if they
// differ. It is empty if none answers, and with Raft, which has no SmartBFT.
func (n *Network) OrdererBuild(ctx context.Context) string {
	if n.description.Consensus != BFT {
		return ""
	}
	var builds []string
	for _, node := range n.here(Orderer) {
		text, err := askOperations(ctx, node, "/version")
		if err != nil {
			continue
		}
		if build := ordererBuild(text); !slices.Contains(builds, build) {
			builds = append(builds, build)
		}
	}
	slices.Sort(builds)
	return strings.Join(builds, " and ")
}

// ordererBuild reads what an orderer says of its version.
func ordererBuild(version []byte) string {
	var v struct {
		Commit string `json:"CommitSHA"`
	}
	if json.Unmarshal(version, &v) != nil {
		return stock
	}
	found := smartBFTPatches.FindStringSubmatch(v.Commit)
	if found == nil {
		return stock
	}
	return "patched (" + found[1] + " mends)"
}
