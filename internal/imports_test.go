// Package internal_test asserts the way imports run, so that the layers stay
// what README.md beside this file says they are.
package internal_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

type pkg struct {
	ImportPath string
	Standard   bool
	Imports    []string
	Deps       []string
}

func packages(t *testing.T) map[string]pkg {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "go", "list", "-deps", "-json=ImportPath,Standard,Imports,Deps", "tally/...").Output()
	require.NoError(t, err)
	all := map[string]pkg{}
	for d := json.NewDecoder(bytes.NewReader(out)); ; {
		var p pkg
		err := d.Decode(&p)
		if errors.Is(err, io.EOF) {
			return all
		}
		require.NoError(t, err)
		all[p.ImportPath] = p
	}
}

func TestImports_RulesUseTheStandardLibraryOnly(t *testing.T) {
	all := packages(t)
	for _, dep := range all["tally/internal/voucher"].Deps {
		require.True(t, all[dep].Standard, dep)
		require.NotEqual(t, "net/http", dep, "the chaincode compiles the rules: what HTTP makes of a refusal is the API's")
	}
}

// TestImports_PricingIsPure: what a voucher takes off a cart is computed from what is given,
// by wallet, till and auditor alike. No clock is read (times are numbers), and nothing
// that could be another thing tomorrow.
func TestImports_PricingIsPure(t *testing.T) {
	all := packages(t)
	ours := []string{"tally/internal/money", "tally/internal/voucher"}
	for _, dep := range all["tally/internal/pricing"].Deps {
		require.True(t, all[dep].Standard || slices.Contains(ours, dep), dep)
	}
	for _, never := range []string{"context", "io", "math/rand", "math/rand/v2", "net", "net/http", "os", "runtime", "sync", "sync/atomic"} {
		require.NotContains(t, all["tally/internal/pricing"].Imports, never)
	}
}

