package index

import (
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"strconv"

	"tally/internal/voucher"
)

// Record is one thing that an index holds: all drivers hold the same records
// after the same entries, and the digest is over them. A driver that keeps bytes
// keeps these. Numbers are big-endian, positions have 16 bytes (block 8,
// transaction 4, item 4), so that bytes sort as the ledger does. The kinds, and
// Schema, which counts changes to any of these forms:
//
//	kind         key                                        value
//	outcome   o  id's first 16 | position 16                none
//	voucher   v  campaign 16 | serial 4                     slot 32 | as 16 | acquirer 20 | acquired 16
//	wallet    w  acquirer 20 | acquired 16 | voucher 20     none
//	campaign  c  campaign 16 | "c"                          position 16 | ABI of the CreateCampaign
//	          c  campaign 16 | "s"                          position 16 | version 4 | status 1 | supply 4 | open 4
//	          c  campaign 16 | "0", "1", "2" or "3"         a figure in decimal, left out where it is 0
//	newest    n  created 16 | campaign 16                   none
//	own       b  merchant 20 | created 16 | campaign 16     none
//	merchant  m  merchant 20 | "n"                          position 16 | name
//	          m  merchant 20 | "s" | store 4                position 16 | name
//	          m  merchant 20 | "k" | key 20                 position 16 | time 8 | scopes 4 | store 4
//	reference r  tag of merchant 20 | reference 32, 16      position 16 of the first order
//	buyer     y  tag of merchant 20 | wallet 20, 16         position 16 of the first order
//	order     p  merchant 20 | store 4 | position 16        none
//	history   h  voucher 20 | position 16 | verb 1          none
//	taken     t  campaign 16 | serial / 2048, 4             256 bytes: bit serial % 2048, the lowest first
//
// Each order has two records, one of them with store 0. A command whose outcome
// alone is known has verb 0. A tag is the first 16 bytes of a SHA-256. Two ids of one
// half have two records; nobody makes two tags that are the same.
//
// Every form has one literal in record_test.go, and those are the test vectors.
// Voucher 42 of the campaign 0x00…0f, claimed by 0x0011…2233 at 7.1.2:
//
//	v 000102030405060708090a0b0c0d0e0f0000002a
//	  00112233445566778899aabbccddeeff0011223300000000a1e7f206ab13b801
//	  00000000000000070000000100000002
//	  00112233445566778899aabbccddeeff00112233
//	  00000000000000070000000100000002
type Record struct {
	Kind  Kind
	Key   []byte
	Value []byte
}

// Kind is what a record is about.
type Kind byte

// The kinds of records.
const (
	KindOutcome   Kind = 'o'
	KindVoucher   Kind = 'v'
	KindWallet    Kind = 'w'
	KindCampaign  Kind = 'c'
	KindNewest    Kind = 'n'
	KindMerchant  Kind = 'm'
	KindReference Kind = 'r'
	KindTaken     Kind = 't'
	KindOwn       Kind = 'b'
	KindOrder     Kind = 'p'
	KindHistory   Kind = 'h'
	KindBuyer     Kind = 'y'
)

// Schema counts changes to the forms of records and to Effects. An index of
// another schema is another index.
const Schema = 3

// Kinds lists all kinds.
func Kinds() []Kind {
	return []Kind{
		KindOutcome, KindVoucher, KindWallet, KindCampaign, KindNewest, KindMerchant, KindReference, KindTaken,
		KindOwn, KindOrder, KindHistory, KindBuyer,
	}
}

// ErrRecord says that bytes are not of a record's form.
var ErrRecord = errors.New("not a record of an index")

// Sizes, in bytes.
const (
	positionSize = 16
	refSize      = 20
	addressSize  = 20
	keySize      = 8 + 4 + 4 // after the position
	voucherSize  = 32 + positionSize + addressSize + positionSize
)

// TakenBits is how many serials one record of taken serials covers.
const TakenBits = 2048

