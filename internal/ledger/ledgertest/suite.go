package ledgertest

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tally/internal/intent"
	"tally/internal/ledger"
	"tally/internal/voucher"
)

// Fixture is a new ledger, founded by Operators, whose clock stands at the time
// of day of Start, on that day or a later one.
//
// Now is the time at which the ledger will judge what is submitted next. It may
// move by a second or two with every Submit, as it does where each block is
// later than the one before; it moves by itself no further.
type Fixture struct {
	Ledger  ledger.Ledger
	Now     func() time.Time
	Advance func(time.Duration)  // moves the ledger's clock forward
	Reopen  func() ledger.Ledger // closes and opens it again; nil where nothing is kept
	// Footprint says what the ledger has written and spent so far (bytes, blocks,
	// money), in words: a refusal must not change it. Nil where nothing is.
	Footprint func() string
	Garbage   int // unsigned commands of each verb that the suite sends; GarbageEach if 0
}

// reach moves the clock forward to an instant.
func (f Fixture) reach(w *World, instant uint64) {
	if now := w.Unix(); now < instant {
		f.Advance(time.Duration(instant-now) * time.Second)
	}
}

// Run holds a driver to the contract of package ledger. open makes a new
// ledger for each subtest and frees it by t.Cleanup.
func Run(t *testing.T, open func(t *testing.T) Fixture) {
	t.Helper()
	for _, c := range cases() {
		t.Run(c.name, func(t *testing.T) {
			f := open(t)
			if c.reopens && f.Reopen == nil {
				return // a ledger that keeps nothing has nothing to reopen
			}
			w := NewWorld(t, f.Ledger, f.Now)
			w.Found()
			c.test(w, f)
		})
	}
}

type testCase struct {
	name    string
	test    func(w *World, f Fixture)
	reopens bool
}

func cases() []testCase {
	return []testCase{
		{name: "Refused/GarbageLeavesNothing", test: garbageLeavesNothing},
		{name: "Refused/UnsignedAgainLearnsNothing", test: unsignedAgain},
		{name: "Operators/ChangeByThreshold", test: operatorsChange},
		{name: "Merchant/AdmittedOnce", test: merchantAdmittedOnce},
		{name: "Merchant/VersionsOrderChanges", test: merchantVersions},
		{name: "Merchant/RevokedTillIsRefused", test: revokedTill},
		{name: "Campaign/TermsAreKept", test: campaignTerms},
		{name: "Campaign/InvalidTermsAreRefused", test: campaignInvalid},
		{name: "Campaign/MillionInOneCommand", test: campaignMillion},
		{name: "Campaign/PauseResumeClose", test: campaignStatus},
		{name: "Campaign/SupplyGrowsToTheCap", test: campaignSupply},
		{name: "Claim/TakesFirstFreeSerial", test: claimFirstFree},
		{name: "Claim/NeverMoreThanOpen", test: claimNeverMore},
		{name: "Claim/OrdinalAndLimit", test: claimLimits},
		{name: "Claim/DayLimitInLocalTime", test: claimDayLimit},
		{name: "Claim/TicketCountsThePerson", test: claimTicket},
		{name: "Claim/Window", test: claimWindow},
		{name: "Claim/RelativeValidity", test: claimRelative},
		{name: "Redeem/SpendsOnce", test: redeemOnce},
		{name: "Redeem/SecondTillIsAlreadyUsed", test: redeemSecondTill},
		{name: "Redeem/NewerCodeKillsOlder", test: redeemSuperseded},
		{name: "Redeem/MultiUseCountsDown", test: redeemMultiUse},
		{name: "Redeem/OrderIsAllOrNothing", test: redeemAllOrNothing},
		{name: "Redeem/VoucherTwiceInAnOrder", test: redeemTwiceInOrder},
		{name: "Redeem/WrongParties", test: redeemWrongParties},
		{name: "Redeem/WrongMoney", test: redeemWrongMoney},
		{name: "Redeem/Times", test: redeemTimes},
		{name: "Redeem/Expiry", test: redeemExpiry},
		{name: "Redeem/StoreOfTheTerms", test: redeemStores},
		{name: "Cancel/BeforeKillsTheCode", test: cancelBefore},
		{name: "Cancel/AfterIsTooLate", test: cancelAfter},
		{name: "Cancel/ByTheTill", test: cancelByTill},
		{name: "Merchant/SuspendedStops", test: suspendedStops},
		{name: "Merchant/SuspendedHoldersGoOn", test: suspendedHolders},
		{name: "Merchant/ReinstatingExtendsValidity", test: reinstatingExtends},
		{name: "Merchant/RootRotation", test: rootRotation},
		{name: "Merchant/RecoveryAfterDelay", test: rootRecovery},
		{name: "Merchant/RecoveryStoppedByTheRoot", test: rootRecoveryStopped},
		{name: "Issue/AppearsWhenNeeded", test: issueAppears},
		{name: "Issue/DeliveredOnce", test: issueDelivered},
		{name: "Issue/PlaceOfAnother", test: issueBadPlace},
		{name: "Issue/NeverMoreThanSupply", test: issueSupply},
		{name: "Issue/ByAKeyWithTheScope", test: issueByKey},
		{name: "Transfer/MovesTheVoucher", test: transferMoves},
		{name: "Transfer/OnlyIfTheTermsAllow", test: transferTerms},
		{name: "Hold/CaptureTakesPart", test: holdCapture},
		{name: "Hold/CapturesTheWholeList", test: holdList},
		{name: "Hold/ReleaseFreesAll", test: holdRelease},
		{name: "Hold/LapsesByItself", test: holdLapses},
		{name: "Hold/BlocksTransferAndVoid", test: holdBlocks},
		{name: "Hold/SurvivesTheExpiry", test: holdExpiry},
		{name: "Hold/Times", test: holdTimes},
		{name: "Rollback/NeverMoreThanTaken", test: rollbackTaken},
		{name: "Rollback/GraceOnce", test: rollbackGrace},
		{name: "Rollback/Forfeits", test: rollbackForfeits},
		{name: "Rollback/OfACapture", test: rollbackCapture},
		{name: "Void/EndsAVoucher", test: voidEnds},
		{name: "Void/UnclaimedSerialIsTaken", test: voidUnclaimed},
		{name: "Void/StoredValueOnlyUnclaimed", test: voidStored},
		{name: "Replay/EveryVerb", test: replayEveryVerb},
		{name: "Read/ExtensionOfSuspensions", test: readExtension},
		{name: "Operators/StopAThiefWithTheRoot", test: thiefStopped},
		{name: "Operators/TakeARecoveryBack", test: recoveryTakenBack},
		{name: "Operators/NameAuditors", test: auditorsNamed},
		{name: "Operators/SuspendAndReinstateAtOnce", test: suspendedAtOnce},
		{name: "Possession/NobodysKeyComesIntoForce", test: possession},
		{name: "Attestors/JoinAndAreRevoked", test: attestorsChange},
		{name: "Cancel/OfAnOfferThatIsOver", test: cancelsAreBounded},
		{name: "Merchant/NamesWithoutControlCharacters", test: namesArePrintable},
		{name: "Read/HoldUntilItEnds", test: readHold},
		{name: "Read/UnitsReturned", test: readReturned},
		{name: "Read/ListOfAnIssue", test: readIssuance},
		{name: "Signature/ByAnotherKey", test: wrongSigner},
		{name: "Signature/HighS", test: highS},
		{name: "Signature/OfAnotherLedger", test: otherLedger},
		{name: "Refusal/WritesNothing", test: refusalWritesNothing},
		{name: "Batch/ItemsStandAlone", test: batchItems},
		{name: "Batch/JudgedInOrder", test: batchOrder},
		{name: "Batch/LongCommandKeepsTheOrder", test: batchLong},
		{name: "Batch/TooLarge", test: batchTooLarge},
		{name: "Submit/CancelledBeforeIsNotSent", test: submitCancelled},
		{name: "Race/OneVoucherManyTills", test: raceOneVoucher},
		{name: "Replay/FirstOutcomeByteForByte", test: replayFirst},
		{name: "Replay/AfterReopen", test: replayAfterReopen, reopens: true},
		{name: "Events/TotalOrderNoGaps", test: eventsInOrder},
		{name: "Events/ResumeFromAnywhere", test: eventsResume},
		{name: "Events/LiveTail", test: eventsLive},
		{name: "Events/CommandsOpenTheirHash", test: eventsOpen},
		{name: "Reopen/KeepsEverything", test: reopenKeeps, reopens: true},
	}
}

