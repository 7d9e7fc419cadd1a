package voucher_test

import (
	"errors"
	"maps"
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"tally/internal/voucher"
)

// A scene is one command in a fresh world: build makes the world and the
// accepted command, and each refusal says what to change to have it refused.
type scene[C voucher.Command] struct {
	build func(t require.TestingT) (*world, C, []voucher.Address)
	seal  func(c *C) // fills in what depends on the rest, after the edit
}

// refusal changes what a scene built; KindAccepted says that the change does no harm.
type refusal[C voucher.Command] struct {
	name string
	kind voucher.Kind
	edit func(w *world, c *C, by []voucher.Address)
}

func (s scene[C]) run(t *testing.T, refusals []refusal[C]) {
	t.Helper()
	t.Run("accepted, and not twice", func(t *testing.T) {
		w, c, by := s.build(t)
		s.seal(&c)
		w.accept(c, by...)
		out := w.apply(c, by...)
		require.Equal(t, voucher.StatusRefused, out.Status, "a command sent twice took effect twice")
	})
	for _, r := range refusals {
		t.Run(r.kind.String()+" "+r.name, func(t *testing.T) {
			w, c, by := s.build(t)
			r.edit(w, &c, by)
			s.seal(&c)
			require.Equal(t, r.kind.String(), w.apply(c, by...).Kind.String())
		})
	}
	t.Run("bad_signature by nobody", func(t *testing.T) {
		for i := range len(s.signers(t)) {
			w, c, by := s.build(t)
			s.seal(&c)
			by[i] = voucher.Address{}
			w.refuse(voucher.KindBadSignature, c, by...)
			w.refuse(voucher.KindBadSignature, c, by[:len(by)-1]...)
		}
		w, c, by := s.build(t)
		s.seal(&c)
		w.refuse(voucher.KindBadSignature, c, append(by, stranger())...)
	})
	t.Run("unknown while the state cannot be read or written", func(t *testing.T) { s.failing(t) })
}

// failing lets each read of the state fail, and then each write, one after the
// other: that makes an error, never a refusal or an acceptance.
func (s scene[C]) failing(t *testing.T) {
	t.Helper()
	w, c, by := s.build(t)
	s.seal(&c)
	a := authors(c, by)
	for fails := 0; ; fails++ {
		b := &broken{store: maps.Clone(w.state), fails: fails}
		out, err := voucher.Apply(b, c, a, w.now)
		if b.calls <= fails {
			require.NoError(t, err)
			require.Positive(t, fails)
			return
		}
		require.ErrorIs(t, err, errBroken, "at call %d", fails)
		require.Equal(t, voucher.Outcome{ID: a.ID}, out)
	}
}

func (s scene[C]) signers(t *testing.T) []voucher.Address {
	t.Helper()
	_, _, by := s.build(t)
	return by
}

func unsealed[C voucher.Command](*C) {}

type (
	setOperators   = voucher.JointlyProven[voucher.SetOperators]
	admitMerchant  = voucher.Proven[voucher.AdmitMerchant]
	putStore       = voucher.Signed[voucher.PutStore]
	putKey         = voucher.Signed[voucher.PutKey]
	createCampaign = voucher.Signed[voucher.CreateCampaign]
	changeCampaign = voucher.Signed[voucher.ChangeCampaign]
)

func setOperatorsScene() scene[setOperators] {
	return scene[setOperators]{unsealedBuild(func(w *world) (setOperators, []voucher.Address) {
		by := []voucher.Address{operator(1), operator(3)}
		return setOperators{
			Intent: voucher.SetOperators{
				Approvers: slices.Clone(by), Version: 1, Threshold: 1, Deadline: w.now + 60,
				Operators: []voucher.Address{operator(2), operator(4)},
			},
			Approvals:   make([]voucher.Signature, 2),
			Possessions: []voucher.Possession{{Holder: operator(4)}},
		}, append(by, operator(4))
	}), unsealed[setOperators]}
}

// unsealedBuild starts a scene in a new world.
func unsealedBuild[C any](build func(w *world) (C, []voucher.Address)) func(t require.TestingT) (*world, C, []voucher.Address) {
	return func(t require.TestingT) (*world, C, []voucher.Address) {
		w := newWorld(t)
		c, by := build(w)
		return w, c, by
	}
}

