package main

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tally/internal/api"
	"tally/internal/cli"
	"tally/internal/cli/merchant"
	"tally/internal/voucher"
)

// loosely is tenCups with everything allowed that a campaign can allow.
const loosely = tenCups + `
transferable: true
voidable: true
rollback: restore
`

func TestHold_TakenInPartOrFreed(t *testing.T) {
	s := onstage(t)
	ref := s.claim("alice", s.found())
	place := func() voucher.Outcome {
		code := s.code("alice", "--hold", "2h", "--units", "4", ref.String())
		s.refuses(cli.ExitRefused, "invalid_request", redeem(code, "--discount", "32.00")...)
		return mustJSON[voucher.Outcome](s, append([]string{"hold", "place"}, redeem(code, "--discount", "64.00", "--units", "4")[1:]...)...)
	}
	of := []string{"--as", "till-1", "--merchant", "root", "--store", "1"}
	first := place()
	info := mustJSON[api.HoldInfo](s, "hold", "show", "--as", "alice", first.ID.String())
	require.Equal(t, "open", info.State)
	require.Contains(t, s.must("hold", "show", "--as", "till-1", first.ID.String()), "4 units")
	s.refuses(cli.ExitRefused, "held", redeem(s.code("alice", ref.String()), "--discount", "1.00")...)

	capture := append(append([]string{"hold", "capture"}, of...),
		"--amount", "64.00", "--currency", "HKD", "--discount", "32.00", "--units", "1", "--key", "order-1", first.ID.String())
	s.refuses(cli.ExitMisused, cli.CodeMisused, append(capture, "--discount", "1.00")...)
	text := s.must(capture...)
	require.Contains(t, text, "1 units, 32.00 HKD off")
	require.Contains(t, text, "free again")
	require.Equal(t, text, s.must(capture...), "the same capture")
	require.Equal(t, "captured", mustJSON[api.HoldInfo](s, "hold", "show", "--as", "root", first.ID.String()).State)

	second := place()
	s.must(append(append([]string{"hold", "release"}, of...), second.ID.String())...)
	require.Equal(t, "released", mustJSON[api.HoldInfo](s, "hold", "show", "--as", "alice", second.ID.String()).State)
	require.Equal(t, uint64(9), mustJSON[api.VoucherInfo](s, "show", "--as", "alice", ref.String()).Units)
	s.refuses(cli.ExitMisused, cli.CodeMisused, "code", "--as", "alice", "--hold", "1m", ref.String())
	s.refuses(cli.ExitMisused, cli.CodeMisused, "code", "--as", "alice", "--hold", "169h", ref.String())
}

func TestVoucher_TransferredRedeemedRolledBackVoided(t *testing.T) {
	s := onstage(t)
	s.found()
	campaign := s.campaign(strings.Replace(loosely, "Ten cups", "Ten loose cups", 1))
	ref := s.claim("alice", campaign)
	s.must("transfer", "--as", "alice", "--to", "bob", ref.String())
	require.Contains(t, s.must("wallet", "--as", "bob"), ref.String())
	s.refuses(cli.ExitRefused, "unknown_voucher", "transfer", "--as", "alice", "--to", "root", ref.String())

	sold := mustJSON[voucher.Outcome](s, redeem(s.code("bob", "--units", "2", ref.String()), "--units", "2", "--discount", "32.00")...)
	back := []string{"rollback", "--as", "root", "--merchant", "root"}
	require.Contains(t, s.must(append(back, "--units", "1", sold.ID.String())...), "1 units back, 9 units left")
	require.Contains(t, s.must(append(back, "--details", "spilt", sold.ID.String())...), "salt")
	s.refuses(cli.ExitMisused, cli.CodeMisused, append(back, sold.ID.String())...)
	s.refuses(cli.ExitMisused, cli.CodeMisused, append(back, "--units", "1", "--units", "1", sold.ID.String())...)

	void := []string{"void", "--merchant", "root", "--reason", "printed twice", ref.String()}
	s.refuses(cli.ExitRefused, "not_authorised", append(void, "--as", "bob")...)
	s.must("merchant", "key", "--as", "root", "--key", "till-2", "--scope", "void,rollback")
	require.Contains(t, s.must("merchant", "show", "root"), "rollback, void")
	s.must(append(void, "--as", "till-2")...)
	require.Equal(t, "void", mustJSON[api.VoucherInfo](s, "show", "--as", "bob", ref.String()).State)

	verbs := func(as string) (list []string) {
		for _, item := range mustJSON[[]api.HistoryItem](s, "history", "--as", as, ref.String()) {
			list = append(list, item.Verb)
		}
		return list
	}
	since := []string{"void", "rollback", "rollback", "redeem", "transfer"}
	require.Equal(t, since, verbs("bob"), "what was before concerns the merchant")
	require.Equal(t, append(since, "claim"), verbs("root"))
	require.Contains(t, s.must("history", "--as", "root", ref.String()), "UNITS LEFT")
}

