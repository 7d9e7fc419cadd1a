package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/stretchr/testify/require"

	"tally/internal/audit/pack"
	"tally/internal/books"
	"tally/internal/ledger/ledgertest"
	"tally/internal/processtest"
	"tally/internal/terminal"
	"tally/internal/voucher"
)

// Names as a stranger may choose them: a formula, an escape sequence, a turn of
// direction, C1 controls, a line, wide letters, and a long one.
const (
	hostileTitle    = "=cmd|' /C calc'!A0 \x1b[2J \u202egnp 茉莉\nHOLDS \u009b31m"
	hostileMerchant = "@Oolong \u202e\u009b31m \u2066 & Sons"
)

// sold is what the tests know of the campaign that they look for in a pack.
type sold struct {
	campaign voucher.CampaignID
	attestor ledgertest.Actor
	order    voucher.Hash // of 2 units and 64.00 off, one unit and 32.00 given back
}

// busy adds a campaign to the office's ledger whose clock is 8 hours ahead of UTC: two
// claims that an attestor vouched for, one issued voucher, an order of two vouchers, a
// rollback of one of them, a hold, its capture, and a void.
func busy(t testing.TB, o *office) sold {
	t.Helper()
	w := o.World
	w.Must(w.Admit(ledgertest.NewActor("oolong"), hostileMerchant))
	title, err := json.Marshal(map[string]string{"name": hostileTitle + strings.Repeat(" long", 99), "time_zone": "\u202eEurope\x1b[2J"})
	require.NoError(t, err)
	s := sold{attestor: ledgertest.NewActor("attestor")}
	s.campaign = w.Campaign(100, func(c *voucher.CreateCampaign) {
		c.Terms, c.Units, c.PerHolder, c.Open, c.Void = string(title), 10, 0, 90, true
		c.Offsets = []voucher.Offset{{From: 0, Minutes: 480}}
		c.Attestors = []voucher.Address{s.attestor.Address}
	})
	for i := range uint32(2) {
		w.Must(w.WithTicket(w.Claim(w.Alice, s.campaign, i, i), s.attestor, fmt.Sprint("alice", i)))
	}
	owners := []voucher.Address{w.Alice.Address, w.Bob.Address}
	issue := w.Must(w.Issue(w.Merchant, s.campaign, 0, owners...))
	issued, _, ok := voucher.VoucherOf(w.Must(w.Deliver(issue.ID, owners, 1)).Events[0])
	require.True(t, ok)
	refs := []voucher.Ref{{Campaign: s.campaign, Serial: 0}, {Campaign: s.campaign, Serial: 1}}
	s.order = w.Must(w.Redeem(w.Alice, refs...)).ID
	w.Must(w.Rollback(w.Merchant, s.order, ledgertest.Return(refs[1], 1, 1, 0)))
	hold := w.Must(w.HoldUnits(w.Bob, w.Unix()+3600, 3, issued))
	w.Must(w.Capture(hold.ID, 6400, ledgertest.Take(issued, 2, 100)))
	w.Must(w.Void(w.Merchant, voucher.Ref{Campaign: s.campaign, Serial: 50}))
	return s
}

// scope reads a scope.
func scope(t testing.TB, text string) pack.Scope {
	t.Helper()
	s, err := pack.ParseScope(text)
	require.NoError(t, err)
	return s
}

// listOfPack is what --list says under --json.
type listOfPack struct {
	packReport

	Entries []listed `json:"entries"`
}

func mustList(t *testing.T, o *office, path string) listOfPack {
	t.Helper()
	code, out, errs := o.verify("--json", "pack", path, "--list")
	require.Equal(t, exitHolds, code, errs)
	var l listOfPack
	require.NoError(t, json.Unmarshal([]byte(out), &l), out)
	require.Len(t, l.Entries, int(l.Leaves))
	return l
}

