// Package intent is what wallets sign: it turns the intents of package voucher
// into EIP-712 typed data, signs and recovers them, and writes the code that is
// shown at the till.
//
// The domain names the deployment and nothing else, so that one signature is
// good on an EVM and on Fabric alike:
//
//	EIP712Domain(string name,string version,bytes32 salt)
//	{"name": "Tally", "version": "1", "salt": <ledger id>}
//
// The types are the struct types of package voucher; TypedData prints them for
// wallets, and the tests hold one vector of each.
package intent

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"sync"

	"github.com/ethereum/go-ethereum/crypto"

	"tally/internal/voucher"
)

// The domain's name and version.
const (
	DomainName    = "Tally"
	DomainVersion = "1"
)

const domainType = "EIP712Domain(string name,string version,bytes32 salt)"

// Domain is one deployment's EIP-712 domain. The zero Domain is none: use NewDomain.
type Domain struct {
	ledger    voucher.Hash
	separator [32]byte
	types     map[reflect.Type][32]byte // typeHashes
}

// NewDomain is the domain of the ledger with this id.
func NewDomain(ledger voucher.Hash) *Domain {
	name, version := crypto.Keccak256([]byte(DomainName)), crypto.Keccak256([]byte(DomainVersion))
	d := &Domain{ledger: ledger, types: typeHashes()}
	d.separator = crypto.Keccak256Hash(crypto.Keccak256([]byte(domainType)), name, version, ledger[:])
	return d
}

// typeHashes has the typeHash of every signed type and its parts. It is made once and
// never changed: all domains have the same.
var typeHashes = sync.OnceValue(func() map[reflect.Type][32]byte {
	hashes := map[reflect.Type][32]byte{}
	for _, like := range Types() {
		addType(hashes, reflect.TypeOf(like))
	}
	return hashes
})

func addType(hashes map[reflect.Type][32]byte, t reflect.Type) {
	hashes[t] = crypto.Keccak256Hash([]byte(encodeType(t)))
	for i := range t.NumField() {
		if part := structOf(t.Field(i).Type); part != nil {
			addType(hashes, part)
		}
	}
}

// Ledger is the ledger id.
func (d *Domain) Ledger() voucher.Hash { return d.ledger }

// LedgerID is the id of the ledger that starts at this block and keeps its
// vouchers under this name: the keccak of both. On an EVM the name is the 20
// bytes of the contract's address, on Fabric the chaincode's name.
func LedgerID(genesis voucher.Hash, name []byte) voucher.Hash {
	return voucher.Hash(crypto.Keccak256Hash(genesis[:], name))
}

// Types lists an empty value of everything that is signed.
func Types() []any {
	return []any{
		voucher.SetOperators{}, voucher.AdmitMerchant{}, voucher.SuspendMerchant{}, voucher.ReinstateMerchant{},
		voucher.PutStore{}, voucher.PutKey{}, voucher.RotateRoot{}, voucher.RecoverRoot{},
		voucher.CreateCampaign{}, voucher.ChangeCampaign{}, voucher.Issue{}, voucher.Deliver{},
		voucher.Claim{}, voucher.Ticket{}, voucher.Transfer{}, voucher.Redeem{}, voucher.Accept{},
		voucher.Capture{}, voucher.Release{}, voucher.Cancel{}, voucher.Rollback{}, voucher.Void{},
		ReadToken{}, voucher.SetAuditor{}, voucher.PutAttestor{},
	}
}

// Digest is what is signed: keccak(0x1901 ‖ separator ‖ hashStruct(message)).
// The message is one of Types.
func (d *Domain) Digest(message any) voucher.Hash {
	hash := d.hashStruct(reflect.ValueOf(message))
	return voucher.Hash(crypto.Keccak256Hash([]byte{0x19, 0x01}, d.separator[:], hash[:]))
}

// CommandHash is the keccak of a command's encoding, which ledgers log.
func CommandHash(c voucher.Command) voucher.Hash {
	return voucher.Hash(crypto.Keccak256Hash(voucher.EncodeCommand(c)))
}

func (d *Domain) hashStruct(v reflect.Value) [32]byte {
	typeHash, ok := d.types[v.Type()]
	if !ok {
		panic(fmt.Sprintf("intent: %s is nothing that is signed", v.Type()))
	}
	data := make([]byte, 0, 32*(1+v.NumField()))
	data = append(data, typeHash[:]...)
	for i := range v.NumField() {
		word := d.encodeData(v.Field(i))
		data = append(data, word[:]...)
	}
	return crypto.Keccak256Hash(data)
}

