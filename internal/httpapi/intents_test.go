package httpapi_test

import (
	"bytes"
	"context"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ethereum/go-ethereum/crypto"
	"github.com/stretchr/testify/require"

	"tally/internal/api"
	"tally/internal/httpapi/apitest"
	"tally/internal/intent"
	"tally/internal/ledger/ledgertest"
	"tally/internal/voucher"
)

// node runs a program of scripts/npm, whose packages it may import.
func node(t *testing.T, env []string, stdin []byte, args ...string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	command := exec.CommandContext(ctx, "node", args...)
	command.Dir = filepath.Join("..", "..", "scripts", "npm")
	command.Env = append(os.Environ(), env...)
	command.Stdin = bytes.NewReader(stdin)
	var stderr bytes.Buffer
	command.Stderr = &stderr
	out, err := command.Output()
	require.NoError(t, err, "make setup installs Node.js and its packages: %s", stderr.String())
	return string(out)
}

// keyHex is an actor's private key, as libraries take it.
func keyHex(a ledgertest.Actor) string { return "0x" + hex.EncodeToString(crypto.FromECDSA(a.Key)) }

// TestIntents_ViemAndEthersSignThem has two libraries that are not ours sign every
// intent, from nothing but what the server publishes of each.
func TestIntents_ViemAndEthersSignThem(t *testing.T) {
	s := newShop(t)
	raw, err := os.ReadFile(filepath.Join("..", "intent", "testdata", "vectors.json"))
	require.NoError(t, err)
	var file struct {
		Vectors []struct {
			TypedData struct {
				PrimaryType string          `json:"primaryType"`
				Message     json.RawMessage `json:"message"`
			} `json:"typedData"`
		} `json:"vectors"`
	}
	require.NoError(t, json.Unmarshal(raw, &file))
	type message struct {
		Intent  string          `json:"intent"`
		Message json.RawMessage `json:"message"`
	}
	var messages []message
	for _, v := range file.Vectors {
		messages = append(messages, message{v.TypedData.PrimaryType, v.TypedData.Message})
	}
	require.Len(t, messages, len(intent.Types()))
	asked, err := json.Marshal(map[string]any{"server": s.url, "key": keyHex(s.Alice), "messages": messages})
	require.NoError(t, err)
	var signed []struct{ Intent, Viem, Browser, Ethers string }
	require.NoError(t, json.Unmarshal([]byte(node(t, nil, asked, "sign.mjs")), &signed))
	require.Len(t, signed, len(messages))
	for i, got := range signed {
		at := slices.IndexFunc(intent.Types(), func(like any) bool { return typeName(like) == got.Intent })
		require.GreaterOrEqual(t, at, 0, got.Intent)
		value := reflect.New(reflect.TypeOf(intent.Types()[at]))
		require.NoError(t, json.Unmarshal(messages[i].Message, value.Interface()), got.Intent)
		ours := s.Sign(s.Alice, value.Elem().Interface())
		for name, text := range map[string]string{"viem": got.Viem, "browser": got.Browser, "ethers": got.Ethers} {
			theirs, err := intent.ParseSignature(text)
			require.NoError(t, err, "%s of %s", name, got.Intent)
			require.Equal(t, ours, theirs, "%s of %s", name, got.Intent)
		}
	}
}

// TestIntents_EachByItself: an intent's types are those that it uses, the list has all
// of them, and a name that is none is not found.
func TestIntents_EachByItself(t *testing.T) {
	s := newShop(t)
	_, _, text := s.raw(http.MethodGet, "/v1/intents", "", nil)
	var list api.IntentsInfo
	require.NoError(t, json.Unmarshal([]byte(text), &list))
	require.Len(t, list.Intents, len(intent.Types()))
	word := regexp.MustCompile(`^[A-Z]\w+`)
	for _, one := range list.Intents {
		used := []string{one.PrimaryType}
		for _, f := range one.Types[one.PrimaryType] {
			if part := word.FindString(f.Type); part != "" {
				used = append(used, part)
			}
		}
		var published []string
		for name := range one.Types {
			published = append(published, name)
		}
		require.ElementsMatch(t, used, published, one.PrimaryType)
		_, _, alone := s.raw(http.MethodGet, "/v1/intents/"+one.PrimaryType, "", nil)
		var got api.IntentInfo
		require.NoError(t, json.Unmarshal([]byte(alone), &got))
		require.Equal(t, one, got)
	}
	for _, name := range []string{"claim", "Line", "EIP712Domain", "Nothing", "Claim%20"} {
		status, code, _ := s.raw(http.MethodGet, "/v1/intents/"+name, "", nil)
		require.Equal(t, http.StatusNotFound, status, name)
		require.Equal(t, "not_found", code, name)
	}
}

