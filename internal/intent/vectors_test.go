package intent_test

import (
	"crypto/ecdsa"
	"encoding/hex"
	"encoding/json"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tally/internal/intent"
	"tally/internal/voucher"
)

// signedMessage is one value of Types with the key of its author.
type signedMessage struct {
	message any
	author  *ecdsa.PrivateKey
}

// messages is one filled value of each of Types, in their order.
func messages(t *testing.T) []signedMessage {
	t.Helper()
	const now = 1_790_000_000
	keys := make([]*ecdsa.PrivateKey, 9)
	who := make([]voucher.Address, len(keys))
	for i := range keys {
		keys[i] = key(t, byte(i+1))
		who[i] = intent.Address(keys[i])
	}
	operator, operator2, root, root2, till, wallet, wallet2, attestor, scoped := 0, 1, 2, 3, 4, 5, 6, 7, 8
	operators := []voucher.Address{who[operator], who[operator2]}
	slices.SortFunc(operators, func(a, b voucher.Address) int { return slices.Compare(a[:], b[:]) })
	campaign := voucher.CampaignID{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15}
	other := voucher.CampaignID{0xff, 0xee, 15: 1}
	twd := voucher.Currency{'T', 'W', 'D'}
	hash := func(n byte) (h voucher.Hash) {
		for i := range h {
			h[i] = n + byte(i)
		}
		return h
	}
	return []signedMessage{
		{voucher.SetOperators{Approvers: operators, Version: 7, Operators: operators, Threshold: 2, Deadline: now + 60}, keys[operator]},
		{voucher.AdmitMerchant{Operator: who[operator], Merchant: who[root], Name: "半糖 Half Sugar \"☕\" 🧋", Deadline: now + 60}, keys[operator]},
		{voucher.SuspendMerchant{Operator: who[operator], Merchant: who[root], Version: 4, Reason: "complaints", Deadline: now + 60}, keys[operator]},
		{voucher.ReinstateMerchant{Operator: who[operator], Merchant: who[root], Version: 5, Deadline: now + 60}, keys[operator]},
		{voucher.PutStore{Author: who[root], Merchant: who[root], Version: 1, Store: 65535, Name: "Yongkang", Deadline: now + 60}, keys[root]},
		{voucher.PutKey{
			Author: who[root], Merchant: who[root], Version: 2, Key: who[till],
			Scopes: voucher.ScopeRedeem | voucher.ScopeVoid, Store: 65535, Deadline: now + 60,
		}, keys[root]},
		{voucher.RotateRoot{Author: who[root], Merchant: who[root], Version: 3, Root: who[root2], Deadline: now + 60}, keys[root]},
		{voucher.RecoverRoot{Approvers: operators, Merchant: who[root], Version: 3, Root: who[root2], Deadline: now + 60}, keys[operator]},
		{voucher.CreateCampaign{
			Author: who[root], Merchant: who[root], Terms: `{"title":"Ten cups \"to go\"\n"}`, Currency: twd,
			Units: voucher.MaxUnits, MaxDiscount: voucher.MaxAmount, StoredValue: true,
			Supply: 1_000_000, Open: 900_000, Cap: voucher.MaxSupply, PerHolder: 3, PerDay: 2,
			Attestors: []voucher.Address{who[attestor]},
			ClaimFrom: now, ClaimUntil: now + 86400, ValidFrom: now + 1, ValidUntil: 1_798_761_600, ValidDays: 90,
			Offsets:  []voucher.Offset{{From: 0, Minutes: 480}, {From: 1_795_000_500, Minutes: -210}},
			Transfer: true, Void: false, Rollback: voucher.RollbackForfeit, Grace: 86400, Stores: []uint32{1, 7, 65535},
			Deadline: now + 60,
		}, keys[root]},
		{voucher.ChangeCampaign{
			Author: who[root], Merchant: who[root], Campaign: campaign, Version: 1, Status: voucher.CampaignPaused,
			Supply: 2_000_000, Open: 1_000_000, Offsets: []voucher.Offset{{From: 1_796_000_400, Minutes: -840}}, Deadline: now + 60,
		}, keys[root]},
		{voucher.Issue{
			Author: who[scoped], Merchant: who[root], Campaign: campaign, Root: hash(3), First: 10, Count: 1_000_000, Deadline: now + 60,
		}, keys[scoped]},
		{voucher.Deliver{Issue: hash(4), Index: 1<<32 - 1, Owner: who[wallet]}, keys[wallet]},
		{voucher.Claim{Wallet: who[wallet], Campaign: campaign, Ordinal: 2, Deadline: now + 60}, keys[wallet]},
		{voucher.Ticket{
			Campaign: campaign, Wallet: who[wallet], Attestor: who[attestor], Subject: hash(5), Deadline: now + 60,
		}, keys[attestor]},
		{voucher.Transfer{
			Owner: who[wallet], Campaign: campaign, Serial: 42, To: who[wallet2], SignedAt: now, Deadline: now + 60,
		}, keys[wallet]},
		{voucher.Redeem{
			Owner: who[wallet],
			Lines: []voucher.Line{
				{Campaign: campaign, Serial: 42, Units: 3}, {Campaign: other, Serial: 1<<31 - 1, Units: voucher.MaxUnits},
			},
			SignedAt: now, Deadline: now + 600, HoldUntil: now + 7*86400, Order: hash(6),
		}, keys[wallet]},
		{voucher.Accept{
			Offer: hash(7), Merchant: who[root], Till: who[till], Store: 65535,
			Parts:    []voucher.Part{{Units: 2, Discount: 10_000}, {Units: 1, Discount: voucher.MaxAmount}},
			Currency: twd, Amount: voucher.MaxAmount, Details: hash(6), Reference: hash(8),
		}, keys[till]},
		{voucher.Capture{
			Hold: hash(9), Merchant: who[root], Till: who[till], Store: 65535,
			Takes:    []voucher.Take{{Campaign: campaign, Serial: 42, Units: 2, Discount: 10_000}, {Campaign: other, Serial: 7}},
			Currency: twd, Amount: 20_000, Details: hash(10), Reference: hash(11), Deadline: now + 60,
		}, keys[till]},
		{voucher.Release{
			Hold: hash(9), Merchant: who[root], Till: who[till], Store: 65535,
			Vouchers: []voucher.Ref{{Campaign: campaign, Serial: 42}, {Campaign: other, Serial: 7}}, Deadline: now + 60,
		}, keys[till]},
		{voucher.Cancel{Offer: hash(7), Author: who[till], Merchant: who[root], Deadline: now + 60}, keys[till]},
		{voucher.Rollback{
			Author: who[scoped], Merchant: who[root], Redemption: hash(7),
			Returns: []voucher.Return{{Campaign: campaign, Serial: 42, Units: 1, Taken: 3, Returned: 2}},
			Details: hash(12), Deadline: now + 60,
		}, keys[scoped]},
		{voucher.Void{
			Author: who[scoped], Merchant: who[root], Campaign: campaign, Serial: 42, Reason: "printed twice", Deadline: now + 60,
		}, keys[scoped]},
		{intent.ReadToken{Holder: who[wallet], Audience: "tally", Expires: now + 3600}, keys[wallet]},
		{voucher.SetAuditor{Approvers: operators, Auditor: who[attestor], Version: 3, Until: now + 86400, Deadline: now + 60}, keys[operator]},
		{voucher.PutAttestor{
			Author: who[root], Merchant: who[root], Campaign: campaign, Attestor: who[attestor], Version: 1, Allowed: true, Deadline: now + 60,
		}, keys[root]},
	}
}