// TestImports_RunOneWay lists what each layer may not reach, however indirectly. See
// forbids for how a path is written.
func TestImports_RunOneWay(t *testing.T) {
	all := packages(t)
	for layer, never := range map[string][]string{
		"tally/internal/disk":                {"tally/", "github.com/"},
		"tally/internal/version":             {"tally/"},
		"tally/internal/completion":          {"tally/"},
		"tally/internal/disk/disktest":       {"tally/"},
		"tally/internal/exact":               {"tally/", "gopkg.in/", "github.com/alecthomas/"},
		"tally/internal/exact/document":      {"tally/internal/exact/", "tally/internal/voucher"},
		"tally/internal/exact/flags":         {"tally/internal/exact/", "tally/internal/voucher"},
		"tally/internal/exact/table":         {"tally/internal/exact/", "tally/internal/voucher"},
		"tally/internal/rlplist":             offline("tally/internal/intent", "tally/internal/ledger", "tally/internal/audit"),
		"tally/internal/redisclient":         {"tally/internal/ledger", "tally/internal/index", "tally/internal/edge", "tally/internal/voucher"},
		"tally/internal/books":               offline("tally/internal/intent", "tally/internal/ledger", "github.com/"),
		"tally/internal/books/daybook":       offline("tally/internal/intent", "tally/internal/ledger", "tally/internal/pricing", "github.com/"),
		"tally/internal/books/recount":       offline("tally/internal/intent", "tally/internal/ledger", "github.com/"),
		"tally/internal/money":               aside("tally/internal/intent", "tally/internal/ledger", "github.com/"),
		"tally/internal/terms":               aside("tally/internal/ledger", "tally/internal/intent", "tally/internal/keystore"),
		"tally/internal/terminal":            aside("tally/internal/ledger", "tally/internal/intent", "tally/internal/keystore", "tally/internal/terms"),
		"tally/internal/keystore":            aside("tally/internal/ledger"),
		"tally/internal/intent":              {"tally/internal/ledger", "tally/internal/index", "tally/internal/teller", "tally/internal/httpapi"},
		"tally/internal/ledger":              {"tally/internal/ledger/", "tally/internal/index", "tally/internal/teller", "tally/internal/httpapi"},
		"tally/internal/ledger/memory":       driver("tally/internal/ledger/evm"),
		"tally/internal/ledger/evm/contract": driver("tally/internal/ledger/memory", "tally/internal/ledger/evm/embedded", "tally/internal/ledger/evm/remote", "tally/internal/ledger/evm/proof"),
		"tally/internal/ledger/evm/embedded": driver("tally/internal/ledger/memory", "tally/internal/ledger/evm/remote"),
		"tally/internal/ledger/evm/remote":   driver("tally/internal/ledger/memory", "tally/internal/ledger/evm/embedded", "tally/internal/ledger/evm/proof"),

		"tally/internal/ledger/sealer":          offline("tally/internal/ledger", "tally/internal/intent"),
		"tally/internal/ledger/journal":         driver("tally/internal/ledger/memory", "tally/internal/ledger/evm"),
		"tally/internal/ledger/journal/segment": offline("tally/internal/ledger$", "tally/internal/ledger/evm", "tally/internal/audit"),
		"tally/internal/ledger/journal/block":   offline("tally/internal/ledger$", "tally/internal/ledger/evm", "tally/internal/audit"),
		"tally/internal/ledger/journal/proof":   offline("tally/internal/ledger/evm", "tally/internal/audit"),

		"tally/internal/ledger/fabric":        driver("tally/internal/ledger/memory", "tally/internal/ledger/evm", "tally/network"),
		"tally/internal/ledger/fabric/wire":   offline("tally/internal/ledger", "tally/internal/intent"),
		"tally/internal/ledger/fabric/blocks": offline("tally/internal/ledger/evm"),
		"tally/chaincode":                     {"tally/internal/pricing", "tally/internal/ledger/memory", "tally/internal/ledger/evm", "tally/network", "tally/internal/index", "tally/internal/teller", "tally/internal/httpapi", "tally/internal/audit", "github.com/gin-gonic", "github.com/hyperledger/fabric-gateway"},
		"tally/internal/audit":                offline("tally/internal/audit/", "tally/internal/ledger/evm"),
		"tally/internal/ledger/evm/proof":     offline("tally/internal/audit"),
		"tally/internal/audit/translog":       offline("tally/internal/ledger/evm"),
		"tally/internal/audit/replay":         offline("tally/internal/ledger/evm"),
		"tally/internal/audit/receipt":        offline(),
		"tally/internal/audit/pack":           offline(),
		"tally/internal/audit/pins":           offline(),
		"tally/internal/audit/checkpoints":    {"tally/"},
		"tally/internal/audit/witness":        withoutVouchers(offline("tally/internal/audit/translog", "tally/internal/audit/pins")...),
		"tally/internal/audit/council":        offline(),
		"tally/cmd/tally-witness":             withoutVouchers(),
		"tally/internal/audit/offsets":        offline("tally/internal/ledger"),
		"tally/internal/zone":                 offline("tally/internal/ledger", "tally/internal/audit"),
		"tally/internal/audit/fabricproof":    offline("tally/internal/ledger/evm"),
		"tally/internal/audit/blockfile":      {"tally/", "github.com/", "google.golang.org/"},
		"tally/internal/audit/evidence":       offline(),
		"tally/internal/audit/order":          offline("tally/internal/intent", "tally/internal/ledger/evm", "tally/internal/audit/"),
		"tally/internal/pricing/cond":         offline("tally/internal/intent", "tally/internal/ledger", "tally/internal/exact", "tally/internal/zone", "net/http$", "github.com/google", "google.golang.org/grpc$"),
		"tally/internal/pricing/clock":        offline("tally/internal/intent", "tally/internal/ledger", "github.com/"),
		"tally/internal/index":                {"tally/internal/ledger/", "tally/internal/teller", "tally/internal/httpapi"},
		"tally/internal/index/memory":         {"tally/internal/ledger/", "tally/internal/teller", "tally/internal/httpapi"},
		"tally/internal/door":                 {"tally/internal/ledger", "tally/internal/index", "tally/internal/teller", "tally/internal/httpapi", "github.com/gin-gonic"},
		"tally/internal/refusal":              {"tally/internal/ledger/", "tally/internal/index", "tally/internal/teller", "tally/internal/api", "tally/internal/httpapi", "net/http$"},
		"tally/internal/teller":               {"tally/internal/ledger/", "tally/internal/index/", "tally/internal/httpapi", "github.com/gin-gonic", "github.com/redis"},
		"tally/internal/quote":                {"tally/internal/ledger/", "tally/internal/index/", "tally/internal/httpapi", "tally/internal/api", "tally/internal/access", "tally/internal/edge", "github.com/gin-gonic", "github.com/redis", "net/http$"},
		"tally/internal/deposit":              {"tally/internal/intent", "tally/internal/ledger", "tally/internal/index", "tally/internal/teller", "tally/internal/httpapi", "tally/internal/api", "tally/internal/access", "github.com/", "net/http$"},
		"tally/internal/access":               {"tally/internal/ledger/", "tally/internal/index/", "tally/internal/httpapi", "tally/internal/api", "tally/internal/edge", "github.com/gin-gonic", "github.com/redis", "net/http$"},
		"tally/internal/api":                  {"tally/internal/ledger", "tally/internal/index", "tally/internal/teller", "tally/internal/httpapi", "github.com/gin-gonic"},
		"tally/internal/client":               noServer(),
		"tally/internal/outbox":               aside("tally/internal/ledger", "tally/internal/intent", "tally/internal/keystore"),
		"tally/internal/httpapi":              {"tally/internal/ledger/", "tally/internal/index/", "tally/internal/edge$", "tally/cmd"},
		"tally/internal/httpapi/pages":        {"tally/internal/ledger", "tally/internal/index", "tally/internal/teller", "tally/internal/edge", "github.com/gin-gonic"},
		"tally/internal/till":                 noServer("tally/cmd"),
		"tally/internal/lincheck":             noServer("tally/cmd"),
		"tally/cmd/tally":                     noServer(),
		"tally/internal/cli":                  noServer("tally/cmd", "tally/internal/cli/", "tally/internal/demo"),
		"tally/internal/cli/operator":         noServer("tally/cmd", "tally/internal/demo", "tally/internal/cli/merchant", "tally/internal/cli/wallet", "tally/internal/cli/till", "tally/internal/cli/auditor"),
		"tally/internal/cli/merchant":         noServer("tally/cmd", "tally/internal/demo", "tally/internal/cli/operator", "tally/internal/cli/wallet", "tally/internal/cli/till", "tally/internal/cli/auditor"),
		"tally/internal/cli/wallet":           noServer("tally/cmd", "tally/internal/demo", "tally/internal/cli/operator", "tally/internal/cli/merchant", "tally/internal/cli/till", "tally/internal/cli/auditor"),
		"tally/internal/cli/till":             noServer("tally/cmd", "tally/internal/demo", "tally/internal/cli/operator", "tally/internal/cli/merchant", "tally/internal/cli/wallet", "tally/internal/cli/auditor"),
		"tally/internal/cli/auditor":          noServer("tally/cmd", "tally/internal/demo", "tally/internal/cli/operator", "tally/internal/cli/merchant", "tally/internal/cli/wallet", "tally/internal/cli/till"),
		"tally/internal/demo":                 noServer("tally/cmd"),
		"tally/internal/edge":                 withoutVouchers(),
		"tally/internal/edge/reqctx":          {"tally/"},
		"tally/internal/httpclient":           {"tally/", "github.com/", "golang.org/"},
		"tally/internal/metrics/exporter":     {"tally/"},
		"tally/internal/metrics":              {"tally/internal/ledger/", "tally/internal/index", "tally/internal/teller", "tally/internal/httpapi", "github.com/gin-gonic"},
		"tally/internal/delegation":           {"tally/internal/ledger", "tally/internal/index", "tally/internal/teller", "tally/internal/httpapi"},
		"tally/network/fabric":                {"tally/internal", "tally/cmd"},
		"tally/internal/index/redis":          {"tally/internal/ledger/", "tally/internal/teller", "tally/internal/httpapi"},
	} {
		require.Contains(t, all, layer)
		for _, dep := range all[layer].Deps {
			for _, forbidden := range never {
				require.False(t, forbids(forbidden, dep) && !fabricMessages(layer, dep) && !describes(layer, dep), "%s reaches %s", layer, dep)
			}
		}
	}
}