func (d *Domain) encodeData(v reflect.Value) [32]byte {
	switch v.Kind() {
	case reflect.Struct:
		return d.hashStruct(v)
	case reflect.String:
		return crypto.Keccak256Hash([]byte(v.String()))
	case reflect.Slice:
		data := make([]byte, 0, 32*v.Len())
		for i := range v.Len() {
			word := d.encodeData(v.Index(i))
			data = append(data, word[:]...)
		}
		return crypto.Keccak256Hash(data)
	default:
		return voucher.Word(v)
	}
}

// encodeType is the type of EIP-712: the struct, then the structs it refers to
// by name.
//
//	Redeem(address owner,Line[] lines,uint64 signedAt,uint64 deadline,uint64 holdUntil,bytes32 order)Line(bytes16 campaign,uint32 serial,uint64 units)
func encodeType(t reflect.Type) string {
	var parts []string
	for i := range t.NumField() {
		if part := structOf(t.Field(i).Type); part != nil {
			parts = append(parts, encodeStruct(part))
		}
	}
	slices.Sort(parts)
	return encodeStruct(t) + strings.Join(slices.Compact(parts), "")
}

func encodeStruct(t reflect.Type) string {
	members := make([]string, t.NumField())
	for i := range members {
		members[i] = memberType(t.Field(i).Type) + " " + t.Field(i).Tag.Get("json")
	}
	return t.Name() + "(" + strings.Join(members, ",") + ")"
}

// memberType names structs where voucher.SolidityType writes their members.
func memberType(t reflect.Type) string {
	if s := structOf(t); s != nil {
		return strings.Replace(voucher.SolidityType(t), voucher.SolidityType(s), s.Name(), 1)
	}
	return voucher.SolidityType(t)
}

// structOf is t, or what t is a list of, if that is a struct; no part of an
// intent has parts of its own.
func structOf(t reflect.Type) reflect.Type {
	if t.Kind() == reflect.Slice {
		t = t.Elem()
	}
	if t.Kind() == reflect.Struct {
		return t
	}
	return nil
}

// Field is a member of an EIP-712 type.
type Field struct {
	Name string `json:"name"`
	Type string `json:"type"`
}

// TypedDomain is a domain as eth_signTypedData_v4 wants it.
type TypedDomain struct {
	Name    string       `json:"name"`
	Version string       `json:"version"`
	Salt    voucher.Hash `json:"salt"`
}

// TypedDomain is the domain for wallets.
func (d *Domain) TypedDomain() TypedDomain {
	return TypedDomain{Name: DomainName, Version: DomainVersion, Salt: d.ledger}
}

// DomainFields are the fields of the type EIP712Domain.
func DomainFields() []Field {
	return []Field{{Name: "name", Type: "string"}, {Name: "version", Type: "string"}, {Name: "salt", Type: "bytes32"}}
}

// Schema is the typed data of one signed type by itself: the name of the type, and
// the fields of it and of its parts. Libraries that are strict, as ethers is, refuse
// types that a message does not use. EIP712Domain is not among them: see DomainFields.
type Schema struct {
	PrimaryType string             `json:"primaryType"`
	Types       map[string][]Field `json:"types"`
}

// Schemas lists the typed data of everything that is signed, in the order of Types.
func Schemas() []Schema {
	list := make([]Schema, 0, len(Types()))
	for _, like := range Types() {
		t := reflect.TypeOf(like)
		s := Schema{PrimaryType: t.Name(), Types: map[string][]Field{}}
		s.add(t)
		list = append(list, s)
	}
	return list
}

// add adds a type and its parts.
func (s Schema) add(t reflect.Type) {
	fields := make([]Field, t.NumField())
	for i := range fields {
		f := t.Field(i)
		fields[i] = Field{Name: f.Tag.Get("json"), Type: memberType(f.Type)}
		if part := structOf(f.Type); part != nil {
			s.add(part)
		}
	}
	s.Types[t.Name()] = fields
}

// TypedData lists the fields of every signed type and of their parts, as
// eth_signTypedData_v4 wants them.
func TypedData() map[string][]Field {
	types := map[string][]Field{}
	for _, s := range Schemas() {
		maps.Copy(types, s.Types)
	}
	return types
}