// typedData is what eth_signTypedData_v4 takes.
type typedData struct {
	Domain      intent.TypedDomain        `json:"domain"`
	Types       map[string][]intent.Field `json:"types"`
	PrimaryType string                    `json:"primaryType"`
	Message     json.RawMessage           `json:"message"`
}

// vector is one entry of vectors.json.
type vector struct {
	Type      string          `json:"type"` // the type string of EIP-712; its keccak is the typeHash
	TypedData typedData       `json:"typedData"`
	Digest    voucher.Hash    `json:"digest"`
	Author    voucher.Address `json:"author"`
	Signature string          `json:"signature"` // EIP-2098
}

type vectorFile struct {
	Ledger  voucher.Hash `json:"ledger"`
	Vectors []vector     `json:"vectors"`
}

// typesOf picks a message's types out of all of them, as wallets want it.
func typesOf(name string) map[string][]intent.Field {
	all := intent.TypedData()
	types := map[string][]intent.Field{
		"EIP712Domain": {{Name: "name", Type: "string"}, {Name: "version", Type: "string"}, {Name: "salt", Type: "bytes32"}},
		name:           all[name],
	}
	for _, f := range all[name] {
		if part := strings.TrimSuffix(f.Type, "[]"); all[part] != nil {
			types[part] = all[part]
		}
	}
	return types
}