// TestList_EveryCommand: a list has every command with what it did, as the ledger tells it.
func TestList_EveryCommand(t *testing.T) {
	o := openOffice(t)
	s := busy(t, o)
	l := mustList(t, o, o.pack(t))
	head, err := o.Ledger.Head(t.Context())
	require.NoError(t, err)
	i := 0
	for e, err := range o.Ledger.Events(t.Context(), voucher.Position{}, head) {
		require.NoError(t, err)
		got := l.Entries[i]
		require.EqualValues(t, i, got.Leaf)
		require.Equal(t, e.Outcome.Position, got.Position)
		require.Equal(t, e.Outcome.ID, got.Command)
		require.Equal(t, e.Outcome.Time, got.Time)
		i++
	}
	mine := slices.DeleteFunc(slices.Clone(l.Entries), func(l listed) bool { return !slices.Contains(l.Campaigns, s.campaign.String()) })
	said := make([]string, len(mine))
	for i, l := range mine {
		said[i] = fmt.Sprintf("%s %d %d %d %s", l.Verb, l.Units, l.Amount, l.Discount, l.Currency)
		require.True(t, strings.HasSuffix(l.Instant, "+08:00"), "in the campaign's zone: %s", l.Instant)
		require.True(t, strings.HasPrefix(l.CampaignName, hostileTitle))
		require.Equal(t, "Jasmine & Co", l.MerchantName)
	}
	require.Equal(t, []string{
		"create_campaign 0 0 0 ", "claim 10 0 0 ", "claim 10 0 0 ", "issue 0 0 0 ", "deliver 10 0 0 ", "redeem 2 12800 6400 HKD",
		"rollback 1 0 3200 HKD", "hold 3 6400 3200 HKD", "capture 2 6400 100 HKD", "void 0 0 0 ",
	}, said)
}

// TestList_OfAPart: what is not in the pack is said not to be known, and is not made up.
func TestList_OfAPart(t *testing.T) {
	o := openOffice(t)
	s := busy(t, o)
	whole := mustList(t, o, o.pack(t))
	back := slices.IndexFunc(whole.Entries, func(l listed) bool { return l.Redemption != nil })
	require.Positive(t, back)

	part := mustList(t, o, o.packOf(t, scope(t, "campaign/"+s.campaign.String())))
	require.Len(t, part.Entries, 10)
	for _, l := range part.Entries {
		want := whole.Entries[l.Leaf]
		want.MerchantName = "" // its admission is not of the campaign
		require.Equal(t, want, l)
	}

	without := mustList(t, o, o.packOf(t, scope(t, fmt.Sprintf("leaves/%d-%d", back, back+1))))
	require.True(t, without.Entries[0].Unknown)
	require.Zero(t, without.Entries[0].Discount)
	require.True(t, strings.HasSuffix(without.Entries[0].Instant, "Z"))
	_, out, _ := o.verify("pack", filepath.Join(o.dir, fmt.Sprintf("leaves-%d-%d.pack", back, back+1)), "--list")
	require.Contains(t, out, "-1 ")
	require.Contains(t, out, "its sale is not in the pack")
}

// samplePack is what --sample says under --json.
type samplePack struct {
	drawing

	Entries []sampled `json:"entries"`
}

func mustSample(t *testing.T, o *office, args ...string) samplePack {
	t.Helper()
	code, out, errs := o.verify(append([]string{"--json", "pack"}, args...)...)
	require.Equal(t, exitHolds, code, errs)
	var s samplePack
	require.NoError(t, json.Unmarshal([]byte(out), &s), out)
	require.Len(t, s.Entries, s.Drawn)
	return s
}

func leavesOf(s samplePack) (all []int64) {
	for _, e := range s.Entries {
		all = append(all, e.Leaf)
	}
	return all
}