func setOperatorsRefusals() []refusal[setOperators] {
	many := make([]voucher.Address, voucher.MaxOperators+1)
	for i := range many {
		many[i] = address(byte(i + 1))
	}
	return []refusal[setOperators]{
		{"nobody left", voucher.KindMalformed, func(_ *world, c *setOperators, _ []voucher.Address) { c.Intent.Operators = nil }},
		{"33 operators", voucher.KindMalformed, func(_ *world, c *setOperators, _ []voucher.Address) { c.Intent.Operators = many }},
		{"33 approvers", voucher.KindMalformed, func(_ *world, c *setOperators, _ []voucher.Address) { c.Intent.Approvers = many }},
		{"the zero approver", voucher.KindBadSignature, func(_ *world, c *setOperators, by []voucher.Address) {
			by[0], c.Intent.Approvers[0] = voucher.Address{}, voucher.Address{}
		}},
		{"a threshold of none", voucher.KindMalformed, func(_ *world, c *setOperators, _ []voucher.Address) { c.Intent.Threshold = 0 }},
		{"a threshold above the set", voucher.KindMalformed, func(_ *world, c *setOperators, _ []voucher.Address) { c.Intent.Threshold = 3 }},
		{"a threshold of 2^32-1", voucher.KindMalformed, func(_ *world, c *setOperators, _ []voucher.Address) { c.Intent.Threshold = math.MaxUint32 }},
		{"one operator twice", voucher.KindMalformed, func(_ *world, c *setOperators, _ []voucher.Address) {
			c.Intent.Operators = []voucher.Address{operator(2), operator(2)}
		}},
		{"the zero address", voucher.KindMalformed, func(_ *world, c *setOperators, _ []voucher.Address) {
			c.Intent.Operators = []voucher.Address{{}, operator(2)}
		}},
		{"one approver twice", voucher.KindMalformed, func(_ *world, c *setOperators, by []voucher.Address) {
			by[1] = by[0]
			c.Intent.Approvers[1] = by[0]
		}},
		{"approvers out of order", voucher.KindMalformed, func(_ *world, c *setOperators, by []voucher.Address) {
			slices.Reverse(by)
			slices.Reverse(c.Intent.Approvers)
		}},
		{"by another", voucher.KindBadSignature, func(_ *world, _ *setOperators, by []voucher.Address) { by[1] = operator(2) }},
		{"an approver without a signature", voucher.KindBadSignature, func(_ *world, c *setOperators, _ []voucher.Address) {
			c.Intent.Approvers = append(c.Intent.Approvers, operator(4))
		}},
		{"late", voucher.KindDeadlinePassed, func(w *world, _ *setOperators, _ []voucher.Address) { w.now += 61 }},
		{"early", voucher.KindDeadlineTooFar, func(w *world, c *setOperators, _ []voucher.Address) {
			c.Intent.Deadline = w.now + voucher.ApprovalLife + 1
		}},
		{"of another version", voucher.KindWrongVersion, func(_ *world, c *setOperators, _ []voucher.Address) { c.Intent.Version = 2 }},
		{"too few", voucher.KindNotAuthorised, func(w *world, _ *setOperators, _ []voucher.Address) {
			w.state["operators"] = voucher.EncodeABI(voucher.Operators{
				Version: 1, Members: []voucher.Address{operator(1), operator(2), operator(3)}, Threshold: 3,
			})
		}},
		{"a new one whose key nobody has shown", voucher.KindPossessionWanted, func(_ *world, c *setOperators, _ []voucher.Address) {
			c.Possessions[0].Holder, c.Intent.Operators = operator(4), []voucher.Address{operator(4), operator(5)}
		}},
		{"an old one's key shown, too", voucher.KindAccepted, func(_ *world, c *setOperators, by []voucher.Address) {
			c.Possessions[0].Holder, c.Intent.Operators, by[2] = operator(2), []voucher.Address{operator(2)}, operator(2)
		}},
		{"a key shown that is none of them", voucher.KindMalformed, func(_ *world, c *setOperators, by []voucher.Address) {
			c.Possessions[0].Holder, by[2] = operator(1), operator(1)
		}},
		{"a key shown by another", voucher.KindBadSignature, func(_ *world, _ *setOperators, by []voucher.Address) { by[2] = operator(2) }},
		{"one who is no operator", voucher.KindNotAuthorised, func(_ *world, c *setOperators, by []voucher.Address) {
			by[1] = stranger()
			c.Intent.Approvers[1] = stranger()
		}},
	}
}