// signAll has each of the addresses sign an intent, in their order.
func (w *World) signAll(in any, addresses []voucher.Address, actors []Actor) (all []voucher.Signature) {
	for _, address := range addresses {
		at := slices.IndexFunc(actors, func(a Actor) bool { return a.Address == address })
		all = append(all, w.Sign(actors[at], in))
	}
	return all
}

func operatorsChange(w *World, _ Fixture) {
	second, third := NewActor("operator 2"), NewActor("operator 3")
	change := func(version, threshold uint32, members, approvers []Actor) voucher.Command {
		in := voucher.SetOperators{Version: version, Threshold: threshold, Deadline: w.Unix() + 600}
		in.Operators, in.Approvers = ascending(members), ascending(approvers)
		c := voucher.JointlyProven[voucher.SetOperators]{Intent: in}
		for i, s := range w.signAll(in, in.Operators, members) {
			c.Possessions = append(c.Possessions, voucher.Possession{Holder: in.Operators[i], Signature: s})
		}
		c.Approvals = w.signAll(in, in.Approvers, approvers)
		return c
	}
	three := []Actor{w.Operator, second, third}
	w.Must(change(1, 2, three, []Actor{w.Operator}))
	w.Refuse(voucher.KindNotAuthorised, change(2, 1, three, []Actor{w.Operator}))
	w.Refuse(voucher.KindWrongVersion, change(1, 1, three, []Actor{w.Operator, second}))
	w.Refuse(voucher.KindNotAuthorised, change(2, 1, three, []Actor{w.Operator, w.Alice}))
	w.Refuse(voucher.KindMalformed, change(2, 4, three, []Actor{w.Operator, second}))
	w.Must(change(2, 1, []Actor{second}, []Actor{second, third}))
	w.Refuse(voucher.KindNotAuthorised, w.Admit(w.Bob, "By one who left"))
	got, err := w.Ledger.Operators(context.Background())
	require.NoError(w.T, err)
	require.Equal(w.T, voucher.Operators{Version: 3, Members: []voucher.Address{second.Address}, Threshold: 1}, got)
}

func merchantAdmittedOnce(w *World, _ Fixture) {
	w.Refuse(voucher.KindExists, w.Admit(w.Merchant, "Again"))
	w.Refuse(voucher.KindMalformed, w.Admit(w.Bob, ""))
	in := voucher.AdmitMerchant{Operator: w.Bob.Address, Merchant: w.Bob.Address, Name: "Bob", Deadline: w.Unix() + 60}
	w.Refuse(voucher.KindNotAuthorised, voucher.Proven[voucher.AdmitMerchant]{
		Intent: in, Signature: w.Sign(w.Bob, in), Possession: w.Sign(w.Bob, in),
	})
	_, ok, err := w.Ledger.Merchant(context.Background(), w.Bob.Address)
	require.NoError(w.T, err)
	require.False(w.T, ok)
}

func merchantVersions(w *World, _ Fixture) {
	w.Refuse(voucher.KindWrongVersion, w.PutStore(1, 9, "Late"))
	w.Must(w.PutStore(5, 9, "In time"))
	m, ok, err := w.Ledger.Merchant(context.Background(), w.Merchant.Address)
	require.NoError(w.T, err)
	require.True(w.T, ok)
	require.Equal(w.T, voucher.Merchant{Version: 6, Root: w.Merchant.Address}, m)
	w.Refuse(voucher.KindWrongStore, w.PutKey(6, w.Bob.Address, voucher.ScopeRedeem, 10))
	w.Refuse(voucher.KindMalformed, w.PutKey(6, w.Bob.Address, voucher.ScopeRedeem, 0))
	w.Refuse(voucher.KindMalformed, w.PutKey(6, w.Bob.Address, 1<<4, 0))
	w.Refuse(voucher.KindMalformed, w.PutStore(6, 0, "No number"))
}

func revokedTill(w *World, _ Fixture) {
	ref := w.Claimed(w.Alice, w.Campaign(3, nil), 0, 0)
	w.Must(w.PutKey(5, w.Till.Address, 0, 0))
	w.Refuse(voucher.KindNotAuthorised, w.Redeem(w.Alice, ref))
	key, err := w.Ledger.Key(context.Background(), w.Merchant.Address, w.Till.Address)
	require.NoError(w.T, err)
	require.Equal(w.T, voucher.Key{}, key)
}