// TestSample_CanBeDrawnAgain: a sample is a function of seed and pack, which anybody can
// compute with sha256sum, and a larger one has the smaller one in it.
func TestSample_CanBeDrawnAgain(t *testing.T) {
	o := openOffice(t)
	busy(t, o)
	path := o.pack(t)
	own := mustSample(t, o, path, "--sample", "7")
	require.Regexp(t, `^[0-9a-f]{64}$`, own.Seed)
	require.Equal(t, own, mustSample(t, o, path, "--sample", "7", "--seed", own.Seed), "the seed that is printed draws the same")
	require.Len(t, leavesOf(own), 7)
	require.True(t, slices.IsSorted(leavesOf(own)))
	for _, leaf := range leavesOf(own) {
		require.Contains(t, leavesOf(mustSample(t, o, path, "--sample", "12")), leaf)
	}
	require.NotEqual(t, leavesOf(own), leavesOf(mustSample(t, o, path, "--sample", "7", "--seed", "dice: 4 1 6 6")))

	shell := fmt.Sprintf(`for i in $(seq 0 %d); do echo "$(printf '%%s\n%%d' "$SEED" $i | sha256sum | cut -d' ' -f1) $i"; done | LC_ALL=C sort | head -7 | cut -d' ' -f2 | sort -n`, own.Leaves-1)
	drawn := exec.CommandContext(t.Context(), "sh", "-c", shell)
	drawn.Env = append(os.Environ(), "SEED="+own.Seed)
	byHand, err := drawn.Output()
	require.NoError(t, err)
	require.Equal(t, strings.Fields(string(byHand)), strings.Fields(strings.Trim(fmt.Sprint(leavesOf(own)), "[]")), "by hand")

	all := mustSample(t, o, path, "--sample", "10000")
	require.EqualValues(t, all.Leaves, all.Drawn, "no more than there are")
	l := mustList(t, o, path)
	for i, e := range all.Entries {
		require.Equal(t, l.Entries[i], e.listed)
		raw, err := os.ReadFile(path)
		require.NoError(t, err)
		require.NotEmpty(t, raw)
		require.Equal(t, e.Command, e.Outcome.ID)
	}
}

// TestSample_OfAPart: of a part, the indices are those of the log.
func TestSample_OfAPart(t *testing.T) {
	o := openOffice(t)
	path := o.packOf(t, scope(t, "leaves/5-25"))
	s := mustSample(t, o, path, "--sample", "4", "--seed", "x")
	ranks := make([]string, 0, 20)
	for leaf := 5; leaf < 25; leaf++ {
		ranks = append(ranks, fmt.Sprintf("%x %d", sha256.Sum256(fmt.Appendf(nil, "x\n%d", leaf)), leaf))
	}
	slices.Sort(ranks)
	want := make([]int64, 0, 4)
	for _, r := range ranks[:4] {
		var leaf int64
		_, err := fmt.Sscanf(r[65:], "%d", &leaf)
		require.NoError(t, err)
		want = append(want, leaf)
	}
	slices.Sort(want)
	require.Equal(t, want, leavesOf(s))
	require.NotEqual(t, mustSample(t, o, path, "--sample", "4").Seed, mustSample(t, o, o.pack(t), "--sample", "4").Seed, "another pack has another seed")
}

// statementOfPack is what --report says under --json.
type statementOfPack struct {
	packReport

	Campaigns []campaignStatement `json:"campaigns"`
	Returns   []returnLine        `json:"returns"`
}

// TestReport_AddsUp: sums, lines and books of a report are of one mind.
func TestReport_AddsUp(t *testing.T) {
	o := openOffice(t)
	s := busy(t, o)
	code, out, errs := o.verify("--json", "pack", o.pack(t), "--report")
	require.Equal(t, exitHolds, code, errs)
	var r statementOfPack
	require.NoError(t, json.Unmarshal([]byte(out), &r), out)
	require.Len(t, r.Campaigns, 3)
	returned := map[string]books.Flow{}
	for _, l := range r.Returns {
		f := returned[l.Campaign]
		f.Gross, f.Returned = f.Gross+l.Units, f.Returned+l.Discount
		returned[l.Campaign] = f
	}
	for _, c := range r.Campaigns {
		require.NotNil(t, c.Books, c.Campaign)
		require.True(t, c.Books.Holds)
		require.Equal(t, c.Books.Sales, c.Sales, "the books count the same")
		require.Equal(t, c.Books.Units.Issued, c.Appeared)
		require.Equal(t, c.Books.Vouchers.Minted-c.Books.Vouchers.Unclaimed, c.Claimed+c.Delivered+1*b2i(c.Voided > 0), "a voided one was nobody's")
		require.Equal(t, books.Flow{Gross: c.Sales.Units.Returned, Returned: c.Sales.Discount.Returned}, returned[c.Campaign])
		require.Zero(t, c.Unknown)
	}
	at := slices.IndexFunc(r.Campaigns, func(c campaignStatement) bool { return c.Campaign == s.campaign.String() })
	mine := r.Campaigns[at]
	require.Equal(t, campaignFlow{
		Claimed: 2, Issued: 2, Delivered: 1, Voided: 1, Appeared: 30, Orders: 2, Rollbacks: 1,
		Sales: books.Sales{
			Currency: voucher.Currency{'H', 'K', 'D'}, Units: books.Flow{Gross: 4, Returned: 1, Net: 3}, Discount: books.Flow{Gross: 6500, Returned: 3200, Net: 3300},
		},
		Vouched: map[string]uint64{s.attestor.Address.String(): 2},
	}, mine.campaignFlow)
	require.Equal(t, "Jasmine & Co", mine.MerchantName)
	require.Len(t, r.Returns, 1)
	require.Equal(t, s.order, r.Returns[0].Redemption)
	require.Equal(t, o.World.Merchant.Address, r.Returns[0].Author)
	require.True(t, strings.HasSuffix(r.Returns[0].Instant, "+08:00"))

	code, out, errs = o.verify("pack", o.pack(t), "--report")
	require.Equal(t, exitHolds, code, errs)
	for _, says := range []string{
		"2 claimed, 2 issued by lists, 1 of these delivered, 1 voided; 30 units", "2 orders, 1 rollbacks", "4 units redeemed - 1 given back = 3 net",
		"65.00 HKD of discounts - 32.00 HKD given back = 33.00 HKD net", "vouched    by " + terminal.Address(s.attestor.Address) + " for 2 claims",
		"What rollbacks gave back:", "32.00 HKD", "restored", "Jasmine & Co (" + terminal.Address(o.World.Merchant.Address) + ")",
	} {
		require.Contains(t, out, says)
	}
}