func TestSetOperators(t *testing.T) {
	setOperatorsScene().run(t, setOperatorsRefusals())

	w, c, by := setOperatorsScene().build(t)
	events := w.accept(c, by...)
	next := []voucher.Address{operator(2), operator(4)}
	require.Equal(t, voucher.Events{voucher.OperatorsSet{Version: 2, Operators: next, Threshold: 1}}, events)
	o, err := voucher.ReadOperators(w.state)
	require.NoError(t, err)
	require.Equal(t, voucher.Operators{Version: 2, Members: next, Threshold: 1}, o)
}

// A ledger that was never founded has no operators: nobody makes themselves one.
func TestNobodyFoundsALedgerByACommand(t *testing.T) {
	w := &world{t: t, state: store{}, now: start}
	in := voucher.SetOperators{Operators: []voucher.Address{stranger()}, Threshold: 1, Deadline: w.now + 60}
	w.refuse(voucher.KindNotAuthorised, setOperators{Intent: in})
}

func TestFoundRefusesWhatIsNoSetOfOperators(t *testing.T) {
	for name, c := range map[string]struct {
		members   []voucher.Address
		threshold uint32
	}{
		"nobody":                 {nil, 0},
		"a threshold of none":    {[]voucher.Address{operator(1)}, 0},
		"too high a threshold":   {[]voucher.Address{operator(1)}, 2},
		"one twice":              {[]voucher.Address{operator(1), operator(1)}, 1},
		"out of order":           {[]voucher.Address{operator(2), operator(1)}, 1},
		"the zero address":       {[]voucher.Address{{}}, 1},
		"more than there may be": {make([]voucher.Address, voucher.MaxOperators+1), 1},
	} {
		t.Run(name, func(t *testing.T) {
			s := store{}
			require.ErrorIs(t, voucher.Found(s, c.members, c.threshold), voucher.ErrText)
			require.Empty(t, s)
		})
	}
}

// As many operators as there may be, all of whom must agree.
func TestThereMayBe32Operators(t *testing.T) {
	w := newWorld(t)
	all := make([]voucher.Address, voucher.MaxOperators)
	for i := range all {
		all[i] = address(byte(i + 1))
	}
	set := func(version uint32, by, to []voucher.Address, threshold uint32) setOperators {
		c := setOperators{Intent: voucher.SetOperators{
			Approvers: by, Version: version, Operators: to, Threshold: threshold, Deadline: w.now,
		}, Approvals: make([]voucher.Signature, len(by))}
		if len(to) == len(all) {
			for _, member := range to {
				c.Possessions = append(c.Possessions, voucher.Possession{Holder: member})
			}
		}
		return c
	}
	two := []voucher.Address{operator(1), operator(3)}
	w.accept(set(1, two, all, voucher.MaxOperators), append(slices.Clone(two), all...)...)
	w.refuse(voucher.KindNotAuthorised, set(2, all[:31], two, 1), all[:31]...)
	w.accept(set(2, all, two, 2), all...)
}

func admitMerchantScene() scene[admitMerchant] {
	return scene[admitMerchant]{unsealedBuild(func(w *world) (admitMerchant, []voucher.Address) {
		return admitMerchant{Intent: voucher.AdmitMerchant{
			Operator: operator(2), Merchant: stranger(), Name: "Oolong House", Deadline: w.now + 60,
		}}, []voucher.Address{operator(2), stranger()}
	}), unsealed[admitMerchant]}
}

