package index

import (
	"encoding/binary"
	"errors"
	"fmt"
	"reflect"
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
//	outcome   o  id 32                                      position 16 | time 8 | commandHash 32 | events
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
//	reference r  merchant 20 | reference 32                 position 16 | id of the command 32
//	buyer     y  merchant 20 | wallet 20                  position 16 | id of the first order 32
//	order     p  merchant 20 | store 4 | position 16 | id 32  none
//	history   h  voucher 20 | position 16 | id 32 | verb 1 | signers, 20 each  none
//	taken     t  campaign 16 | serial / 2048, 4             256 bytes: bit serial % 2048, the lowest first
//
// Each order has two records, one of them with store 0. A command whose outcome
// alone is known has verb 0 and no signers.
//
// An event is the length of its name, 1 byte, its name, the length of its data,
// 4 bytes, and its ABI encoding. Every form has one literal in
// record_test.go, and those are the test vectors. Voucher 42 of the campaign
// 0x00…0f, claimed by 0x0011…2233 at 7.1.2:
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
const Schema = 2

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
	hashSize     = 32
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

// OutcomeRecord is the record of an accepted outcome.
func OutcomeRecord(o voucher.Outcome) Record {
	value := binary.BigEndian.AppendUint64(EncodePosition(o.Position), o.Time)
	value = append(value, o.CommandHash[:]...)
	for _, e := range o.Events {
		name, data := voucher.EventName(e), voucher.EncodeABI(e)
		value = append(append(value, byte(len(name))), name...)                          //nolint:gosec // a name of this program, below 256 bytes
		value = append(binary.BigEndian.AppendUint32(value, uint32(len(data))), data...) //nolint:gosec // of one command, at most voucher.MaxCommand
	}
	return Record{KindOutcome, o.ID[:], value}
}

// DecodeOutcome reads the record of an outcome.
func DecodeOutcome(id voucher.Hash, value []byte) (voucher.Outcome, error) {
	if len(value) < positionSize+8+hashSize {
		return voucher.Outcome{}, fmt.Errorf("outcome of %d bytes: %w", len(value), ErrRecord)
	}
	at, err := DecodePosition(value[:positionSize])
	if err != nil {
		return voucher.Outcome{}, err
	}
	value = value[positionSize:]
	o := voucher.Outcome{
		ID: id, Status: voucher.StatusAccepted, Position: at,
		Time: binary.BigEndian.Uint64(value), CommandHash: voucher.Hash(value[8 : 8+hashSize]),
	}
	for value = value[8+hashSize:]; len(value) > 0; {
		var e voucher.Event
		if e, value, err = decodeEvent(value); err != nil {
			return voucher.Outcome{}, err
		}
		o.Events = append(o.Events, e)
	}
	return o, nil
}

func decodeEvent(b []byte) (e voucher.Event, rest []byte, err error) {
	n := 1 + int(b[0])
	if len(b) < n+4 {
		return nil, nil, fmt.Errorf("event is cut off: %w", ErrRecord)
	}
	name, size := string(b[1:n]), int(binary.BigEndian.Uint32(b[n:]))
	b = b[n+4:]
	if len(b) < size {
		return nil, nil, fmt.Errorf("event %s is cut off: %w", name, ErrRecord)
	}
	for _, like := range voucher.EventTypes() {
		if voucher.EventName(like) != name {
			continue
		}
		into := reflect.New(reflect.TypeOf(like))
		if err := voucher.DecodeABI(b[:size], into.Interface()); err != nil {
			return nil, nil, fmt.Errorf("event %s: %w: %w", name, ErrRecord, err)
		}
		e, _ := into.Elem().Interface().(voucher.Event)
		return e, b[size:], nil
	}
	return nil, nil, fmt.Errorf("event %q: %w", name, ErrRecord)
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
func OrderRecord(m MerchantOrder, id voucher.Hash, at voucher.Position) Record {
	return Record{Kind: KindOrder, Key: slices.Concat(OrdersKey(m), EncodePosition(at), id[:])}
}

// DecodeOrder reads the command off the key of an order.
func DecodeOrder(key []byte) (voucher.Hash, error) {
	if len(key) != addressSize+4+positionSize+hashSize {
		return voucher.Hash{}, fmt.Errorf("order of %d bytes: %w", len(key), ErrRecord)
	}
	return voucher.Hash(key[addressSize+4+positionSize:]), nil
}

// HistoryRecord is the record of a voucher's having been touched. What happened
// to it is in the outcome.
func HistoryRecord(t Touch) Record {
	key := append(slices.Concat(RefKey(t.Ref), EncodePosition(t.Position), t.ID[:]), byte(t.Verb))
	for _, signer := range t.Signers {
		key = append(key, signer[:]...)
	}
	return Record{Kind: KindHistory, Key: key}
}

// DecodeHistory reads a touch off its key: all but its time and its events.
func DecodeHistory(key []byte) (t Touch, err error) {
	const signers = refSize + positionSize + hashSize + 1
	if len(key) < signers || (len(key)-signers)%addressSize != 0 {
		return t, fmt.Errorf("touch of %d bytes: %w", len(key), ErrRecord)
	}
	t.Ref, t.ID, t.Verb = decodeRef(key), voucher.Hash(key[refSize+positionSize:]), voucher.Verb(key[signers-1])
	for signer := range slices.Chunk(key[signers:], addressSize) {
		t.Signers = append(t.Signers, voucher.Address(signer))
	}
	t.Position, err = DecodePosition(key[refSize : refSize+positionSize])
	return t, err
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

// ReferenceKey is the key of a client's reference.
func ReferenceKey(m MerchantReference) []byte {
	return append(append([]byte{}, m.Merchant[:]...), m.Reference[:]...)
}

// ReferenceRecord is the record of what a client's reference names.
func ReferenceRecord(m MerchantReference, id voucher.Hash, at voucher.Position) Record {
	return Record{KindReference, ReferenceKey(m), append(EncodePosition(at), id[:]...)}
}

// DecodeReference reads the command that a client's reference names.
func DecodeReference(value []byte) (voucher.Hash, error) {
	if len(value) != positionSize+hashSize {
		return voucher.Hash{}, fmt.Errorf("reference of %d bytes: %w", len(value), ErrRecord)
	}
	return voucher.Hash(value[positionSize:]), nil
}

// BuyerKey is the key of a wallet that bought at a merchant.
func BuyerKey(m MerchantBuyer) []byte { return slices.Concat(m.Merchant[:], m.Wallet[:]) }

// BuyerRecord is the record of the first order that a wallet paid at a merchant.
func BuyerRecord(m MerchantBuyer, id voucher.Hash, at voucher.Position) Record {
	return Record{KindBuyer, BuyerKey(m), append(EncodePosition(at), id[:]...)}
}

// DecodeBuyer reads the first order of a wallet at a merchant.
func DecodeBuyer(value []byte) (voucher.Hash, error) {
	if len(value) != positionSize+hashSize {
		return voucher.Hash{}, fmt.Errorf("first order of %d bytes: %w", len(value), ErrRecord)
	}
	return voucher.Hash(value[positionSize:]), nil
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