// programs are the programs of the page for wallets, in their order.
func programs(t *testing.T) []string {
	t.Helper()
	page, err := os.ReadFile(filepath.Join("..", "api", "wallet.md"))
	require.NoError(t, err)
	var list []string
	for _, match := range regexp.MustCompile("(?s)```js\n(.*?)```").FindAllSubmatch(page, -1) {
		list = append(list, string(match[1]))
	}
	require.Len(t, list, 2)
	return list
}

// TestWalletPage_ProgramsRun runs the programs of the page for wallets as they stand
// there. A till accepts the code that the first one prints.
func TestWalletPage_ProgramsRun(t *testing.T) {
	s := newShop(t)
	id := s.create(10, nil)
	run := func(program string, by ledgertest.Actor) []string {
		env := []string{"TALLY_SERVER=" + s.url, "TALLY_CAMPAIGN=" + id.String(), "WALLET_KEY=" + keyHex(by)}
		return strings.Fields(node(t, env, nil, "--input-type=module", "--eval", program))
	}
	list := programs(t)
	printed := run(list[0], s.Alice)
	require.Len(t, printed, 2)
	ref, err := voucher.ParseRef(printed[0])
	require.NoError(t, err)
	code, err := s.Domain.ParseCode(printed[1])
	require.NoError(t, err)
	require.Equal(t, s.Alice.Address, code.Offer.Owner)
	require.Equal(t, []voucher.Line{{Campaign: id, Serial: ref.Serial, Units: 1}}, code.Offer.Lines)
	sale := s.sale(s.Alice, code.Offer, s.Till, 1, "sale 1")
	sale.Code = printed[1]
	_, err = s.client.Send(s.ctx(), apitest.Keyed(s.Domain, sale, "sale 1"))
	require.NoError(t, err)

	printed = run(list[1], s.Bob)
	require.Len(t, printed, 2)
	var claim voucher.Hash
	require.NoError(t, claim.UnmarshalText([]byte(printed[0])))
	out, err := s.as(s.Bob).Command(s.ctx(), claim)
	require.NoError(t, err)
	require.Equal(t, s.Bob.Address, out.Events[0].(voucher.VoucherClaimed).Voucher.Unpack().Owner)
}

// TestOpenAPI_Literals finds the vectors of the document's words in what they are of.
func TestOpenAPI_Literals(t *testing.T) {
	words := at(t, openAPI(t), "info")["description"].(string)
	block := func(after string) string {
		_, rest, ok := strings.Cut(words, after)
		require.True(t, ok, after)
		return regexp.MustCompile(`(?m)^    [A-Za-z0-9_-]{150,}$`).FindString(rest)
	}
	raw := bytes.Repeat([]byte{0x11}, 32)
	raw[31] = 6
	key, err := crypto.ToECDSA(raw)
	require.NoError(t, err)
	var ledger voucher.Hash
	require.NoError(t, ledger.UnmarshalText([]byte("0xa1b2c3d405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1fff")))
	for _, text := range []string{ledger.String(), "0x" + hex.EncodeToString(raw), intent.Address(key).String()} {
		require.Contains(t, words, text)
	}
	d := intent.NewDomain(ledger)
	token := intent.ReadToken{Holder: intent.Address(key), Audience: "https://tally.example", Expires: 1_790_003_600}
	signature, err := d.Sign(key, token)
	require.NoError(t, err)
	require.Equal(t, intent.FormatToken(token, signature), strings.TrimSpace(block("**A read token by example.**")))

	offer := voucher.Redeem{
		Owner: intent.Address(key), SignedAt: 1_790_000_000, Deadline: 1_790_000_120,
		Lines: []voucher.Line{{Campaign: voucher.CampaignID{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15}, Serial: 42, Units: 3}},
	}
	signature, err = d.Sign(key, offer)
	require.NoError(t, err)
	text, err := d.Text(intent.Code{Offer: offer, Signature: signature})
	require.NoError(t, err)
	require.Equal(t, text, strings.TrimSpace(block("**The code's bytes.**")))
}