// EncodePosition is a position in 16 bytes that sort as positions do.
func EncodePosition(p voucher.Position) []byte {
	b := binary.BigEndian.AppendUint64(make([]byte, 0, positionSize), p.Block)
	b = binary.BigEndian.AppendUint32(b, p.Tx)
	return binary.BigEndian.AppendUint32(b, p.Item)
}

// DecodePosition reads what EncodePosition writes.
func DecodePosition(b []byte) (voucher.Position, error) {
	if len(b) != positionSize {
		return voucher.Position{}, fmt.Errorf("position of %d bytes: %w", len(b), ErrRecord)
	}
	return voucher.Position{
		Block: binary.BigEndian.Uint64(b), Tx: binary.BigEndian.Uint32(b[8:]), Item: binary.BigEndian.Uint32(b[12:]),
	}, nil
}

// RefKey is the key of a voucher's record.
func RefKey(ref voucher.Ref) []byte {
	return binary.BigEndian.AppendUint32(append(make([]byte, 0, refSize), ref.Campaign[:]...), ref.Serial)
}

func decodeRef(b []byte) voucher.Ref {
	return voucher.Ref{Campaign: voucher.CampaignID(b[:16]), Serial: binary.BigEndian.Uint32(b[16:])}
}

// Tag stands for something longer that is found by it.
type Tag [16]byte

// IDTag is the tag of a command's id, which is a hash: the first half of it.
func IDTag(id voucher.Hash) Tag { return Tag(id[:]) }

// Tag is the tag of a client's reference.
func (m MerchantReference) Tag() Tag { return tagOf(m.Merchant, m.Reference[:]) }

// Tag is the tag of a buyer.
func (m MerchantBuyer) Tag() Tag { return tagOf(m.Merchant, m.Wallet[:]) }

func tagOf(merchant voucher.Address, of []byte) Tag {
	sum := sha256.Sum256(append(merchant[:], of...))
	return Tag(sum[:])
}

// OutcomeRecord is the record of where an accepted outcome is.
func OutcomeRecord(id Tag, at voucher.Position) Record {
	return Record{Kind: KindOutcome, Key: append(id[:], EncodePosition(at)...)}
}

// VoucherValue is what the record of a voucher holds.
type VoucherValue struct {
	Slot     voucher.Slot
	As       voucher.Position
	Acquirer voucher.Address  // who got it last, as far as the entries seen tell
	Acquired voucher.Position // by which entry
}

// VoucherRecord is the record of a voucher.
func VoucherRecord(ref voucher.Ref, v VoucherValue) Record {
	value := append(make([]byte, 0, voucherSize), v.Slot[:]...)
	value = append(value, EncodePosition(v.As)...)
	value = append(value, v.Acquirer[:]...)
	return Record{KindVoucher, RefKey(ref), append(value, EncodePosition(v.Acquired)...)}
}

// DecodeVoucher reads the record of a voucher.
func DecodeVoucher(ref voucher.Ref, value []byte) (Voucher, error) {
	if len(value) != voucherSize {
		return Voucher{}, fmt.Errorf("voucher of %d bytes: %w", len(value), ErrRecord)
	}
	as, err := DecodePosition(value[32 : 32+positionSize])
	return Voucher{Ref: ref, Voucher: voucher.Slot(value[:32]).Unpack(), As: as}, err
}

// WalletRecord is the record of a wallet's having acquired a voucher.
func WalletRecord(wallet voucher.Address, acquired voucher.Position, ref voucher.Ref) Record {
	key := append(append([]byte{}, wallet[:]...), EncodePosition(acquired)...)
	return Record{Kind: KindWallet, Key: append(key, RefKey(ref)...)}
}

// DecodeWallet reads the voucher off the key of a wallet's record.
func DecodeWallet(key []byte) (voucher.Ref, error) {
	if len(key) != addressSize+positionSize+refSize {
		return voucher.Ref{}, fmt.Errorf("wallet's voucher of %d bytes: %w", len(key), ErrRecord)
	}
	return decodeRef(key[addressSize+positionSize:]), nil
}