// typeString is encodeType of EIP-712, from the fields that wallets are given.
func typeString(name string) string {
	write := func(name string, fields []intent.Field) string {
		var members []string
		for _, f := range fields {
			members = append(members, f.Type+" "+f.Name)
		}
		return name + "(" + strings.Join(members, ",") + ")"
	}
	types := typesOf(name)
	text := write(name, types[name])
	delete(types, name)
	delete(types, "EIP712Domain")
	var parts []string
	for part, fields := range types {
		parts = append(parts, write(part, fields))
	}
	slices.Sort(parts)
	return text + strings.Join(parts, "")
}

// typedMessage is a message's JSON for wallets: its canonical JSON with bytes3
// in hex, for typed data knows no text of three letters.
func typedMessage(t *testing.T, message any) json.RawMessage {
	t.Helper()
	v := reflect.ValueOf(message)
	var members map[string]json.RawMessage
	require.NoError(t, json.Unmarshal(voucher.CanonicalJSON(message), &members))
	for i := range v.NumField() {
		if c, ok := v.Field(i).Interface().(voucher.Currency); ok {
			members[v.Type().Field(i).Tag.Get("json")] = json.RawMessage(`"0x` + hex.EncodeToString(c[:]) + `"`)
		}
	}
	text, err := json.Marshal(members)
	require.NoError(t, err)
	return text
}

// Types, digests and signatures are literals in testdata/vectors.json, from
// which scripts/npm/intents.test.mjs computes them again with viem.
func TestVectors_Frozen(t *testing.T) {
	d := domain()
	file := vectorFile{Ledger: d.Ledger()}
	for _, m := range messages(t) {
		name := reflect.TypeOf(m.message).Name()
		s, err := d.Sign(m.author, m.message)
		require.NoError(t, err)
		digest := d.Digest(m.message)
		require.Equal(t, intent.Address(m.author), intent.Signer(digest, s))
		file.Vectors = append(file.Vectors, vector{
			Type:      typeString(name),
			TypedData: typedData{d.TypedDomain(), typesOf(name), name, typedMessage(t, m.message)},
			Digest:    digest, Author: intent.Address(m.author), Signature: intent.FormatSignature(s),
		})
	}
	golden(t, "vectors.json", file)
}

func readVectors(t *testing.T) vectorFile {
	t.Helper()
	raw, err := os.ReadFile("testdata/vectors.json")
	require.NoError(t, err)
	var file vectorFile
	require.NoError(t, json.Unmarshal(raw, &file))
	return file
}

// TestVectors_EveryType: there is a vector of every type.
func TestVectors_EveryType(t *testing.T) {
	vectors := readVectors(t).Vectors
	require.Len(t, vectors, len(intent.Types()))
	for i, like := range intent.Types() {
		require.Equal(t, reflect.TypeOf(like).Name(), vectors[i].TypedData.PrimaryType)
		require.Equal(t, reflect.TypeOf(like), reflect.TypeOf(messages(t)[i].message))
	}
}

// The JSON that a wallet signs reads back as the intent it stands for.
func TestTypedData_ReadsBack(t *testing.T) {
	for i, v := range readVectors(t).Vectors {
		into := reflect.New(reflect.TypeOf(intent.Types()[i]))
		require.NoError(t, json.Unmarshal(v.TypedData.Message, into.Interface()))
		require.Equal(t, messages(t)[i].message, into.Elem().Interface())
		require.Equal(t, v.Digest, domain().Digest(into.Elem().Interface()))
	}
}

