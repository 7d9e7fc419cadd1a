package voucher

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestSigners_OneForEachSignature fills every command with different addresses
// and finds one for each signature.
func TestSigners_OneForEachSignature(t *testing.T) {
	a, b := Address{1}, Address{2}
	for _, c := range []struct {
		command Command
		named   []Address
	}{
		{Approved[SetOperators]{Intent: SetOperators{Approvers: []Address{a, b}}, Approvals: make([]Signature, 2)}, []Address{a, b}},
		{Approved[RecoverRoot]{Intent: RecoverRoot{Approvers: []Address{a, b}}, Approvals: make([]Signature, 2)}, []Address{a, b}},
		{Signed[AdmitMerchant]{Intent: AdmitMerchant{Operator: a, Merchant: b}}, []Address{a}},
		{Signed[SuspendMerchant]{Intent: SuspendMerchant{Operator: a, Merchant: b}}, []Address{a}},
		{Signed[ReinstateMerchant]{Intent: ReinstateMerchant{Operator: a, Merchant: b}}, []Address{a}},
		{Signed[PutStore]{Intent: PutStore{Author: a, Merchant: b}}, []Address{a}},
		{Signed[PutKey]{Intent: PutKey{Author: a, Merchant: b}}, []Address{a}},
		{Signed[RotateRoot]{Intent: RotateRoot{Author: a, Merchant: b}}, []Address{a}},
		{Signed[CreateCampaign]{Intent: CreateCampaign{Author: a, Merchant: b}}, []Address{a}},
		{Signed[ChangeCampaign]{Intent: ChangeCampaign{Author: a, Merchant: b}}, []Address{a}},
		{Signed[Issue]{Intent: Issue{Author: a, Merchant: b}}, []Address{a}},
		{DeliverCommand{Deliver: Deliver{Owner: b}}, nil},
		{ClaimCommand{Claim: Claim{Wallet: a}}, []Address{a}},
		{ClaimCommand{Claim: Claim{Wallet: a}, Ticket: Ticket{Attestor: b}}, []Address{a, b}},
		{TransferCommand{Transfer: Transfer{Owner: a, To: b}}, []Address{a}},
		{RedeemCommand{Offer: Redeem{Owner: a}, Accept: Accept{Till: b}}, []Address{a, b}},
		{Signed[Capture]{Intent: Capture{Till: a, Merchant: b}}, []Address{a}},
		{Signed[Release]{Intent: Release{Till: a, Merchant: b}}, []Address{a}},
		{CancelCommand{Cancel: Cancel{Author: a}, Offer: Redeem{Owner: b}}, []Address{a, b}},
		{Signed[Rollback]{Intent: Rollback{Author: a, Merchant: b}}, []Address{a}},
		{VoidCommand{Void: Void{Author: a, Merchant: b}}, []Address{a}},
		{Proven[AdmitMerchant]{Intent: AdmitMerchant{Operator: a, Merchant: b}}, []Address{a, b}},
		{Proven[RotateRoot]{Intent: RotateRoot{Author: a, Root: b}}, []Address{a, b}},
		{
			JointlyProven[SetOperators]{
				Intent: SetOperators{Approvers: []Address{a}}, Approvals: make([]Signature, 1), Possessions: []Possession{{Holder: b}},
			}, []Address{a, b},
		},
		{
			JointlyProven[RecoverRoot]{
				Intent: RecoverRoot{Approvers: []Address{a}}, Approvals: make([]Signature, 1), Possessions: []Possession{{Holder: b}},
			}, []Address{a, b},
		},
		{Approved[SetAuditor]{Intent: SetAuditor{Approvers: []Address{a, b}}, Approvals: make([]Signature, 2)}, []Address{a, b}},
		{Signed[PutAttestor]{Intent: PutAttestor{Author: a, Attestor: b}}, []Address{a}},
	} {
		require.Equal(t, c.named, Signers(c.command), "%T", c.command)
		require.Len(t, c.command.Signatures(), len(c.named), "%T", c.command)
	}
}

// TestRows_AreWhole fails for a verb that has no row, or a row without one of its
// parts. That the command has rule, signers, touches and reads the compiler sees.
func TestRows_AreWhole(t *testing.T) {
	names := map[string]bool{Verb(0).String(): true}
	require.Equal(t, "unknown", Verb(0).String())
	for v := VerbSetOperators; v < verbsEnd; v++ {
		require.NotEmpty(t, v.String(), "verb %d", v)
		require.False(t, names[v.String()], "%s twice", v)
		names[v.String()] = true
		command, ok := EmptyCommand(v)
		require.True(t, ok, v)
		require.NotNil(t, command, v)
		require.Equal(t, v, command.Verb(), "%T", command)
	}
	require.Equal(t, "unknown", verbsEnd.String())
	_, ok := EmptyCommand(verbsEnd)
	require.False(t, ok)
}

// TestEventTypes_ListsEveryEvent reads the package's own source: an event that is
// emitted and not listed would come back from no log.
func TestEventTypes_ListsEveryEvent(t *testing.T) {
	var declared []string
	files, err := filepath.Glob("*.go")
	require.NoError(t, err)
	for _, name := range files {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		require.NoError(t, err)
		for _, decl := range file.Decls {
			if f, ok := decl.(*ast.FuncDecl); ok && f.Name.Name == "isEvent" && f.Recv != nil {
				declared = append(declared, f.Recv.List[0].Type.(*ast.Ident).Name)
			}
		}
	}
	var listed []string
	for _, e := range EventTypes() {
		listed = append(listed, EventName(e))
	}
	require.ElementsMatch(t, declared, listed)
}

// BenchmarkVerb_String is one look at a verb's row: every decoded command costs one.
func BenchmarkVerb_String(b *testing.B) {
	for b.Loop() {
		if VerbRedeem.String() != "redeem" {
			b.Fatal("not the row of redeem")
		}
	}
}