func campaignTerms(w *World, _ Fixture) {
	in := w.Terms(10, func(c *voucher.CreateCampaign) {
		c.Open, c.Cap, c.PerHolder, c.PerDay, c.ValidDays = 7, 20, 3, 2, 14
		c.Attestors = []voucher.Address{w.Bob.Address}
		c.Offsets = []voucher.Offset{{From: 0, Minutes: 480}, {From: quarterAfter(w), Minutes: -210}}
		c.Transfer, c.Void, c.Grace, c.Stores = true, true, 1800, []uint32{1, 2, 300, 65535}
	})
	out := w.Must(w.Create(in))
	got, ok, err := w.Ledger.Campaign(context.Background(), voucher.CampaignOf(out.ID))
	require.NoError(w.T, err)
	require.True(w.T, ok)
	want := voucher.Campaign{
		Version: 1, Status: voucher.CampaignActive, Merchant: in.Merchant, TermsHash: voucher.TermsHash(in.Terms),
		Currency: in.Currency, Units: in.Units, MaxDiscount: in.MaxDiscount, Supply: 10, Open: 7, Cap: 20,
		PerHolder: 3, PerDay: 2, Attestors: in.Attestors, ClaimFrom: in.ClaimFrom, ClaimUntil: in.ClaimUntil,
		ValidFrom: in.ValidFrom, ValidUntil: in.ValidUntil, ValidDays: 14, Offsets: in.Offsets,
		Transfer: true, Void: true, Rollback: in.Rollback, Grace: 1800, Stores: in.Stores,
	}
	require.Equal(w.T, want, got)
	require.Equal(w.T, voucher.Events{voucher.CampaignCreated{Campaign: voucher.CampaignOf(out.ID), Create: in}}, out.Events)
	_, ok, err = w.Ledger.Campaign(context.Background(), voucher.CampaignID{1})
	require.NoError(w.T, err)
	require.False(w.T, ok)
}

func campaignInvalid(w *World, _ Fixture) {
	for kind, edits := range map[voucher.Kind][]func(*voucher.CreateCampaign){
		voucher.KindInvalidTerms: {
			func(c *voucher.CreateCampaign) { c.ClaimUntil = c.ClaimFrom },
			func(c *voucher.CreateCampaign) { c.ValidUntil = c.ValidFrom },
			func(c *voucher.CreateCampaign) { c.ClaimUntil = c.ValidUntil + 1 },
			func(c *voucher.CreateCampaign) { c.ValidUntil++ },
			func(c *voucher.CreateCampaign) { c.Open = c.Supply + 1 },
			func(c *voucher.CreateCampaign) { c.Supply = c.Cap + 1 },
			func(c *voucher.CreateCampaign) { c.Grace = 1 },
			func(c *voucher.CreateCampaign) { c.Rollback = 3 },
			func(c *voucher.CreateCampaign) { c.StoredValue = true },
			func(c *voucher.CreateCampaign) { c.ValidUntil = 1 << 63 },
		},
		voucher.KindMalformed: {
			func(c *voucher.CreateCampaign) { c.Units = 0 },
			func(c *voucher.CreateCampaign) { c.Units = voucher.MaxUnits + 1 },
			func(c *voucher.CreateCampaign) { c.MaxDiscount = voucher.MaxAmount + 1 },
			func(c *voucher.CreateCampaign) { c.Terms = "" },
			func(c *voucher.CreateCampaign) { c.Currency = voucher.Currency{'h', 'k', 'd'} },
			func(c *voucher.CreateCampaign) { c.Stores = []uint32{2, 1} },
			func(c *voucher.CreateCampaign) { c.Stores = []uint32{1, 1} },
			func(c *voucher.CreateCampaign) { c.Stores = []uint32{0} },
			func(c *voucher.CreateCampaign) { c.Stores = []uint32{65536} },
			func(c *voucher.CreateCampaign) { c.Attestors = []voucher.Address{{}} },
			func(c *voucher.CreateCampaign) { c.Offsets = []voucher.Offset{{From: 1, Minutes: 841}} },
			func(c *voucher.CreateCampaign) { c.Offsets = []voucher.Offset{{From: 1}, {From: 1}} },
		},
		voucher.KindDeadlinePassed:  {func(c *voucher.CreateCampaign) { c.Deadline = w.Unix() - 1 }},
		voucher.KindDeadlineTooFar:  {func(c *voucher.CreateCampaign) { c.Deadline = 1<<64 - 1 }},
		voucher.KindUnknownMerchant: {func(c *voucher.CreateCampaign) { c.Merchant = w.Bob.Address }},
	} {
		for _, edit := range edits {
			w.Refuse(kind, w.Create(w.Terms(5, edit)))
		}
	}
}

func campaignMillion(w *World, _ Fixture) {
	id := w.Campaign(1_000_000, nil)
	w.Claimed(w.Alice, id, 0, 999_999)
	w.Refuse(voucher.KindSerialsTaken, w.Claim(w.Bob, id, 0, 1_000_000))
}

func campaignStatus(w *World, _ Fixture) {
	id := w.Campaign(3, nil)
	ref := w.Claimed(w.Alice, id, 0, 0)
	status := func(version uint32, s uint8) voucher.Command {
		return w.Change(voucher.ChangeCampaign{Campaign: id, Version: version, Status: s, Supply: 3, Open: 3})
	}
	w.Must(status(1, voucher.CampaignPaused))
	w.Refuse(voucher.KindCampaignInactive, w.Claim(w.Bob, id, 0, 1))
	w.Must(status(2, voucher.CampaignActive))
	w.Claimed(w.Bob, id, 0, 1)
	w.Refuse(voucher.KindWrongVersion, status(2, voucher.CampaignPaused))
	w.Must(status(3, voucher.CampaignClosed))
	w.Refuse(voucher.KindCampaignInactive, status(4, voucher.CampaignActive))
	w.Refuse(voucher.KindCampaignInactive, w.Claim(w.Till, id, 0, 2))
	w.Must(w.Redeem(w.Alice, ref)) // holders may always redeem
}