// forbids reports whether a row's path forbids a package. "tally/internal/ledger"
// forbids all that begins so; "tally/internal/ledger/" the drivers, and not the
// ledger's contract; "tally/internal/edge$" that package alone.
func forbids(path, pkg string) bool {
	if exact, ok := strings.CutSuffix(path, "$"); ok {
		return pkg == exact
	}
	return strings.HasPrefix(pkg, path)
}

// driver is what a ledger's driver may not reach, and some more: what stands on
// ledgers, and what checks them.
func driver(more ...string) []string {
	return append(more, "tally/internal/audit", "tally/internal/index", "tally/internal/teller", "tally/internal/httpapi", "github.com/gin-gonic")
}

// noServer is what clients may not reach, and some more: no server and no index.
func noServer(more ...string) []string {
	return append(more,
		"tally/internal/httpapi", "tally/internal/teller", "tally/internal/index", "tally/internal/door",
		"github.com/gin-gonic", "github.com/redis")
}

// aside is what the command line's own libraries may not reach, and some more: the
// command line itself, and all that talks to a server or is one.
func aside(more ...string) []string {
	return noServer(append(more, "tally/cmd", "tally/internal/cli", "tally/internal/client", "tally/internal/api")...)
}

// withoutVouchers is what a package may not reach that knows nothing of vouchers,
// and some more: the rules, and all that stands on them.
func withoutVouchers(more ...string) []string {
	return append(more, "tally/internal/voucher", "tally/internal/intent", "tally/internal/ledger", "tally/internal/index",
		"tally/internal/door", "tally/internal/teller", "tally/internal/httpapi", "github.com/gin-gonic")
}