// The last byte of the keys of a campaign's records.
const (
	CampaignCreate = 'c'
	CampaignNow    = 's'
	CampaignFigure = '0' // and the figure's number
)

// CampaignKey is the key of one of a campaign's records.
func CampaignKey(id voucher.CampaignID, part byte) []byte {
	return append(append([]byte{}, id[:]...), part)
}

// CreatedRecord is the record of a campaign's beginning.
func CreatedRecord(e voucher.CampaignCreated, at voucher.Position) Record {
	return Record{KindCampaign, CampaignKey(e.Campaign, CampaignCreate), append(EncodePosition(at), voucher.EncodeABI(e.Create)...)}
}

// StateRecord is the record of what may change of a campaign.
func StateRecord(s CampaignState, at voucher.Position) Record {
	value := append(binary.BigEndian.AppendUint32(EncodePosition(at), s.Version), s.Status)
	value = binary.BigEndian.AppendUint32(value, s.Supply)
	return Record{KindCampaign, CampaignKey(s.Campaign, CampaignNow), binary.BigEndian.AppendUint32(value, s.Open)}
}

// FigureRecord is the record of a figure that is not 0.
func FigureRecord(id voucher.CampaignID, figure int, n int64) Record {
	return Record{KindCampaign, CampaignKey(id, CampaignFigure+byte(figure)), strconv.AppendInt(nil, n, 10)} //nolint:gosec // below FigureCount
}

// DecodeCampaign reads the records of a campaign: its beginning, its state, and
// its figures in their order, "" for those that are left out.
func DecodeCampaign(id voucher.CampaignID, created, state []byte, figures [FigureCount]string) (c Campaign, err error) {
	const stateSize = positionSize + 4 + 1 + 4 + 4
	if len(created) < positionSize || len(state) != stateSize {
		return c, fmt.Errorf("campaign of %d and %d bytes: %w", len(created), len(state), ErrRecord)
	}
	c.ID = id
	if c.Created, err = DecodePosition(created[:positionSize]); err != nil {
		return c, err
	}
	if err := voucher.DecodeABI(created[positionSize:], &c.Create); err != nil {
		return c, fmt.Errorf("campaign: %w: %w", ErrRecord, err)
	}
	state = state[positionSize:]
	c.Version, c.Status = binary.BigEndian.Uint32(state), state[4]
	c.Supply, c.Open = binary.BigEndian.Uint32(state[5:]), binary.BigEndian.Uint32(state[9:])
	var by [FigureCount]int64
	for i, figure := range figures {
		if figure == "" {
			continue
		}
		if by[i], err = strconv.ParseInt(figure, 10, 64); err != nil {
			return c, fmt.Errorf("figure %q: %w", figure, ErrRecord)
		}
	}
	c.Figures = FiguresOf(by)
	return c, nil
}

// FiguresOf are the figures that sums stand for.
func FiguresOf(by [FigureCount]int64) Figures {
	return Figures{
		Claimed:  uint32(by[FigureClaimed]),  //nolint:gosec // at most MaxSupply
		Spent:    uint32(by[FigureSpent]),    //nolint:gosec // at most MaxSupply
		Redeemed: uint64(by[FigureRedeemed]), //nolint:gosec // not negative once every entry is there
		Discount: uint64(by[FigureDiscount]), //nolint:gosec // not negative once every entry is there

		Returned:  uint64(by[FigureReturned]),  //nolint:gosec // never taken back
		Forfeited: uint64(by[FigureForfeited]), //nolint:gosec // never taken back
	}
}

// NewestRecord is the record of a campaign's place among all.
func NewestRecord(id voucher.CampaignID, created voucher.Position) Record {
	return Record{Kind: KindNewest, Key: append(EncodePosition(created), id[:]...)}
}