func campaignSupply(w *World, _ Fixture) {
	id := w.Campaign(1, func(c *voucher.CreateCampaign) { c.Cap = 3 })
	supply := func(version, supply, open uint32) voucher.Command {
		return w.Change(voucher.ChangeCampaign{
			Campaign: id, Version: version, Status: voucher.CampaignActive, Supply: supply, Open: open,
		})
	}
	w.Refuse(voucher.KindSerialsTaken, w.Claim(w.Alice, id, 0, 1))
	w.Refuse(voucher.KindSupplyExceeded, supply(1, 4, 4))
	w.Refuse(voucher.KindSupplyExceeded, supply(1, 1, 0))
	w.Must(supply(1, 3, 2))
	w.Refuse(voucher.KindSupplyExceeded, supply(2, 3, 3)) // one was set aside for issues
	w.Claimed(w.Alice, id, 0, 1)
	w.Refuse(voucher.KindSerialsTaken, w.Claim(w.Bob, id, 0, 2))
}

func claimFirstFree(w *World, _ Fixture) {
	id := w.Campaign(10, nil)
	w.Claimed(w.Alice, id, 0, 4)
	out := w.Must(w.Claim(w.Bob, id, 0, 4, 6, 5))
	claimed, ok := out.Events[0].(voucher.VoucherClaimed)
	require.True(w.T, ok)
	require.Equal(w.T, uint32(6), claimed.Serial)
	v, ok, err := w.Ledger.Voucher(context.Background(), voucher.Ref{Campaign: id, Serial: 6})
	require.NoError(w.T, err)
	require.True(w.T, ok)
	require.Equal(w.T, claimed.Voucher.Unpack(), v)
	require.Equal(w.T, w.Bob.Address, v.Owner)
	w.Refuse(voucher.KindMalformed, w.Claim(w.Till, id, 0))
	w.Refuse(voucher.KindMalformed, w.Claim(w.Till, id, 0, 1, 2, 3, 7, 8))
	w.Refuse(voucher.KindUnknownCampaign, w.Claim(w.Till, voucher.CampaignID{9}, 0, 1))
}

func claimNeverMore(w *World, _ Fixture) {
	id := w.Campaign(3, func(c *voucher.CreateCampaign) { c.PerHolder = 0 })
	for i := range uint32(3) {
		w.Must(w.Claim(w.Alice, id, i, i, (i+1)%3, (i+2)%3))
	}
	w.Refuse(voucher.KindSerialsTaken, w.Claim(w.Alice, id, 3, 0, 1, 2, 3))
}

func claimLimits(w *World, _ Fixture) {
	id := w.Campaign(10, func(c *voucher.CreateCampaign) { c.PerHolder = 2 })
	w.Refuse(voucher.KindWrongOrdinal, w.Claim(w.Alice, id, 1, 0))
	w.Claimed(w.Alice, id, 0, 0)
	again := voucher.Claim{Wallet: w.Alice.Address, Campaign: id, Deadline: w.Unix() + 500} // a new intent
	w.Refuse(voucher.KindWrongOrdinal, voucher.ClaimCommand{
		Claim: again, Signature: w.Sign(w.Alice, again), Candidates: []uint32{1},
	})
	w.Claimed(w.Alice, id, 1, 1)
	w.Refuse(voucher.KindLimitReached, w.Claim(w.Alice, id, 2, 2))
	h, err := w.Ledger.Holder(context.Background(), id, w.Alice.Address)
	require.NoError(w.T, err)
	require.Equal(w.T, uint32(2), h.Claims)
}

// Start is 16:00 in the campaign's time zone, eight hours before its midnight.
func claimDayLimit(w *World, f Fixture) {
	id := w.Campaign(10, func(c *voucher.CreateCampaign) {
		c.PerHolder, c.PerDay, c.Offsets = 0, 1, []voucher.Offset{{From: 0, Minutes: 480}}
	})
	w.Claimed(w.Alice, id, 0, 0)
	f.Advance(8*time.Hour - time.Minute)
	w.Refuse(voucher.KindDayLimitReached, w.Claim(w.Alice, id, 1, 1))
	f.Advance(time.Minute)
	w.Claimed(w.Alice, id, 1, 1)
	w.Refuse(voucher.KindDayLimitReached, w.Claim(w.Alice, id, 2, 2))
}

func claimTicket(w *World, _ Fixture) {
	partner := NewActor("partner wallet")
	id := w.Campaign(10, func(c *voucher.CreateCampaign) { c.Attestors = []voucher.Address{partner.Address} })
	w.Refuse(voucher.KindTicketInvalid, w.Claim(w.Alice, id, 0, 0))
	w.Refuse(voucher.KindTicketInvalid, w.WithTicket(w.Claim(w.Alice, id, 0, 0), w.Bob, "person"))
	forged := w.WithTicket(w.Claim(w.Alice, id, 0, 0), partner, "person")
	forged.Ticket.Subject[0] ^= 1
	w.Refuse(voucher.KindTicketInvalid, forged)
	w.Must(w.WithTicket(w.Claim(w.Alice, id, 0, 0), partner, "person"))
	w.Refuse(voucher.KindLimitReached, w.WithTicket(w.Claim(w.Bob, id, 0, 1), partner, "person"))
	w.Must(w.WithTicket(w.Claim(w.Bob, id, 0, 1), partner, "somebody else"))
	open := w.Campaign(10, nil)
	w.Refuse(voucher.KindTicketInvalid, w.WithTicket(w.Claim(w.Bob, open, 0, 1), partner, "not asked for"))
}

func claimWindow(w *World, f Fixture) {
	id := w.Campaign(10, func(c *voucher.CreateCampaign) {
		c.ClaimFrom, c.ClaimUntil = w.Unix()+3600, w.Unix()+7200
	})
	w.Refuse(voucher.KindOutsideWindow, w.Claim(w.Alice, id, 0, 0))
	f.Advance(time.Hour)
	w.Claimed(w.Alice, id, 0, 0)
	f.Advance(time.Hour)
	w.Refuse(voucher.KindOutsideWindow, w.Claim(w.Bob, id, 0, 1))
}

func claimRelative(w *World, _ Fixture) {
	id := w.Campaign(10, func(c *voucher.CreateCampaign) {
		c.ValidDays, c.Offsets = 2, []voucher.Offset{{From: 0, Minutes: 480}}
	})
	ref := w.Claimed(w.Alice, id, 0, 0)
	v, _, err := w.Ledger.Voucher(context.Background(), ref)
	require.NoError(w.T, err)
	from := w.Now()
	want := time.Date(from.Year(), from.Month(), from.Day()+2, 16, 0, 0, 0, time.UTC) // midnight two days later, at +8
	require.Equal(w.T, voucher.Unix(want), v.Expiry)
}