func admitMerchantRefusals() []refusal[admitMerchant] {
	return []refusal[admitMerchant]{
		{"no name", voucher.KindMalformed, func(_ *world, c *admitMerchant, _ []voucher.Address) { c.Intent.Name = "" }},
		{"a name of 129 bytes", voucher.KindMalformed, func(_ *world, c *admitMerchant, _ []voucher.Address) { c.Intent.Name = text(129) }},
		{"the zero address", voucher.KindMalformed, func(_ *world, c *admitMerchant, _ []voucher.Address) { c.Intent.Merchant = voucher.Address{} }},
		{"a name of two lines", voucher.KindMalformed, func(_ *world, c *admitMerchant, _ []voucher.Address) { c.Intent.Name = "a\nb" }},
		{"a name with an escape", voucher.KindMalformed, func(_ *world, c *admitMerchant, _ []voucher.Address) { c.Intent.Name = "a\x1b[2J" }},
		{"a name with a zero byte", voucher.KindMalformed, func(_ *world, c *admitMerchant, _ []voucher.Address) { c.Intent.Name = "\x00" }},
		{"a name with a delete", voucher.KindMalformed, func(_ *world, c *admitMerchant, _ []voucher.Address) { c.Intent.Name = "a\x7f" }},
		{"a name of a space, a tilde and a tea", voucher.KindAccepted, func(_ *world, c *admitMerchant, _ []voucher.Address) { c.Intent.Name = " ~茶" }},
		{"the root's key shown by another", voucher.KindBadSignature, func(_ *world, _ *admitMerchant, by []voucher.Address) { by[1] = operator(2) }},
		{"by another operator", voucher.KindBadSignature, func(_ *world, _ *admitMerchant, by []voucher.Address) { by[0] = operator(1) }},
		{"late", voucher.KindDeadlinePassed, func(w *world, _ *admitMerchant, _ []voucher.Address) { w.now += 61 }},
		{"early", voucher.KindDeadlineTooFar, func(w *world, c *admitMerchant, _ []voucher.Address) {
			c.Intent.Deadline = w.now + voucher.IntentLife + 1
		}},
		{"by no operator", voucher.KindNotAuthorised, func(_ *world, c *admitMerchant, by []voucher.Address) {
			by[0], c.Intent.Operator = stranger(), stranger()
		}},
		{"admitted before", voucher.KindExists, func(_ *world, c *admitMerchant, by []voucher.Address) {
			c.Intent.Merchant, by[1] = merchant(), merchant()
		}},
	}
}

func TestAdmitMerchant(t *testing.T) {
	admitMerchantScene().run(t, admitMerchantRefusals())

	w, c, by := admitMerchantScene().build(t)
	c.Intent.Name = text(voucher.MaxName)
	require.Equal(t, voucher.Events{voucher.MerchantAdmitted{
		Merchant: stranger(), Operator: operator(2), Name: text(voucher.MaxName),
	}}, w.accept(c, by...))
	require.Equal(t, voucher.Merchant{Version: 1, Root: stranger()}, w.merchant(stranger()))
}

func text(n int) string { return string(slices.Repeat([]byte("x"), n)) }

func putStoreScene() scene[putStore] {
	return scene[putStore]{unsealedBuild(func(w *world) (putStore, []voucher.Address) {
		return putStore{Intent: voucher.PutStore{
			Author: merchant(), Merchant: merchant(), Version: w.merchant(merchant()).Version,
			Store: 3, Name: "Shida", Deadline: w.now + 60,
		}}, []voucher.Address{merchant()}
	}), unsealed[putStore]}
}

