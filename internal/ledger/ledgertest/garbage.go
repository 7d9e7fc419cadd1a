package ledgertest

import (
	"cmp"
	"context"
	"math/rand/v2"
	"reflect"
	"slices"

	"github.com/stretchr/testify/require"

	"tally/internal/ledger"
	"tally/internal/voucher"
)

// GarbageEach is how many commands of each verb the suite sends that nobody signed.
const GarbageEach = 1000

// Garbage makes commands that no ledger may accept, of one verb after the other:
// members and signatures are made up.
type Garbage struct {
	rnd *rand.Rand
}

// NewGarbage makes the same garbage for the same seed.
func NewGarbage(seed uint64) *Garbage {
	return &Garbage{rnd: rand.New(rand.NewPCG(seed, 0))}
}

// Verbs are all verbs that there are.
func Verbs() (all []voucher.Verb) {
	for v := voucher.Verb(1); ; v++ {
		if _, ok := voucher.EmptyCommand(v); !ok {
			return all
		}
		all = append(all, v)
	}
}

// Command is a command of a verb whose every member is made up.
func (g *Garbage) Command(v voucher.Verb) voucher.Command {
	empty, _ := voucher.EmptyCommand(v)
	made := reflect.New(reflect.TypeOf(empty))
	g.fill(made.Elem(), "")
	c, _ := made.Elem().Interface().(voucher.Command)
	return c
}

// Unsigned is a command whose signatures are made up and whose rest is as it was.
func (g *Garbage) Unsigned(c voucher.Command) voucher.Command {
	copied := reflect.New(reflect.TypeOf(c))
	copied.Elem().Set(reflect.ValueOf(c))
	for i := range copied.Elem().NumField() {
		field := copied.Elem().Field(i)
		switch field.Interface().(type) {
		case voucher.Signature:
			g.fill(field, "")
		case []voucher.Signature:
			fresh := reflect.MakeSlice(field.Type(), field.Len(), field.Len())
			for at := range field.Len() {
				g.fill(fresh.Index(at), "")
			}
			field.Set(fresh)
		}
	}
	made, _ := copied.Elem().Interface().(voucher.Command)
	return made
}

// fill makes a value up. Numbers are small or of any size, lists and words short.
func (g *Garbage) fill(v reflect.Value, name string) {
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			g.fill(v.Field(i), v.Type().Field(i).Name)
		}
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), g.rnd.IntN(4), 4))
		for i := range v.Len() {
			g.fill(v.Index(i), name)
		}
	case reflect.Array:
		for i := range v.Len() {
			v.Index(i).SetUint(g.rnd.Uint64N(256))
		}
		if _, ok := v.Interface().(voucher.Hash); ok && name == "VS" {
			v.Index(0).SetUint(g.rnd.Uint64N(2) << 7) // a low s
		}
	case reflect.String:
		word := make([]byte, 1+g.rnd.IntN(20))
		for i := range word {
			word[i] = "abcdefghijklmnopqrstuvwxyz"[g.rnd.IntN(26)]
		}
		v.SetString(string(word))
	case reflect.Bool:
		v.SetBool(g.rnd.IntN(2) == 0)
	default:
		g.fillNumber(v)
	}
}

func (g *Garbage) fillNumber(v reflect.Value) {
	n := g.rnd.Uint64()
	if g.rnd.IntN(4) > 0 {
		n %= 4
	}
	if v.CanInt() {
		v.SetInt(int64(n))
		return
	}
	v.SetUint(n >> (64 - min(64, 8*uint64(v.Type().Size()))))
}

// WellFormed is a command of each verb but Deliver, which nobody signs, in its
// right shape and with the right signatures. What they are about need not be there.
func (w *World) WellFormed() []voucher.Command {
	w.T.Helper()
	ref := voucher.Ref{Campaign: voucher.CampaignID{7}, Serial: 1}
	offer := w.Offer(w.Alice, ref)
	all := []voucher.Command{
		w.setOperators(),
		w.Admit(w.Bob, "Bob"), w.Suspend(), w.Reinstate(),
		w.PutStore(9, 9, "Ninth"), w.PutKey(9, w.Bob.Address, voucher.ScopeIssue, 0),
		w.RotateRoot(w.Merchant, w.Bob), w.RecoverRoot(w.Bob),
		w.Create(w.Terms(10, nil)), w.Change(voucher.ChangeCampaign{Campaign: ref.Campaign, Version: 1, Status: voucher.CampaignPaused}),
		w.Issue(w.Merchant, ref.Campaign, 0, w.Alice.Address),
		w.WithTicket(w.Claim(w.Alice, ref.Campaign, 0, 1), NewActor("attestor"), "alice"),
		w.Transfer(w.Alice, w.Bob.Address, ref), w.Redeem(w.Alice, ref), w.Hold(w.Alice, w.Unix()+60, ref),
		w.Capture(voucher.Hash{1}, 100, Take(ref, 1, 100)), w.Release(voucher.Hash{1}, ref),
		w.Cancel(w.Alice, offer), w.TillCancel(w.Till, w.Alice, offer),
		w.Rollback(w.Merchant, voucher.Hash{1}, Return(ref, 1, 1, 0)), w.Void(w.Merchant, ref),
		w.SetAuditor(w.Bob.Address, 9, w.Unix()+60), w.PutAttestor(ref.Campaign, w.Bob.Address, 0, true),
	}
	seen := map[voucher.Verb]bool{
		voucher.VerbDeliver: true,
		// Without proofs of possession they are refused at the door, however they are signed.
		voucher.VerbSetOperators: true, voucher.VerbAdmitMerchant: true, voucher.VerbRotateRoot: true, voucher.VerbRecoverRoot: true,
	}
	for _, c := range all {
		require.Equal(w.T, voucher.KindAccepted, voucher.Examine(w.Domain.Author(c)), "%T", c)
		seen[c.Verb()] = true
	}
	for _, v := range Verbs() {
		require.True(w.T, seen[v], "a well-formed %s is missing here", v)
	}
	return all
}