func redeemOnce(w *World, f Fixture) {
	ref := w.Claimed(w.Alice, w.Campaign(3, nil), 0, 0)
	out := w.Must(w.Redeem(w.Alice, ref))
	v, _, err := w.Ledger.Voucher(context.Background(), ref)
	require.NoError(w.T, err)
	require.Equal(w.T, voucher.StateSpent, v.State)
	require.Zero(w.T, v.Units)
	require.Len(w.T, out.Events, 2)
	head, ok := out.Events[0].(voucher.Redeemed)
	require.True(w.T, ok)
	require.Equal(w.T, w.Alice.Address, head.Owner)
	require.Equal(w.T, uint64(6400), head.Amount)
	f.Advance(2 * time.Second)
	w.Refuse(voucher.KindSpent, w.Redeem(w.Alice, ref)) // with a new code
}

func redeemSecondTill(w *World, _ Fixture) {
	ref := w.Claimed(w.Alice, w.Campaign(3, nil), 0, 0)
	offer := w.Offer(w.Alice, ref)
	w.Must(w.Join(w.Alice, offer, w.Till, w.Accept(offer)))
	other := w.Accept(offer)
	other.Till, other.Store = w.Other.Address, 2
	w.Refuse(voucher.KindAlreadyUsed, w.Join(w.Alice, offer, w.Other, other))
	sameTill := w.Accept(offer)
	sameTill.Reference[0] ^= 1 // another sale
	w.Refuse(voucher.KindAlreadyUsed, w.Join(w.Alice, offer, w.Till, sameTill))
}

func redeemSuperseded(w *World, f Fixture) {
	ref := w.Claimed(w.Alice, w.Campaign(3, func(c *voucher.CreateCampaign) { c.Units = 10 }), 0, 0)
	older := w.Redeem(w.Alice, ref)
	f.Advance(2 * time.Second)
	w.Must(w.Redeem(w.Alice, ref))
	w.Refuse(voucher.KindSuperseded, older)
}

func redeemMultiUse(w *World, f Fixture) {
	ref := w.Claimed(w.Alice, w.Campaign(3, func(c *voucher.CreateCampaign) { c.Units = 10 }), 0, 0)
	for left := uint64(9); left > 0; left -= 3 {
		offer := w.Offer(w.Alice, ref)
		offer.Lines[0].Units = 5
		accept := w.Accept(offer)
		accept.Parts[0] = voucher.Part{Units: 3, Discount: 3 * 2000}
		w.Must(w.Join(w.Alice, offer, w.Till, accept))
		v, _, err := w.Ledger.Voucher(context.Background(), ref)
		require.NoError(w.T, err)
		require.Equal(w.T, left-2, v.Units)
		f.Advance(2 * time.Second)
	}
	offer := w.Offer(w.Alice, ref)
	offer.Lines[0].Units = 2
	w.Refuse(voucher.KindInsufficientUnits, w.Join(w.Alice, offer, w.Till, w.Accept(offer)))
	w.Must(w.Redeem(w.Alice, ref))
}

func redeemAllOrNothing(w *World, _ Fixture) {
	id := w.Campaign(9, func(c *voucher.CreateCampaign) { c.PerHolder = 0 })
	a, b, mine := w.Claimed(w.Alice, id, 0, 0), w.Claimed(w.Alice, id, 1, 1), w.Claimed(w.Bob, id, 0, 2)
	w.Refuse(voucher.KindNotOwner, w.Redeem(w.Alice, a, b, mine))
	w.Refuse(voucher.KindUnknownVoucher, w.Redeem(w.Alice, a, b, voucher.Ref{Campaign: id, Serial: 8}))
	v, _, err := w.Ledger.Voucher(context.Background(), a)
	require.NoError(w.T, err)
	require.Equal(w.T, uint64(1), v.Units)
	require.Len(w.T, w.Must(w.Redeem(w.Alice, a, b)).Events, 3)
}

func redeemTwiceInOrder(w *World, _ Fixture) {
	id := w.Campaign(9, func(c *voucher.CreateCampaign) { c.PerHolder, c.Units = 0, 2 })
	a, b := w.Claimed(w.Alice, id, 0, 0), w.Claimed(w.Alice, id, 1, 1)
	w.Refuse(voucher.KindMalformed, w.Redeem(w.Alice, a, a))
	w.Refuse(voucher.KindMalformed, w.Redeem(w.Alice, b, a))
	w.Refuse(voucher.KindMalformed, w.Redeem(w.Alice))
}

func redeemWrongParties(w *World, _ Fixture) {
	ref := w.Claimed(w.Alice, w.Campaign(3, nil), 0, 0)
	offer := w.Offer(w.Alice, ref)
	edit := func(till Actor, change func(*voucher.Accept)) voucher.Command {
		accept := w.Accept(offer)
		accept.Till = till.Address
		change(&accept)
		return w.Join(w.Alice, offer, till, accept)
	}
	w.Refuse(voucher.KindNotOwner, w.Redeem(w.Bob, ref))
	w.Refuse(voucher.KindNotAuthorised, edit(w.Bob, func(*voucher.Accept) {}))
	w.Refuse(voucher.KindNotAuthorised, edit(w.Till, func(a *voucher.Accept) { a.Store = 2 }))
	w.Refuse(voucher.KindUnknownMerchant, edit(w.Till, func(a *voucher.Accept) { a.Merchant = w.Bob.Address }))
	w.Refuse(voucher.KindWrongOffer, edit(w.Till, func(a *voucher.Accept) { a.Offer[0] ^= 1 }))
	// A till of another merchant.
	w.Must(w.Admit(w.Bob, "Another chain"))
	rival := *w
	rival.Merchant = w.Bob
	rivalTill := NewActor("rival till")
	w.Must(rival.PutStore(1, 1, "Rival"))
	w.Must(rival.PutKey(2, rivalTill.Address, voucher.ScopeRedeem, 1))
	w.Refuse(voucher.KindUnknownCampaign, edit(rivalTill, func(a *voucher.Accept) { a.Merchant = w.Bob.Address }))
	w.Refuse(voucher.KindNotAuthorised, edit(rivalTill, func(*voucher.Accept) {}))
}