// The type strings of two vectors, by hand.
func TestTypedData_TypeStrings(t *testing.T) {
	require.Equal(t, "Redeem(address owner,Line[] lines,uint64 signedAt,uint64 deadline,uint64 holdUntil,bytes32 order)"+
		"Line(bytes16 campaign,uint32 serial,uint64 units)", typeString("Redeem"))
	require.Equal(t, "CreateCampaign(address author,address merchant,string terms,bytes3 currency,uint64 units,uint64 maxDiscount,"+
		"bool storedValue,uint32 supply,uint32 open,uint32 cap,uint32 perHolder,uint32 perDay,address[] attestors,uint64 claimFrom,"+
		"uint64 claimUntil,uint64 validFrom,uint64 validUntil,uint32 validDays,Offset[] offsets,bool transferable,bool voidable,"+
		"uint8 rollback,uint32 grace,uint32[] stores,uint64 deadline)Offset(uint64 from,int16 minutes)", typeString("CreateCampaign"))
}

// viem.json holds what viem signs: see scripts/npm/intents.test.mjs.
func TestVectors_ViemsSignatures(t *testing.T) {
	raw, err := os.ReadFile("testdata/viem.json")
	require.NoError(t, err)
	var file struct {
		Address    voucher.Address   `json:"address"`
		Signatures map[string]string `json:"signatures"`
	}
	require.NoError(t, json.Unmarshal(raw, &file))
	require.Len(t, file.Signatures, len(intent.Types()))
	for _, m := range messages(t) {
		name := reflect.TypeOf(m.message).Name()
		s, err := intent.ParseSignature(file.Signatures[name])
		require.NoError(t, err, name)
		require.Equal(t, file.Address, intent.Signer(domain().Digest(m.message), s), name)
	}
}

// TestTypedData_EveryMemberIsSigned: every member is signed.
func TestTypedData_EveryMemberIsSigned(t *testing.T) {
	d := domain()
	for _, m := range messages(t) {
		digest := d.Digest(m.message)
		v := reflect.New(reflect.TypeOf(m.message)).Elem()
		for i := range v.NumField() {
			v.Set(reflect.ValueOf(m.message))
			alter(v.Field(i))
			require.NotEqual(t, digest, d.Digest(v.Interface()), "%T.%s", m.message, v.Type().Field(i).Name)
		}
	}
}

// alter changes a value, and of a list its first entry's last member, without
// touching what v shares with others.
func alter(v reflect.Value) {
	switch v.Kind() {
	case reflect.Bool:
		v.SetBool(!v.Bool())
	case reflect.String:
		v.SetString(v.String() + " ")
	case reflect.Int16:
		v.SetInt(v.Int() + 1)
	case reflect.Array:
		last := v.Index(v.Len() - 1)
		last.SetUint(last.Uint() ^ 1)
	case reflect.Slice:
		list := reflect.MakeSlice(v.Type(), v.Len(), v.Len())
		reflect.Copy(list, v)
		alter(list.Index(0))
		v.Set(list)
	case reflect.Struct:
		alter(v.Field(v.NumField() - 1))
	default:
		v.SetUint(v.Uint() ^ 1)
	}
}

// TestDomain_OneLedger: a domain is one ledger's.
func TestDomain_OneLedger(t *testing.T) {
	m := messages(t)[0].message
	require.NotEqual(t, domain().Digest(m), intent.NewDomain(voucher.Hash{1}).Digest(m))
	text, err := json.Marshal(domain().TypedDomain())
	require.NoError(t, err)
	require.JSONEq(t, `{"name":"Tally","version":"1","salt":"0xa1b2c3d405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1fff"}`, string(text))
}

// TestDomain_LedgerIDLiterals: ledger ids are literals.
func TestDomain_LedgerIDLiterals(t *testing.T) {
	genesis := voucher.Hash{0: 1, 31: 2}
	contract := voucher.Address{0: 3, 19: 4}
	require.Equal(t, "0x527a3f260be1de000830c1e6650115885fe526e1ba025455f17663a78c817a7d", intent.LedgerID(genesis, contract[:]).String())
	require.Equal(t, "0xc423d2499decefba9298d24794e24d94e802b6a5187a0da60230b3065902c45c", intent.LedgerID(genesis, []byte("tally")).String())
}

// TestTypes_HaveEveryIntent fails for a verb whose intent cannot be signed.
func TestTypes_HaveEveryIntent(t *testing.T) {
	types := intent.TypedData()
	for v := voucher.VerbSetOperators; ; v++ {
		command, ok := voucher.EmptyCommand(v)
		if !ok {
			break
		}
		for _, in := range command.Intents() {
			require.Contains(t, types, reflect.TypeOf(in).Name(), v)
		}
	}
}