func putStoreRefusals() []refusal[putStore] {
	return []refusal[putStore]{
		{"store 0", voucher.KindMalformed, func(_ *world, c *putStore, _ []voucher.Address) { c.Intent.Store = 0 }},
		{"store 65536", voucher.KindMalformed, func(_ *world, c *putStore, _ []voucher.Address) { c.Intent.Store = 65536 }},
		{"no name", voucher.KindMalformed, func(_ *world, c *putStore, _ []voucher.Address) { c.Intent.Name = "" }},
		{"a name of 129 bytes", voucher.KindMalformed, func(_ *world, c *putStore, _ []voucher.Address) { c.Intent.Name = text(129) }},
		{"by another", voucher.KindBadSignature, func(_ *world, _ *putStore, by []voucher.Address) { by[0] = rival() }},
		{"late", voucher.KindDeadlinePassed, func(w *world, _ *putStore, _ []voucher.Address) { w.now += 61 }},
		{"early", voucher.KindDeadlineTooFar, func(w *world, c *putStore, _ []voucher.Address) {
			c.Intent.Deadline = w.now + voucher.IntentLife + 1
		}},
		{"of nobody", voucher.KindUnknownMerchant, func(_ *world, c *putStore, _ []voucher.Address) { c.Intent.Merchant = stranger() }},
		{"by another merchant", voucher.KindNotAuthorised, func(_ *world, c *putStore, by []voucher.Address) {
			by[0], c.Intent.Author = rival(), rival()
		}},
		{"by a till", voucher.KindNotAuthorised, func(_ *world, c *putStore, by []voucher.Address) {
			by[0], c.Intent.Author = till(1), till(1)
		}},
		{"of the version before", voucher.KindWrongVersion, func(_ *world, c *putStore, _ []voucher.Address) { c.Intent.Version-- }},
		{"of the version to come", voucher.KindWrongVersion, func(_ *world, c *putStore, _ []voucher.Address) { c.Intent.Version++ }},
	}
}

func TestPutStore(t *testing.T) {
	putStoreScene().run(t, putStoreRefusals())

	w, c, by := putStoreScene().build(t)
	c.Intent.Store = voucher.MaxStore
	c.Intent.Name = "S"
	version := c.Intent.Version
	require.Equal(t, voucher.Events{voucher.StorePut{
		Merchant: merchant(), Version: version + 1, Store: voucher.MaxStore, Name: "S",
	}}, w.accept(c, by...))
	require.Equal(t, []byte{1}, w.state["store/"+merchant().String()+"/65535"])
	w.putTill(merchant(), till(1), voucher.MaxStore)
	k, err := voucher.ReadKey(w.state, merchant(), till(1))
	require.NoError(t, err)
	require.Equal(t, voucher.Key{Scopes: voucher.ScopeRedeem, Store: voucher.MaxStore}, k)
	require.Equal(t, version+2, w.merchant(merchant()).Version)
}

func putKeyScene() scene[putKey] {
	return scene[putKey]{unsealedBuild(func(w *world) (putKey, []voucher.Address) {
		return putKey{Intent: voucher.PutKey{
			Author: merchant(), Merchant: merchant(), Version: w.merchant(merchant()).Version,
			Key: stranger(), Scopes: voucher.ScopeRedeem | voucher.ScopeRollback, Store: 2, Deadline: w.now + 60,
		}}, []voucher.Address{merchant()}
	}), unsealed[putKey]}
}

func putKeyRefusals() []refusal[putKey] {
	return []refusal[putKey]{
		{"no such scope", voucher.KindMalformed, func(_ *world, c *putKey, _ []voucher.Address) { c.Intent.Scopes |= 16 }},
		{"the zero key", voucher.KindMalformed, func(_ *world, c *putKey, _ []voucher.Address) { c.Intent.Key = voucher.Address{} }},
		{"a till without a store", voucher.KindMalformed, func(_ *world, c *putKey, _ []voucher.Address) { c.Intent.Store = 0 }},
		{"a store without a till", voucher.KindMalformed, func(_ *world, c *putKey, _ []voucher.Address) { c.Intent.Scopes = voucher.ScopeVoid }},
		{"store 65536", voucher.KindMalformed, func(_ *world, c *putKey, _ []voucher.Address) { c.Intent.Store = 65536 }},
		{"by another", voucher.KindBadSignature, func(_ *world, _ *putKey, by []voucher.Address) { by[0] = rival() }},
		{"late", voucher.KindDeadlinePassed, func(w *world, _ *putKey, _ []voucher.Address) { w.now += 61 }},
		{"early", voucher.KindDeadlineTooFar, func(w *world, c *putKey, _ []voucher.Address) {
			c.Intent.Deadline = w.now + voucher.IntentLife + 1
		}},
		{"of nobody", voucher.KindUnknownMerchant, func(_ *world, c *putKey, _ []voucher.Address) { c.Intent.Merchant = stranger() }},
		{"by a till", voucher.KindNotAuthorised, func(_ *world, c *putKey, by []voucher.Address) {
			by[0], c.Intent.Author = till(1), till(1)
		}},
		{"of the version before", voucher.KindWrongVersion, func(_ *world, c *putKey, _ []voucher.Address) { c.Intent.Version-- }},
		{"a store that is not there", voucher.KindWrongStore, func(_ *world, c *putKey, _ []voucher.Address) { c.Intent.Store = 3 }},
	}
}