func b2i(is bool) uint64 {
	if is {
		return 1
	}
	return 0
}

// TestReport_OfAPart: a part has sums of what is in it, and no books.
func TestReport_OfAPart(t *testing.T) {
	o := openOffice(t)
	s := busy(t, o)
	report := func(of pack.Scope) (r statementOfPack, text string) {
		path := o.packOf(t, of)
		code, out, errs := o.verify("--json", "pack", path, "--report")
		require.Equal(t, exitHolds, code, errs)
		require.NoError(t, json.Unmarshal([]byte(out), &r), out)
		code, text, errs = o.verify("pack", path, "--report")
		require.Equal(t, exitHolds, code, errs)
		require.Contains(t, text, "not made up: the pack is a part")
		return r, text
	}
	whole, _ := report(scope(t, "campaign/"+s.campaign.String()))
	require.Len(t, whole.Campaigns, 1)
	require.Equal(t, books.Flow{Gross: 6500, Returned: 3200, Net: 3300}, whole.Campaigns[0].Sales.Discount)
	require.Nil(t, whole.Campaigns[0].Books)

	l := mustList(t, o, o.pack(t))
	back := slices.IndexFunc(l.Entries, func(l listed) bool { return l.Redemption != nil })
	r, text := report(scope(t, fmt.Sprintf("leaves/%d-%d", back, len(l.Entries))))
	require.EqualValues(t, 1, r.Campaigns[0].Unknown)
	require.Equal(t, books.Flow{Gross: 100, Net: 100}, r.Campaigns[0].Sales.Discount, "what is not known is in no sum")
	require.True(t, r.Returns[0].Unknown)
	require.Contains(t, text, "1 units were given back of sales that are not in the pack")
}