// DecodeNewest reads the campaign off the key of its place.
func DecodeNewest(key []byte) (voucher.CampaignID, error) {
	if len(key) != positionSize+16 {
		return voucher.CampaignID{}, fmt.Errorf("campaign's place of %d bytes: %w", len(key), ErrRecord)
	}
	return voucher.CampaignID(key[positionSize:]), nil
}

// OwnRecord is the record of a campaign's place among those of its merchant.
func OwnRecord(merchant voucher.Address, id voucher.CampaignID, created voucher.Position) Record {
	return Record{Kind: KindOwn, Key: slices.Concat(merchant[:], EncodePosition(created), id[:])}
}

// DecodeOwn reads the campaign off the key of its place among its merchant's.
func DecodeOwn(key []byte) (voucher.CampaignID, error) {
	if len(key) != addressSize+CampaignCursor {
		return voucher.CampaignID{}, fmt.Errorf("merchant's campaign of %d bytes: %w", len(key), ErrRecord)
	}
	return voucher.CampaignID(key[addressSize+positionSize:]), nil
}

// OrdersKey is what the keys of a merchant's orders at a store begin with.
func OrdersKey(m MerchantOrder) []byte {
	return binary.BigEndian.AppendUint32(append([]byte{}, m.Merchant[:]...), m.Store)
}

// OrderRecord is the record of an order's place among those of a store.
func OrderRecord(m MerchantOrder, at voucher.Position) Record {
	return Record{Kind: KindOrder, Key: append(OrdersKey(m), EncodePosition(at)...)}
}

// DecodeOrder reads where the order is off the key of its place.
func DecodeOrder(key []byte) (voucher.Position, error) {
	const before = addressSize + 4
	if len(key) != before+positionSize {
		return voucher.Position{}, fmt.Errorf("order of %d bytes: %w", len(key), ErrRecord)
	}
	return DecodePosition(key[before:])
}

// HistoryRecord is the record of a voucher's having been touched.
func HistoryRecord(ref voucher.Ref, p Place) Record {
	return Record{Kind: KindHistory, Key: append(append(RefKey(ref), EncodePosition(p.Position)...), byte(p.Verb))}
}

// DecodeHistory reads a touch off its key.
func DecodeHistory(key []byte) (p Place, err error) {
	if len(key) != refSize+positionSize+1 {
		return p, fmt.Errorf("touch of %d bytes: %w", len(key), ErrRecord)
	}
	p.Verb = voucher.Verb(key[refSize+positionSize])
	p.Position, err = DecodePosition(key[refSize : refSize+positionSize])
	return p, err
}

// The byte after the merchant in the keys of a merchant's records.
const (
	partName  = 'n'
	partStore = 's'
	partKey   = 'k'
)

func merchantKey(merchant voucher.Address, part byte) []byte {
	return append(append([]byte{}, merchant[:]...), part)
}

// NameRecord is the record of a merchant's name.
func NameRecord(m MerchantName, at voucher.Position) Record {
	return Record{KindMerchant, merchantKey(m.Merchant, partName), append(EncodePosition(at), m.Name...)}
}

// StoreRecord is the record of a merchant's store.
func StoreRecord(m MerchantStore, at voucher.Position) Record {
	key := binary.BigEndian.AppendUint32(merchantKey(m.Merchant, partStore), m.Store.Store)
	return Record{KindMerchant, key, append(EncodePosition(at), m.Store.Name...)}
}

// KeyRecord is the record of a merchant's key, revoked ones included.
func KeyRecord(m MerchantKey, at voucher.Position) Record {
	value := binary.BigEndian.AppendUint64(EncodePosition(at), m.Time)
	value = binary.BigEndian.AppendUint32(value, m.Key.Scopes)
	return Record{KindMerchant, KeyPartKey(m.Merchant, m.Key.Key), binary.BigEndian.AppendUint32(value, m.Key.Store)}
}