func redeemWrongMoney(w *World, _ Fixture) {
	ref := w.Claimed(w.Alice, w.Campaign(3, func(c *voucher.CreateCampaign) { c.Units = 10 }), 0, 0)
	offer := w.Offer(w.Alice, ref)
	offer.Lines[0].Units = 4
	edit := func(change func(*voucher.Accept)) voucher.Command {
		accept := w.Accept(offer)
		change(&accept)
		return w.Join(w.Alice, offer, w.Till, accept)
	}
	for kind, changes := range map[voucher.Kind][]func(*voucher.Accept){
		voucher.KindWrongCurrency: {func(a *voucher.Accept) { a.Currency = voucher.Currency{'J', 'P', 'Y'} }},
		voucher.KindDiscountTooHigh: {
			func(a *voucher.Accept) { a.Parts[0].Discount = 4*3200 + 1 },
			func(a *voucher.Accept) { a.Parts[0].Discount, a.Amount = 3200, 3199 },
			func(a *voucher.Accept) { a.Parts[0].Discount = voucher.MaxAmount },
		},
		voucher.KindMalformed: {
			func(a *voucher.Accept) { a.Parts[0].Units = 5 },
			func(a *voucher.Accept) { a.Parts[0].Units = 0 },
			func(a *voucher.Accept) { a.Parts[0].Discount = 1<<64 - 1 },
			func(a *voucher.Accept) { a.Amount = voucher.MaxAmount + 1 },
			func(a *voucher.Accept) { a.Parts = nil },
		},
	} {
		for _, change := range changes {
			w.Refuse(kind, edit(change))
		}
	}
	w.Must(edit(func(a *voucher.Accept) { a.Parts[0].Discount, a.Amount = 4*3200, 4*3200 }))
}

func redeemTimes(w *World, _ Fixture) {
	id := w.Campaign(3, func(c *voucher.CreateCampaign) { c.Units = 10 })
	ref := w.Claimed(w.Alice, id, 0, 0)
	edit := func(change func(*voucher.Redeem)) voucher.Command {
		offer := w.Offer(w.Alice, ref)
		change(&offer)
		return w.Join(w.Alice, offer, w.Till, w.Accept(offer))
	}
	w.Refuse(voucher.KindDeadlinePassed, edit(func(o *voucher.Redeem) {
		o.SignedAt, o.Deadline = w.Unix()-300, w.Unix()-1
	}))
	w.Refuse(voucher.KindDeadlineTooFar, edit(func(o *voucher.Redeem) { o.Deadline++ }))
	w.Refuse(voucher.KindSignedAhead, edit(func(o *voucher.Redeem) { o.SignedAt += 62 }))
	w.Refuse(voucher.KindMalformed, edit(func(o *voucher.Redeem) { o.SignedAt = 1 << 40 }))
	w.Refuse(voucher.KindWrongOffer, edit(func(o *voucher.Redeem) { o.Order[0] = 1 }))
	w.Must(edit(func(o *voucher.Redeem) { o.SignedAt += 60 }))
}

func redeemExpiry(w *World, f Fixture) {
	from := quarterAfter(w)
	id := w.Campaign(3, func(c *voucher.CreateCampaign) {
		c.ValidFrom, c.ValidUntil, c.ClaimUntil = from+1800, from+3600, from+3600
	})
	ref := w.Claimed(w.Alice, id, 0, 0)
	w.Refuse(voucher.KindNotYetValid, w.Redeem(w.Alice, ref))
	f.Advance(time.Hour + voucher.Quarter*time.Second)
	w.Refuse(voucher.KindExpired, w.Redeem(w.Alice, ref))
}

// quarterAfter is the next full quarter of an hour.
func quarterAfter(w *World) uint64 { return (w.Unix()/voucher.Quarter + 1) * voucher.Quarter }

func redeemStores(w *World, _ Fixture) {
	ref := w.Claimed(w.Alice, w.Campaign(3, func(c *voucher.CreateCampaign) { c.Stores = []uint32{2} }), 0, 0)
	w.Refuse(voucher.KindWrongStore, w.Redeem(w.Alice, ref))
	offer := w.Offer(w.Alice, ref)
	accept := w.Accept(offer)
	accept.Till, accept.Store = w.Other.Address, 2
	w.Must(w.Join(w.Alice, offer, w.Other, accept))
}

func cancelBefore(w *World, f Fixture) {
	ref := w.Claimed(w.Alice, w.Campaign(3, nil), 0, 0)
	offer := w.Offer(w.Alice, ref)
	cancel := w.Cancel(w.Alice, offer)
	first := w.Must(cancel)
	w.Refuse(voucher.KindAlreadyUsed, w.Join(w.Alice, offer, w.Till, w.Accept(offer)))
	require.Equal(w.T, first.Canonical(), w.Must(cancel).Canonical())
	f.Advance(2 * time.Second)
	w.Must(w.Redeem(w.Alice, ref)) // the voucher itself lives
}

func cancelAfter(w *World, _ Fixture) {
	ref := w.Claimed(w.Alice, w.Campaign(3, nil), 0, 0)
	offer := w.Offer(w.Alice, ref)
	w.Must(w.Join(w.Alice, offer, w.Till, w.Accept(offer)))
	w.Refuse(voucher.KindAlreadyUsed, w.Cancel(w.Alice, offer))
}

func cancelByTill(w *World, _ Fixture) {
	ref := w.Claimed(w.Alice, w.Campaign(3, nil), 0, 0)
	offer := w.Offer(w.Alice, ref)
	w.Refuse(voucher.KindNotAuthorised, w.TillCancel(w.Bob, w.Alice, offer))
	w.Refuse(voucher.KindWrongOffer, w.Cancel(w.Bob, offer))
	forged := w.TillCancel(w.Till, w.Bob, offer) // a till that was not shown the offer
	w.Refuse(voucher.KindBadSignature, forged)
	w.Must(w.TillCancel(w.Till, w.Alice, offer))
	w.Refuse(voucher.KindAlreadyUsed, w.Join(w.Alice, offer, w.Till, w.Accept(offer)))
}

func wrongSigner(w *World, _ Fixture) {
	id := w.Campaign(3, nil)
	claim := w.Claim(w.Alice, id, 0, 0)
	claim.Signature = w.Sign(w.Bob, claim.Claim)
	w.Refuse(voucher.KindBadSignature, claim)
	claim.Signature = voucher.Signature{}
	w.Refuse(voucher.KindBadSignature, claim)
	ref := w.Claimed(w.Alice, id, 0, 0)
	offer := w.Offer(w.Alice, ref)
	w.Refuse(voucher.KindBadSignature, w.Join(w.Bob, offer, w.Till, w.Accept(offer)))
	w.Refuse(voucher.KindBadSignature, w.Join(w.Alice, offer, w.Bob, w.Accept(offer)))
	changed := w.Redeem(w.Alice, ref)
	changed.Offer.Deadline--
	w.Refuse(voucher.KindWrongOffer, changed)
}