// TestViews_ForSpreadsheets: rows of one length, numbers that add up, no formulas.
func TestViews_ForSpreadsheets(t *testing.T) {
	o := openOffice(t)
	s := busy(t, o)
	path := o.pack(t)
	sheet := func(flag string) (titles []string, rows [][]string) {
		code, out, errs := o.verify("pack", path, flag, "--csv")
		require.Equal(t, exitHolds, code, errs)
		all, err := csv.NewReader(strings.NewReader(out)).ReadAll() // it wants rows of one length
		require.NoError(t, err)
		for _, row := range all {
			for _, cell := range row {
				require.NotRegexp(t, `^[=+@-]`, cell)
			}
		}
		return all[0], all[1:]
	}
	titles, rows := sheet("--list")
	require.Len(t, rows, int(mustList(t, o, path).Leaves))
	column := func(name string) int { return slices.Index(titles, name) }
	back := slices.IndexFunc(rows, func(row []string) bool { return row[column("verb")] == "rollback" })
	require.Equal(t, []string{"", "1", "32.00", "HKD"}, []string{
		rows[back][column("discount")], rows[back][column("units given back")], rows[back][column("discount given back")], rows[back][column("currency")],
	})
	require.True(t, strings.HasPrefix(rows[back][column("campaign name")], "'=cmd"), rows[back][column("campaign name")])

	titles, rows = sheet("--report")
	said := map[string][]string{}
	for _, row := range rows {
		if row[0] == s.campaign.String() {
			said[row[column("what")]] = []string{row[column("vouchers")], row[column("units")], row[column("discount")], row[column("by")]}
		}
	}
	require.Equal(t, []string{"", "4", "65.00", ""}, said["redeemed gross"])
	require.Equal(t, []string{"", "1", "32.00", ""}, said["given back"])
	require.Equal(t, []string{"", "3", "33.00", ""}, said["redeemed net"])
	require.Equal(t, []string{"2", "", "", terminal.Address(s.attestor.Address)}, said["claims vouched for"])
	require.Equal(t, []string{"", "1", "32.00", terminal.Address(o.World.Merchant.Address)}, said["rollback, restored"])
}

// TestViews_PrintSafely: whatever strangers chose as names, every text and every JSON
// has letters that print, its own lines, checksummed addresses, and instants with an offset.
func TestViews_PrintSafely(t *testing.T) {
	o := openOffice(t)
	busy(t, o)
	w := o.World
	w.Must(w.PutStore(5, 77, "\u202e\u009b2J store"))
	path, receipt := o.pack(t), o.receipt(t)
	small := regexp.MustCompile(`0x[0-9a-f]{40}\b`)
	for _, args := range [][]string{
		{"pack", path}, {"pack", path, "--list"}, {"pack", path, "--sample", "10000"}, {"pack", path, "--report"}, {"receipt", receipt},
		{"pack", path, "--list", "--csv"}, {"pack", path, "--report", "--csv"},
	} {
		code, out, errs := o.verify(args...)
		require.Equal(t, exitHolds, code, errs)
		for _, line := range strings.Split(strings.TrimSuffix(out, "\n"), "\n") {
			require.Equal(t, terminal.Plain(line), line, args)
			require.NotRegexp(t, `^HOLDS .`, line, "a line that a name added")
			for _, address := range small.FindAllString(line, -1) {
				require.Equal(t, checksummed(address), address, "%v: %s", args, line)
			}
		}
		require.NotRegexp(t, `\d\d:\d\d:\d\d(\s|$)`, out, "instants without an offset")
		if !slices.Contains(args, "--csv") { // a spreadsheet has the whole title
			require.NotContains(t, out, strings.Repeat(" long", 9), "a title takes a part of a line")
		}
		code, out, errs = o.verify(append([]string{"--json"}, slices.DeleteFunc(slices.Clone(args), func(a string) bool { return a == "--csv" })...)...)
		require.Equal(t, exitHolds, code, errs)
		require.Equal(t, 1, strings.Count(out, "\n"))
		require.True(t, json.Valid([]byte(out)), args)
		for _, r := range strings.TrimSuffix(out, "\n") {
			require.True(t, unicode.IsPrint(r), "%v: %U", args, r)
		}
	}
}

// TestViews_JSONHasAllOfTheText: each number, id and address of the text is in the JSON.
func TestViews_JSONHasAllOfTheText(t *testing.T) {
	o := openOffice(t)
	busy(t, o)
	path, receipt := o.pack(t), o.receipt(t)
	ids := regexp.MustCompile(`0x[0-9a-fA-F]{40,}|(?:cmp|vch)_[0-9a-f]+|\d{4}-\d\d-\d\dT[0-9:]+(?:Z|[+-]\d\d:\d\d)|[0-9a-f]{64}`)
	for _, args := range [][]string{
		{"pack", path}, {"pack", path, "--list"}, {"pack", path, "--sample", "10000"}, {"pack", path, "--report"}, {"receipt", receipt},
	} {
		_, text, _ := o.verify(args...)
		_, asJSON, _ := o.verify(append([]string{"--json"}, args...)...)
		asJSON = strings.ToLower(asJSON)
		found := ids.FindAllString(text, -1)
		require.NotEmpty(t, found)
		for _, id := range found {
			is := strings.Contains(asJSON, strings.ToLower(id))
			if at, err := time.Parse(time.RFC3339, id); err == nil && !is { // events have Unix seconds
				is = strings.Contains(asJSON, fmt.Sprint(at.Unix()))
			}
			require.True(t, is, "%v: %s", args, id)
		}
	}
}