// setOperators has the operator set the operators that there are.
func (w *World) setOperators() voucher.Command {
	members := []voucher.Address{w.Operator.Address}
	in := voucher.SetOperators{Approvers: members, Version: 1, Operators: members, Threshold: 1, Deadline: w.Unix() + 600}
	return voucher.JointlyProven[voucher.SetOperators]{Intent: in, Approvals: []voucher.Signature{w.Sign(w.Operator, in)}}
}

// garbageLeavesNothing sends what nobody signed, of every verb, alone and beside
// a command that is accepted, and what is signed and refused.
func garbageLeavesNothing(w *World, f Fixture) {
	g := NewGarbage(1)
	wellFormed := w.WellFormed()
	before, size := f.head(w), f.footprint()
	for _, v := range Verbs() {
		each := cmp.Or(f.Garbage, GarbageEach)
		batch := make([]voucher.Command, 0, each)
		for range each / 2 {
			batch = append(batch, g.Command(v))
		}
		for i := range each / 2 {
			batch = append(batch, g.Unsigned(wellFormed[i%len(wellFormed)]))
		}
		f.refused(w, batch)
	}
	f.refused(w, slices.DeleteFunc(slices.Clone(wellFormed), func(c voucher.Command) bool {
		return !slices.Contains([]voucher.Verb{
			voucher.VerbPutStore, voucher.VerbPutKey, voucher.VerbChangeCampaign, voucher.VerbIssue, voucher.VerbClaim,
			voucher.VerbTransfer, voucher.VerbRedeem, voucher.VerbCapture, voucher.VerbRelease, voucher.VerbCancel,
			voucher.VerbRollback, voucher.VerbVoid,
		}, c.Verb())
	}))
	require.Empty(w.T, collect(w, before))
	require.Equal(w.T, size, f.footprint(), "a refusal left something")

	id := w.Campaign(10, nil)
	after := f.head(w)
	beside := []voucher.Command{g.Unsigned(w.Redeem(w.Alice, voucher.Ref{Campaign: id})), w.Claim(w.Alice, id, 0, 1), g.Command(voucher.VerbVoid)}
	outcomes, err := w.Ledger.Submit(context.Background(), w.Domain.AuthorAll(beside...))
	require.NoError(w.T, err)
	require.Equal(w.T, voucher.StatusAccepted, outcomes[1].Status)
	require.Equal(w.T, voucher.StatusRefused, outcomes[0].Status)
	require.Equal(w.T, voucher.StatusRefused, outcomes[2].Status)
	entries := collect(w, after)
	require.Len(w.T, entries, 1)
	require.Equal(w.T, outcomes[1].ID, entries[0].Outcome.ID)
}

// refused sends commands, and requires that none is accepted.
func (f Fixture) refused(w *World, commands []voucher.Command) {
	w.T.Helper()
	for len(commands) > 0 {
		n := min(len(commands), ledger.MaxBatch)
		outcomes, err := w.Ledger.Submit(context.Background(), w.Domain.AuthorAll(commands[:n]...))
		require.NoError(w.T, err)
		for i, out := range outcomes {
			require.Equal(w.T, voucher.StatusRefused, out.Status, "%+v", commands[i])
		}
		commands = commands[n:]
	}
}

// head is the first position that is not durable.
func (f Fixture) head(w *World) voucher.Position {
	w.T.Helper()
	head, err := w.Ledger.Head(context.Background())
	require.NoError(w.T, err)
	return head
}

// footprint is what the ledger has written and spent so far, in words.
func (f Fixture) footprint() string {
	if f.Footprint == nil {
		return ""
	}
	return f.Footprint()
}