func highS(w *World, _ Fixture) {
	id := w.Campaign(3, nil)
	claim := w.Claim(w.Alice, id, 0, 0)
	claim.Signature = HighS(claim.Signature)
	w.Refuse(voucher.KindBadSignature, claim)
}

func otherLedger(w *World, _ Fixture) {
	id := w.Campaign(3, nil)
	other := *w
	other.Domain = intent.NewDomain(LedgerID(99))
	w.Refuse(voucher.KindBadSignature, other.Claim(w.Alice, id, 0, 0))
}

func refusalWritesNothing(w *World, _ Fixture) {
	ref := w.Claimed(w.Alice, w.Campaign(3, nil), 0, 0)
	before, _, err := w.Ledger.Voucher(context.Background(), ref)
	require.NoError(w.T, err)
	refused := w.Redeem(w.Bob, ref)
	w.Refuse(voucher.KindNotOwner, refused)
	after, _, err := w.Ledger.Voucher(context.Background(), ref)
	require.NoError(w.T, err)
	require.Equal(w.T, before, after)
	_, ok, err := w.Ledger.Outcome(context.Background(), w.Domain.ID(refused))
	require.NoError(w.T, err)
	require.False(w.T, ok)
}

func batchItems(w *World, _ Fixture) {
	id := w.Campaign(30, func(c *voucher.CreateCampaign) { c.PerHolder = 0 })
	var batch []voucher.Command
	for i := range uint32(25) {
		c := w.Claim(w.Alice, id, i, i)
		if i%5 == 4 {
			c.Claim.Ordinal = 1000 // signature and ordinal are wrong now
		}
		batch = append(batch, c)
		if i%5 == 4 {
			batch = append(batch, w.Claim(w.Alice, id, i, i))
		}
	}
	outcomes, err := w.Ledger.Submit(context.Background(), w.Domain.AuthorAll(batch...))
	require.NoError(w.T, err)
	accepted := 0
	for i, o := range outcomes {
		require.Equal(w.T, w.Domain.ID(batch[i]), o.ID)
		if o.Status == voucher.StatusAccepted {
			accepted++
		}
	}
	require.Equal(w.T, 25, accepted)
}

func batchOrder(w *World, _ Fixture) {
	id := w.Campaign(3, nil)
	ref := voucher.Ref{Campaign: id, Serial: 2}
	early := w.Offer(w.Alice, ref)
	early.Deadline--
	outcomes, err := w.Ledger.Submit(context.Background(), w.Domain.AuthorAll(
		w.Join(w.Alice, early, w.Till, w.Accept(early)), w.Claim(w.Alice, id, 0, 2), w.Redeem(w.Alice, ref),
	))
	require.NoError(w.T, err)
	require.Equal(w.T, voucher.KindUnknownVoucher, outcomes[0].Kind)
	require.Equal(w.T, voucher.StatusAccepted, outcomes[1].Status)
	require.Equal(w.T, voucher.StatusAccepted, outcomes[2].Status)
	require.True(w.T, outcomes[1].Position.Before(outcomes[2].Position))
}

// batchLong has a command among others that no ledger can read, and at the end
// one that needs the first.
func batchLong(w *World, _ Fixture) {
	id := w.Campaign(3, nil)
	long := w.Claim(w.Bob, id, 0, 1)
	long.Candidates = make([]uint32, voucher.MaxCommand/32)
	batch := []voucher.Command{w.Claim(w.Alice, id, 0, 2), long}
	for ordinal := range uint32(20) {
		batch = append(batch, w.Claim(w.Bob, id, 7+ordinal, 1))
	}
	batch = append(batch, w.Redeem(w.Alice, voucher.Ref{Campaign: id, Serial: 2}))
	outcomes, err := w.Ledger.Submit(context.Background(), w.Domain.AuthorAll(batch...))
	require.NoError(w.T, err)
	require.Equal(w.T, voucher.KindMalformed, outcomes[1].Kind)
	require.Equal(w.T, voucher.StatusAccepted, outcomes[len(batch)-1].Status, outcomes[len(batch)-1].Kind)
}

func batchTooLarge(w *World, _ Fixture) {
	batch := make([]voucher.Command, ledger.MaxBatch+1)
	c := w.Admit(w.Bob, "Bob")
	for i := range batch {
		batch[i] = c
	}
	_, err := w.Ledger.Submit(context.Background(), w.Domain.AuthorAll(batch...))
	require.ErrorIs(w.T, err, ledger.ErrNotSent)
}

func submitCancelled(w *World, _ Fixture) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	c := w.Admit(w.Bob, "Bob")
	_, err := w.Ledger.Submit(ctx, w.Domain.AuthorAll(c))
	require.ErrorIs(w.T, err, ledger.ErrNotSent)
	w.Must(c)
}

// raceOneVoucher has 200 tills' worth of different sales compete for one code.
func raceOneVoucher(w *World, _ Fixture) {
	ref := w.Claimed(w.Alice, w.Campaign(3, nil), 0, 0)
	offer := w.Offer(w.Alice, ref)
	commands := make([]voucher.Command, 200)
	for i := range commands {
		accept := w.Accept(offer)
		accept.Reference[0], accept.Reference[1] = byte(i), byte(i>>8)
		commands[i] = w.Join(w.Alice, offer, w.Till, accept)
	}
	p := ledger.NewPipeline(w.Ledger, 1)
	defer p.Close()
	statuses := make([]voucher.Outcome, len(commands))
	failures := make([]error, len(commands))
	var all sync.WaitGroup
	for i, c := range commands {
		all.Go(func() { statuses[i], failures[i] = p.Submit(context.Background(), w.Domain.Author(c)) })
	}
	all.Wait()
	require.NoError(w.T, errors.Join(failures...))
	accepted := 0
	for _, o := range statuses {
		if o.Status == voucher.StatusAccepted {
			accepted++
			continue
		}
		require.Equal(w.T, voucher.KindAlreadyUsed, o.Kind)
	}
	require.Equal(w.T, 1, accepted)
}