// TestViews_ShowNothingOfWhatDoesNotHold: a pack that breaks off shows no list.
func TestViews_ShowNothingOfWhatDoesNotHold(t *testing.T) {
	o := openOffice(t)
	raw, err := os.ReadFile(o.pack(t))
	require.NoError(t, err)
	broken := o.file(t, "broken.pack", raw[:len(raw)-3])
	before := temporary(t)
	for _, view := range [][]string{{"--list"}, {"--sample", "3"}, {"--report"}, {"--list", "--csv"}} {
		code, out, errs := o.verify(append([]string{"pack", broken}, view...)...)
		require.Equal(t, exitNot, code, view)
		require.Empty(t, out, view)
		require.Contains(t, errs, "DOES NOT HOLD")
	}
	require.Equal(t, before, temporary(t), "nothing stays on the disk")
}

// temporary are the directories that this program makes.
func temporary(t *testing.T) []string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(os.TempDir(), "tally-verify-*"))
	require.NoError(t, err)
	return found
}

func TestViews_Misuse(t *testing.T) {
	o := openOffice(t)
	path := o.pack(t)
	for says, args := range map[string][]string{
		"one of them is wanted, not several": {"--list", "--report"},
		"--seed is for --sample N":           {"--seed", "x"},
		"--csv is for --list or --report":    {"--csv"},
		"--csv and --json":                   {"--csv", "--list", "--json"},
		"a whole number from 1 to 10000":     {"--sample", "0"},
		"in the digits 0 to 9":               {"--sample", "1e3"},
		"a text of 1 to 200 bytes":           {"--sample", "3", "--seed", strings.Repeat("x", 201)},
		"from 1 to 15099":                    {"--at=-5"},
	} {
		code, out, errs := o.verify(append([]string{"pack", path}, args...)...)
		require.Equal(t, exitMisused, code, args)
		require.Empty(t, out)
		require.Contains(t, errs, says)
	}
	code, _, errs := o.verify("--json", "pack", filepath.Join(o.dir, "nothing"))
	require.Equal(t, exitMisused, code)
	var f failure
	require.NoError(t, json.Unmarshal([]byte(errs), &f), errs)
	require.Equal(t, "misused", f.Code)
}

// TestReport_CannotBeWritten: what cannot be said is no success, and a reader who has seen
// enough is none the worse.
func TestReport_CannotBeWritten(t *testing.T) {
	o := openOffice(t)
	path := o.pack(t)
	binary := processtest.Build(t, "./cmd/tally-verify")
	shell := func(line string) (int, string) {
		run := exec.CommandContext(t.Context(), "bash", "-c", "set -o pipefail; "+line)
		run.Env = append(os.Environ(), "TMPDIR="+t.TempDir(), "BIN="+binary, "TALLY_PINS="+filepath.Join(o.dir, "pins.json"), "PACK="+path)
		var errs bytes.Buffer
		run.Stderr = &errs
		_ = run.Run() // its exit code is looked at
		left, err := filepath.Glob(filepath.Join(run.Env[len(run.Env)-4][len("TMPDIR="):], "*"))
		require.NoError(t, err)
		require.Empty(t, left, "nothing stays on the disk")
		return run.ProcessState.ExitCode(), errs.String()
	}
	for _, view := range []string{"", "--list", "--sample 3", "--report", "--list --csv", "--json", "--json --list"} {
		code, errs := shell(`"$BIN" pack "$PACK" ` + view + ` > /dev/full`)
		require.Equal(t, exitMisused, code, view)
		require.Contains(t, errs, "the report could not be written", view)
		code, errs = shell(`"$BIN" pack "$PACK" ` + view + ` | true`)
		require.Equal(t, exitHolds, code, view)
		require.Empty(t, errs, view)
	}
	code, _ := shell(`"$BIN" pack - --list < "$PACK" | head -1 > /dev/null`)
	require.Equal(t, exitHolds, code)
}