func TestPutKey(t *testing.T) {
	putKeyScene().run(t, putKeyRefusals())

	w, c, by := putKeyScene().build(t)
	version := w.merchant(merchant()).Version
	require.Equal(t, voucher.Events{voucher.KeyPut{
		Merchant: merchant(), Version: version + 1, Key: stranger(), Scopes: 5, Store: 2,
	}}, w.accept(c, by...))
	k, err := voucher.ReadKey(w.state, merchant(), stranger())
	require.NoError(t, err)
	require.Equal(t, voucher.Key{Scopes: 5, Store: 2}, k)

	c.Intent.Version, c.Intent.Scopes, c.Intent.Store = version+1, 0, 0
	w.accept(c, by...)
	k, err = voucher.ReadKey(w.state, merchant(), stranger())
	require.NoError(t, err)
	require.Equal(t, voucher.Key{}, k, "no scope revokes it")
}

// later is a command that no rule knows.
type later struct{}

func (later) Verb() voucher.Verb              { return 255 }
func (later) Intents() []any                  { return []any{voucher.Deliver{}} }
func (later) Signatures() []voucher.Signature { return nil }

// A command that no rule knows is refused, not ignored.
func TestCommandsOfLaterVersionsAreUnsupported(t *testing.T) {
	newWorld(t).refuse(voucher.KindUnsupported, later{})
}

// kindsOf is which kinds a table expects.
func kindsOf[C voucher.Command](into map[voucher.Kind]bool, refusals []refusal[C]) {
	for _, r := range refusals {
		into[r.kind] = true
	}
}

func TestEveryKindThatCanBeReachedIsInATable(t *testing.T) {
	seen := map[voucher.Kind]bool{}
	kindsOf(seen, setOperatorsRefusals())
	kindsOf(seen, admitMerchantRefusals())
	kindsOf(seen, putStoreRefusals())
	kindsOf(seen, putKeyRefusals())
	kindsOf(seen, createCampaignRefusals())
	kindsOf(seen, changeCampaignRefusals())
	kindsOf(seen, claimRefusals())
	kindsOf(seen, ticketRefusals())
	kindsOf(seen, redeemRefusals())
	kindsOf(seen, cancelRefusals())
	kindsOf(seen, suspendRefusals())
	kindsOf(seen, reinstateRefusals())
	kindsOf(seen, rotateRefusals())
	kindsOf(seen, recoverRefusals())
	kindsOf(seen, auditorRefusals())
	kindsOf(seen, attestorRefusals())
	kindsOf(seen, issueRefusals())
	kindsOf(seen, deliverRefusals())
	kindsOf(seen, transferRefusals())
	kindsOf(seen, holdRefusals())
	kindsOf(seen, captureRefusals())
	kindsOf(seen, releaseRefusals())
	kindsOf(seen, rollbackRefusals())
	kindsOf(seen, voidRefusals())

	// Only a command of a later version can be unsupported. Suspensions are tested
	// apart, with a recovery that waits.
	notYet := []voucher.Kind{voucher.KindUnsupported}
	seen[voucher.KindRecoveryPending] = true
	for k := voucher.KindMalformed; ; k++ {
		if _, ok := k.Refusal(); !ok {
			break
		}
		require.Equal(t, !slices.Contains(notYet, k), seen[k], k)
	}
}

// broken is a state that fails at one call, counted from 0.
type broken struct {
	store
	fails, calls int
}

var errBroken = errors.New("the disk is gone")

func (b *broken) call() error {
	if b.calls++; b.calls-1 == b.fails {
		return errBroken
	}
	return nil
}