// story plays a little of everything and returns what was accepted.
func story(w *World) ([]voucher.Command, []voucher.Outcome) {
	w.T.Helper()
	create := w.Create(w.Terms(10, func(c *voucher.CreateCampaign) { c.PerHolder, c.Units = 0, 5 }))
	id := voucher.CampaignOf(w.Domain.ID(create))
	claims := []voucher.Command{w.Claim(w.Alice, id, 0, 0, 1), w.Claim(w.Alice, id, 1, 0, 1), w.Claim(w.Bob, id, 0, 0, 5)}
	a, b := voucher.Ref{Campaign: id}, voucher.Ref{Campaign: id, Serial: 1}
	offer := w.Offer(w.Bob, voucher.Ref{Campaign: id, Serial: 5})
	commands := append([]voucher.Command{create}, claims...)
	commands = append(commands, w.Redeem(w.Alice, a, b), w.Cancel(w.Bob, offer))
	outcomes := make([]voucher.Outcome, len(commands))
	for i, c := range commands {
		outcomes[i] = w.Must(c)
	}
	return commands, outcomes
}

func requireReplays(w *World, commands []voucher.Command, first []voucher.Outcome) {
	w.T.Helper()
	for i, c := range commands {
		again := w.Submit(c)
		require.Equal(w.T, string(first[i].Canonical()), string(again.Canonical()))
		found, ok, err := w.Ledger.Outcome(context.Background(), first[i].ID)
		require.NoError(w.T, err)
		require.True(w.T, ok)
		require.Equal(w.T, string(first[i].Canonical()), string(found.Canonical()))
	}
}

// unsignedAgain sends what was accepted once more, with signatures that are made up.
func unsignedAgain(w *World, _ Fixture) {
	commands, _ := story(w)
	g := NewGarbage(2)
	for _, c := range commands {
		out := w.Submit(g.Unsigned(c))
		require.Equal(w.T, voucher.StatusRefused, out.Status, "%T", c)
		require.Empty(w.T, out.Events)
	}
}

func replayFirst(w *World, f Fixture) {
	commands, first := story(w)
	requireReplays(w, commands, first)
	for _, e := range collect(w, voucher.Position{}) { // what Found did as well
		c, err := voucher.DecodeCommand(e.Command)
		require.NoError(w.T, err)
		require.Equal(w.T, string(e.Outcome.Canonical()), string(w.Submit(c).Canonical()))
	}
	f.Advance(48 * time.Hour) // long after every deadline
	requireReplays(w, commands, first)
	claim, ok := commands[1].(voucher.ClaimCommand)
	require.True(w.T, ok)
	claim.Candidates = []uint32{7} // what the relayer adds does not matter
	requireReplays(w, []voucher.Command{claim}, first[1:2])
}

func replayAfterReopen(w *World, f Fixture) {
	commands, first := story(w)
	w.Ledger = f.Reopen()
	requireReplays(w, commands, first)
}

// collect reads entries from a position up to the head.
func collect(w *World, from voucher.Position) []ledger.Entry {
	w.T.Helper()
	head, err := w.Ledger.Head(context.Background())
	require.NoError(w.T, err)
	var entries []ledger.Entry
	for e, err := range w.Ledger.Events(context.Background(), from, head) {
		require.NoError(w.T, err)
		entries = append(entries, e)
	}
	return entries
}

func (w *World) version() uint32 {
	m, _, err := w.Ledger.Merchant(context.Background(), w.Merchant.Address)
	require.NoError(w.T, err)
	return m.Version
}

func (w *World) operatorsVersion() uint32 {
	standing, err := w.Ledger.Standing(context.Background(), w.Merchant.Address)
	require.NoError(w.T, err)
	return standing.OperatorsVersion
}

func eventsInOrder(w *World, _ Fixture) {
	_, outcomes := story(w)
	entries := collect(w, voucher.Position{})
	require.Len(w.T, entries, 5+len(outcomes)) // Found is five commands
	for i := 1; i < len(entries); i++ {
		require.True(w.T, entries[i-1].Outcome.Position.Before(entries[i].Outcome.Position))
	}
	for i, o := range outcomes {
		require.Equal(w.T, string(o.Canonical()), string(entries[5+i].Outcome.Canonical()))
	}
}

func eventsResume(w *World, _ Fixture) {
	story(w)
	all := collect(w, voucher.Position{})
	for i, e := range all {
		rest := collect(w, e.Outcome.Position)
		require.Len(w.T, rest, len(all)-i)
		require.Equal(w.T, string(e.Outcome.Canonical()), string(rest[0].Outcome.Canonical()))
	}
}

func eventsLive(w *World, _ Fixture) {
	head, err := w.Ledger.Head(context.Background())
	require.NoError(w.T, err)
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	seen := make(chan ledger.Entry)
	ended := make(chan error, 1)
	go func() {
		for e, err := range ledger.Follow(ctx, w.Ledger, head) {
			if err != nil {
				ended <- err
				return
			}
			seen <- e
		}
	}()
	for i := range uint32(3) {
		out := w.Must(w.PutStore(5+i, 9, "Live"))
		require.Equal(w.T, string(out.Canonical()), string((<-seen).Outcome.Canonical()))
	}
	cancel()
	require.ErrorIs(w.T, <-ended, context.Canceled)
}

func eventsOpen(w *World, _ Fixture) {
	commands, _ := story(w)
	entries := collect(w, voucher.Position{})[5:]
	for i, e := range entries {
		decoded, err := voucher.DecodeCommand(e.Command)
		require.NoError(w.T, err)
		require.Equal(w.T, commands[i], decoded)
		require.Equal(w.T, intent.CommandHash(decoded), e.Outcome.CommandHash)
		require.Equal(w.T, w.Domain.ID(decoded), e.Outcome.ID)
	}
}

func reopenKeeps(w *World, f Fixture) {
	_, outcomes := story(w)
	before := collect(w, voucher.Position{})
	created, ok := outcomes[0].Events[0].(voucher.CampaignCreated)
	require.True(w.T, ok)
	campaign, _, err := w.Ledger.Campaign(context.Background(), created.Campaign)
	require.NoError(w.T, err)
	id := w.Ledger.ID()
	w.Ledger = f.Reopen()
	require.Equal(w.T, id, w.Ledger.ID())
	again, ok, err := w.Ledger.Campaign(context.Background(), created.Campaign)
	require.NoError(w.T, err)
	require.True(w.T, ok)
	require.Equal(w.T, campaign, again)
	after := collect(w, voucher.Position{})
	require.Len(w.T, after, len(before))
	for i := range before {
		require.Equal(w.T, string(before[i].Outcome.Canonical()), string(after[i].Outcome.Canonical()))
		require.Equal(w.T, before[i].Command, after[i].Command)
	}
	w.Must(w.PutStore(w.version(), 8, "Still writable"))
}