// KeyPartKey is the key of the record of a merchant's key.
func KeyPartKey(merchant, key voucher.Address) []byte {
	return append(merchantKey(merchant, partKey), key[:]...)
}

// DecodeKeyPut reads from the record of a merchant's key when it was put.
func DecodeKeyPut(value []byte) (uint64, error) {
	if len(value) != positionSize+keySize {
		return 0, fmt.Errorf("key of %d bytes: %w", len(value), ErrRecord)
	}
	return binary.BigEndian.Uint64(value[positionSize:]), nil
}

// AddPart reads one record of a merchant into it. Records must come by their keys.
func (m *Merchant) AddPart(key, value []byte) error {
	if len(key) <= addressSize || len(value) < positionSize {
		return fmt.Errorf("merchant's part of %d and %d bytes: %w", len(key), len(value), ErrRecord)
	}
	part, sub, value := key[addressSize], key[addressSize+1:], value[positionSize:]
	switch {
	case part == partName && len(sub) == 0:
		m.Name = string(value)
	case part == partStore && len(sub) == 4:
		m.Stores = append(m.Stores, Store{Store: binary.BigEndian.Uint32(sub), Name: string(value)})
	case part == partKey && len(sub) == addressSize && len(value) == keySize:
		if scopes := binary.BigEndian.Uint32(value[8:]); scopes != 0 {
			m.Keys = append(m.Keys, Key{Key: voucher.Address(sub), Scopes: scopes, Store: binary.BigEndian.Uint32(value[12:])})
		}
	default:
		return fmt.Errorf("merchant's part %q: %w", part, ErrRecord)
	}
	return nil
}

// PartKeySize is the size of the key of a merchant's record that starts so.
func PartKeySize(key []byte) (int, error) {
	if len(key) <= addressSize {
		return 0, fmt.Errorf("merchant's part of %d bytes: %w", len(key), ErrRecord)
	}
	switch key[addressSize] {
	case partName:
		return addressSize + 1, nil
	case partStore:
		return addressSize + 1 + 4, nil
	case partKey:
		return addressSize + 1 + addressSize, nil
	default:
		return 0, fmt.Errorf("merchant's part %q: %w", key[addressSize], ErrRecord)
	}
}

// ReferenceRecord is the record of what a client's reference names first.
func ReferenceRecord(tag Tag, at voucher.Position) Record {
	return Record{KindReference, tag[:], EncodePosition(at)}
}

// BuyerRecord is the record of the first order that a wallet paid at a merchant.
func BuyerRecord(tag Tag, at voucher.Position) Record {
	return Record{KindBuyer, tag[:], EncodePosition(at)}
}

// TakenKey is the key of the taken serials around one.
func TakenKey(id voucher.CampaignID, serial uint32) []byte {
	return binary.BigEndian.AppendUint32(append([]byte{}, id[:]...), serial/TakenBits)
}

// Taken is a record of taken serials, nil where none is.
type Taken []byte

// Has reports whether a serial is taken.
func (t Taken) Has(serial uint32) bool {
	bit := serial % TakenBits
	return len(t) == TakenBits/8 && t[bit/8]>>(bit%8)&1 == 1
}

// FullAround reports whether all eight serials of a serial's byte are taken.
func (t Taken) FullAround(serial uint32) bool {
	return len(t) == TakenBits/8 && t[serial%TakenBits/8] == 0xff
}

// Full reports whether all serials of the record are taken.
func (t Taken) Full() bool {
	return len(t) == TakenBits/8 && !slices.ContainsFunc(t, func(b byte) bool { return b != 0xff })
}

// With is the record with one more serial.
func (t Taken) With(serial uint32) Taken {
	if len(t) == 0 {
		t = make(Taken, TakenBits/8)
	}
	bit := serial % TakenBits
	t[bit/8] |= 1 << (bit % 8)
	return t
}