// offline is what an auditor's packages may not reach, and some more: no
// driver, no database, no connection.
func offline(more ...string) []string {
	return append(more,
		"tally/internal/ledger/memory", "tally/internal/ledger/evm/contract", "tally/internal/ledger/evm/embedded", "tally/internal/ledger/evm/remote",
		"tally/internal/ledger/journal$",
		"tally/internal/index", "tally/internal/teller", "tally/internal/httpapi",
		"github.com/gin-gonic", "github.com/redis", "github.com/hyperledger", "github.com/cockroachdb/pebble",
		"github.com/ethereum/go-ethereum/ethclient", "github.com/ethereum/go-ethereum/rpc")
}

// fabricMessages is the one exception from the rule about hyperledger: a reader of
// a Fabric channel's blocks needs its messages. Package peer of them brings
// gRPC along, because its services' stubs lie beside its messages; nothing dials.
func fabricMessages(layer, dep string) bool {
	reads := []string{"tally/internal/ledger/fabric/blocks", "tally/internal/audit/fabricproof", "tally/cmd/tally-verify"}
	return slices.Contains(reads, layer) && strings.HasPrefix(dep, "github.com/hyperledger/fabric-protos-go-apiv2/")
}

// describes is the one exception from the rule that a Fabric network knows nothing of
// Tally: a person writes its description, and package exact reads what people write.
func describes(layer, dep string) bool {
	return layer == "tally/network/fabric" && (dep == "tally/internal/exact" || dep == "tally/internal/exact/document")
}

// TestImports_AuditorsProgramIsAlone has nothing in tally-verify that could reach a
// server, or that a server is made of.
func TestImports_AuditorsProgramIsAlone(t *testing.T) {
	all := packages(t)
	require.Contains(t, all, "tally/cmd/tally-verify")
	for _, dep := range all["tally/cmd/tally-verify"].Deps {
		for _, never := range []string{
			"github.com/gin-gonic", "github.com/redis", "github.com/hyperledger", "github.com/ethereum/go-ethereum/ethclient",
			"github.com/ethereum/go-ethereum/rpc", "tally/internal/teller", "tally/internal/index", "tally/internal/httpapi",
			"tally/internal/ledger/memory", "tally/internal/ledger/evm/contract", "tally/internal/ledger/evm/embedded", "tally/internal/ledger/journal$", "tally/internal/ledger/journal/segment", "tally/internal/audit/witness", "tally/internal/audit/council",
		} {
			require.False(t, forbids(never, dep) && !fabricMessages("tally/cmd/tally-verify", dep), "it links %s", dep)
		}
	}
}

// TestImports_TestsStayOutOfPrograms keeps the suites and their casts out of what is shipped.
func TestImports_TestsStayOutOfPrograms(t *testing.T) {
	all := packages(t)
	for _, program := range []string{
		"tally/cmd/tallyd", "tally/cmd/tally", "tally/cmd/tally-verify", "tally/cmd/tally-witness", "tally/cmd/tally-chaincode", "tally/cmd/tally-network",
		"tally/cmd/tally-fetch",
	} {
		require.Contains(t, all, program)
		for _, dep := range all[program].Deps {
			require.False(t, strings.HasSuffix(dep, "test") && strings.HasPrefix(dep, "tally/"), "%s links %s", program, dep)
			require.False(t, strings.HasPrefix(dep, "github.com/pb33f/"), "%s links %s, which is for tests", program, dep)
		}
		if program != "tally/cmd/tally-fetch" { // fabric-sdk-go does
			require.False(t, slices.Contains(all[program].Deps, "testing"), "%s links testing", program)
		}
	}
}

// TestImports_OldProtocolBuffersStayOut: two generations of Fabric's messages in one
// program panic when it starts. tally-fetch has the old one, and so none of ours
// that read blocks.
func TestImports_OldProtocolBuffersStayOut(t *testing.T) {
	all := packages(t)
	for _, dep := range all["tally/cmd/tally-fetch"].Deps {
		require.False(t, strings.HasPrefix(dep, "github.com/hyperledger/fabric-protos-go-apiv2"), "tally-fetch links %s", dep)
	}
	require.Contains(t, all["tally/cmd/tally-fetch"].Deps, "github.com/hyperledger/fabric-protos-go/common")
	for _, program := range []string{"tally/cmd/tallyd", "tally/cmd/tally", "tally/cmd/tally-chaincode", "tally/cmd/tally-network", "tally/cmd/tally-verify"} {
		for _, dep := range all[program].Deps {
			require.False(t, strings.HasPrefix(dep, "github.com/hyperledger/fabric-sdk-go") ||
				strings.HasPrefix(dep, "github.com/hyperledger/fabric-protos-go/"), "%s links %s", program, dep)
		}
	}
}