func TestIssue_FromAList(t *testing.T) {
	s := onstage(t)
	s.found()
	campaign := s.campaign(strings.Replace(tenCups, "supply: 5", "supply: 7\nopen: 1", 1) + "\n")
	alice, bob := s.address("alice"), s.address("bob")
	list := s.file("wallets.csv", fmt.Sprintf("wallet,note\n%s,regular\n# a comment\n%s,\n\"%s\",again\n", alice, bob, alice))
	issue := []string{"issue", "send", "--as", "root", "--merchant", "root", campaign.String()}
	out := mustJSON[voucher.Outcome](s, append(issue, list)...)
	require.Equal(t, uint32(3), mustJSON[api.IssueInfo](s, "issue", "show", "--as", "root", out.ID.String()).Count)
	require.Contains(t, s.must("issue", "show", "--as", "root", out.ID.String()), "vouchers")

	mine := mustJSON[[]merchant.DeliveredInfo](s, "issue", "deliver", "--as", "alice", out.ID.String(), list)
	require.Len(t, mine, 2)
	require.Contains(t, s.must("wallet", "--as", "alice"), mine[1].Voucher)
	require.Equal(t, mine, mustJSON[[]merchant.DeliveredInfo](s, "issue", "deliver", "--as", "alice", out.ID.String(), list))
	s.must("issue", "deliver", "--as", "root", "--owner", "bob", out.ID.String(), list)
	s.refuses(cli.ExitMisused, cli.CodeMisused, "issue", "deliver", "--as", "till-1", out.ID.String(), list)

	s.stdin = strings.NewReader(bob.String())
	second := mustJSON[voucher.Outcome](s, append(issue, "-")...)
	require.Equal(t, uint32(3), mustJSON[api.IssueInfo](s, "issue", "show", "--as", "root", second.ID.String()).First)
	s.refuses(cli.ExitRefused, "supply_exceeded", append(issue, list)...)
}

func TestMerchant_SuspendedAndRootReplaced(t *testing.T) {
	s := onstage(t)
	campaign := s.found()
	s.must("operator", "suspend", "--as", "operator", "--merchant", "root", "--reason", "a till was stolen")
	s.refuses(cli.ExitRefused, "merchant_suspended", "claim", "--as", "alice", campaign.String())
	s.must("operator", "reinstate", "--as", "operator", "--merchant", "root")
	s.claim("alice", campaign)

	s.key("root-2")
	s.must("merchant", "root", "--as", "root", "--new", "root-2")
	s.refuses(cli.ExitRefused, "not_authorised", "merchant", "store", "--as", "root", "--store", "3", "--name", "Sha Tin")
	s.must("merchant", "store", "--as", "root-2", "--of", "root", "--store", "3", "--name", "Sha Tin")
	text := s.must("operator", "recover", "--as", "operator", "--merchant", "root", "--root", "bob")
	require.Contains(t, text, s.now().Add(voucher.RecoverDelay*time.Second).UTC().Format("2006-01-02"))
	require.Equal(t, s.address("bob"), *mustJSON[api.MerchantInfo](s, "merchant", "show", "root").NextRoot)
}

func TestDoctor_NamesWhatIsWrong(t *testing.T) {
	s := onstage(t)
	require.NoError(t, os.Chmod(string(s.keys), 0o700))
	require.Contains(t, s.must("doctor"), "not pinned")
	for _, f := range mustJSON[[]cli.Finding](s, "doctor") {
		require.True(t, f.OK, f.Check)
	}
	sick := func(check string, args ...string) cli.Finding {
		t.Helper()
		r := s.run(append([]string{"doctor", "--json"}, args...)...)
		require.Equal(t, cli.ExitFailed, r.code)
		for _, f := range decode[[]cli.Finding](t, r.out) {
			if f.Check == check {
				require.False(t, f.OK)
				require.NotEmpty(t, f.Remedy)
				return f
			}
		}
		require.Fail(t, "nobody looked", check)
		return cli.Finding{}
	}
	sick("ledger", "--ledger-id", "0x"+strings.Repeat("11", 32))
	require.NoError(t, os.Chmod(s.secret, 0o644))
	sick("passphrase")
	require.NoError(t, os.Chmod(s.secret, 0o600))
	right := s.secret
	s.secret = s.file("wrong", "of another key\n")
	require.Contains(t, sick("passphrase").Found, "opens no key")
	s.secret = right
	require.NoError(t, os.WriteFile(s.keys.Path("damaged"), []byte("junk"), 0o600))
	require.Contains(t, sick("key").Found, "damaged.json")
	require.Contains(t, s.must("key", "list"), "operator", "one damaged file hides no other")
	require.NoError(t, os.Remove(s.keys.Path("damaged")))
	require.NoError(t, os.Chmod(string(s.keys), 0o755))
	sick("keys")
	was := s.now()
	s.now = func() time.Time { return was.Add(time.Minute) }
	require.Contains(t, sick("clock").Found, "1m0s away")
	s.server = "http://127.0.0.1:1"
	sick("server")
}
