package ledgertest

import (
	"fmt"

	"github.com/stretchr/testify/require"

	"tally/internal/books"
	"tally/internal/intent"
	"tally/internal/ledger"
	"tally/internal/voucher"
)

// submit sends a batch to the ledger, judges it by the model at the times that
// the ledger tells, and compares.
func (r *run) submit(drafts []Draft) {
	r.t.Helper()
	commands := make([]voucher.Command, len(drafts))
	for i, d := range drafts {
		var err error
		commands[i], err = r.gen.cast.seal(d, r.domain)
		require.NoError(r.t, err)
		r.trace.command(d, commands[i])
		r.named.of(commands[i])
	}
	clock := r.now()
	authored := r.domain.AuthorAll(commands...)
	got, err := r.fixture.Ledger.Submit(r.ctx, authored)
	require.NoError(r.t, err)
	require.Len(r.t, got, len(commands))
	want := make([]voucher.Outcome, len(commands))
	for i := range commands {
		want[i] = r.judge(authored[i], got[i], clock)
	}
	for i := range commands {
		want[i] = r.settle(authored[i], want[i])
		r.trace.outcome(len(commands)-i, want[i].Kind)
	}
	for i, c := range commands {
		name := nameOf(c)
		require.Equal(r.t, string(want[i].Canonical()), string(got[i].Canonical()), "%s: %+v", name, c)
		r.seen.count(name, want[i].Kind)
		r.judged++
		r.gen.Learn(c, want[i])
	}
}

// judge is what the model makes of a command; clock is the time of what the
// ledger answered with an older outcome.
func (r *run) judge(a voucher.Authored, got voucher.Outcome, clock uint64) voucher.Outcome {
	r.t.Helper()
	c, now := a.Command, got.Time
	first, again := r.first[a.Authors.ID]
	if again && first.Position == got.Position {
		now = clock
	}
	want, err := voucher.Apply(r.state, c, a.Authors, now)
	require.NoError(r.t, err)
	want.Position, want.Time = got.Position, got.Time
	if want.Status != voucher.StatusAccepted {
		return want
	}
	require.False(r.t, again, "%s took effect twice: %+v", nameOf(c), c)
	if n := len(r.order); n > 0 && got.Status == voucher.StatusAccepted {
		last := r.first[r.order[n-1]]
		require.True(r.t, last.Position.Before(got.Position), "%s comes after %s", got.Position, last.Position)
	}
	want.CommandHash = intent.CommandHash(c)
	r.first[want.ID], r.order = want, append(r.order, want.ID)
	return want
}

// settle is the first outcome of what was accepted before, or in the same batch.
func (r *run) settle(a voucher.Authored, want voucher.Outcome) voucher.Outcome {
	if want.Status != voucher.StatusRefused || voucher.Examine(a) != voucher.KindAccepted {
		return want
	}
	if first, ok := r.first[want.ID]; ok && first.Acceptance() == ledger.AcceptanceOf(a) {
		return first
	}
	return want
}

// finish compares everything and audits the ledger's history.
func (r *run) finish() {
	r.t.Helper()
	r.nameAll()
	r.compareNamed()
	r.audit()
}

// audit replays the ledger's entries and balances the books of every campaign.
func (r *run) audit() {
	r.t.Helper()
	head, err := r.fixture.Ledger.Head(r.ctx)
	require.NoError(r.t, err)
	replayed := State{}
	require.NoError(r.t, voucher.Found(replayed, Operators(), 1))
	b := sums{sold: map[sale]bool{}, unfounded: map[voucher.CampaignID]bool{}}
	at := 0
	for entry, err := range r.fixture.Ledger.Events(r.ctx, voucher.Position{}, head) {
		require.NoError(r.t, err)
		require.Less(r.t, at, len(r.order), "the ledger has more entries than it told of: %s", entry.Outcome.ID)
		require.Equal(r.t, string(r.first[r.order[at]].Canonical()), string(entry.Outcome.Canonical()))
		c, err := voucher.DecodeCommand(entry.Command)
		require.NoError(r.t, err)
		require.Equal(r.t, entry.Outcome.CommandHash, intent.CommandHash(c))
		again, err := voucher.Apply(replayed, c, r.domain.Recover(c), entry.Outcome.Time)
		require.NoError(r.t, err)
		again.Position, again.CommandHash = entry.Outcome.Position, entry.Outcome.CommandHash
		require.Equal(r.t, string(entry.Outcome.Canonical()), string(again.Canonical()), "replayed: %+v", c)
		b.add(c, again)
		at++
	}
	require.Equal(r.t, len(r.order), at, "the ledger has fewer entries than it told of")
	require.Equal(r.t, r.state, replayed)
	for _, id := range b.campaigns {
		counted := books.NewCampaign(id)
		for _, o := range b.outcomes {
			counted.Count(o)
		}
		report := counted.Report(r.now())
		require.True(r.t, report.Holds || b.unfounded[id], "%s: %s", id, report.Broken)
	}
}

// sums is what the balance of the campaigns is drawn from.
type sums struct {
	campaigns []voucher.CampaignID
	outcomes  []voucher.Outcome
	sold      map[sale]bool
	unfounded map[voucher.CampaignID]bool
}

// add enters an accepted command. A rollback that names no redemption, or
// another amount than it took, is not the ledger's to refuse: the auditor finds
// it, because the campaign's books do not balance.
func (b *sums) add(c voucher.Command, o voucher.Outcome) {
	b.outcomes = append(b.outcomes, o)
	for _, e := range o.Events {
		switch e := e.(type) {
		case voucher.CampaignCreated:
			b.campaigns = append(b.campaigns, e.Campaign)
		case voucher.VoucherRedeemed:
			b.sold[sale{o.ID, voucher.Ref{Campaign: e.Campaign, Serial: e.Serial}, e.Units}] = true
		}
	}
	if rollback, ok := c.(voucher.Signed[voucher.Rollback]); ok {
		for _, back := range rollback.Intent.Returns {
			ref := voucher.Ref{Campaign: back.Campaign, Serial: back.Serial}
			if !b.sold[sale{rollback.Intent.Redemption, ref, back.Taken}] {
				b.unfounded[back.Campaign] = true
			}
		}
	}
}

// table counts what became of commands, by name and kind.
type table map[string]map[voucher.Kind]int

func (t table) count(name string, k voucher.Kind) {
	if t[name] == nil {
		t[name] = map[voucher.Kind]int{}
	}
	t[name][k]++
}

func (t table) add(o table) {
	for name, kinds := range o {
		for k, n := range kinds {
			t.count(name, k)
			t[name][k] += n - 1
		}
	}
}

// kinds is how often each kind came.
func (t table) kinds() map[voucher.Kind]int {
	all := map[voucher.Kind]int{}
	for _, kinds := range t {
		for k, n := range kinds {
			all[k] += n
		}
	}
	return all
}

func (t table) String() string {
	text, total := "", 0
	for _, c := range append(EmptyCommands(), voucher.RedeemCommand{Offer: voucher.Redeem{HoldUntil: 1}}) {
		name := nameOf(c)
		kinds, all := t[name], 0
		line := ""
		for k := range voucher.Kind(255) {
			if n := kinds[k]; n > 0 && k != voucher.KindAccepted {
				line += fmt.Sprintf(" %s %d", k, n)
			}
			all += kinds[k]
		}
		text += fmt.Sprintf("%-18s %6d, accepted %6d;%s\n", name, all, kinds[voucher.KindAccepted], line)
		total += all
	}
	return fmt.Sprintf("%d commands\n%s", total, text)
}