func (b *broken) Get(key string) ([]byte, error) {
	if err := b.call(); err != nil {
		return nil, err
	}
	return b.store.Get(key)
}

func (b *broken) Put(key string, value []byte) error {
	if err := b.call(); err != nil {
		return err
	}
	return b.store.Put(key, value)
}

// Nobody holds a key of the zero address, which is what a signature recovers to
// that nobody made.
func TestNobodySignsForTheZeroAddress(t *testing.T) {
	w := newWorld(t)
	campaign := w.campaign()
	w.refuse(voucher.KindBadSignature, w.claims(campaign, voucher.Address{}, 0), voucher.Address{})
	ref := voucher.Ref{Campaign: campaign}
	w.refuse(voucher.KindBadSignature, w.cancels(w.offers(voucher.Address{}, line(ref, 1))), voucher.Address{}, voucher.Address{})
}

func TestALedgerIsFoundedOnce(t *testing.T) {
	one := []voucher.Address{operator(1)}
	s := store{}
	require.NoError(t, voucher.Found(s, one, 1))
	require.ErrorIs(t, voucher.Found(s, []voucher.Address{operator(2)}, 1), voucher.ErrFounded)
	o, err := voucher.ReadOperators(s)
	require.NoError(t, err)
	require.Equal(t, voucher.Operators{Version: 1, Members: one, Threshold: 1}, o)

	for name, c := range map[string]struct {
		members   []voucher.Address
		threshold uint32
	}{
		"by nobody": {nil, 1}, "by the zero address": {[]voucher.Address{{}}, 1}, "with no threshold": {one, 0}, "with one too high": {one, 2},
	} {
		t.Run(name, func(t *testing.T) {
			s := store{}
			require.ErrorIs(t, voucher.Found(s, c.members, c.threshold), voucher.ErrText)
			require.Empty(t, s)
		})
	}
	for fails := range 2 {
		b := &broken{store: store{}, fails: fails}
		require.ErrorIs(t, voucher.Found(b, one, 1), errBroken)
		require.Empty(t, b.store)
	}
}

// What is read for others than the rules fails as the rules do.
func TestRecordsThatCannotBeReadAreErrors(t *testing.T) {
	w := newWorld(t)
	campaign := w.campaign()
	w.suspend(merchant())
	w.now++
	w.reinstate(merchant())
	for fails := range 2 {
		_, err := voucher.ReadExtension(&broken{store: w.state, fails: fails}, merchant(), campaign)
		require.ErrorIs(t, err, errBroken)
	}
	extension, err := voucher.ReadExtension(w.state, merchant(), campaign)
	require.NoError(t, err)
	require.Equal(t, uint64(1), extension)
	extension, err = voucher.ReadExtension(w.state, rival(), campaign)
	require.NoError(t, err)
	require.Zero(t, extension)
	_, _, err = voucher.ReadVoucher(&broken{store: w.state}, voucher.Ref{Campaign: campaign})
	require.ErrorIs(t, err, errBroken)
	w.state["voucher/"+voucher.Ref{Campaign: campaign}.String()] = make([]byte, 31)
	_, _, err = voucher.ReadVoucher(w.state, voucher.Ref{Campaign: campaign})
	require.ErrorIs(t, err, voucher.ErrEncoding)
}

// Damaged records are an error too.
func TestDamagedRecordsMakeTheOutcomeUnknown(t *testing.T) {
	w, c, by := redeemScene().build(t)
	redeemScene().seal(&c)
	a := voucher.Authors{ID: id(c.Offer), Second: id(c.Accept), Signers: by}
	l := c.Offer.Lines[0]
	for _, key := range []string{
		"merchant/" + merchant().String(), "key/" + merchant().String() + "/" + till(1).String(),
		"campaign/" + l.Campaign.String(), "voucher/" + l.Ref().String(),
	} {
		t.Run(key, func(t *testing.T) {
			good := w.state[key]
			require.NotEmpty(t, good)
			w.state[key] = append([]byte{1}, good...)
			_, err := voucher.Apply(w.state, c, a, w.now)
			require.ErrorIs(t, err, voucher.ErrEncoding)
			w.state[key] = good
		})
	}
}
