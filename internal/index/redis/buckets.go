package redis

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"

	"tally/internal/index"
	"tally/internal/voucher"
)

// Vouchers are kept eight in a bucket, by their serials. What is found by a tag or by a
// wallet is kept in buckets, too, whose number grows with what is in them: with n of
// them, an item's is its hash modulo the power of two above n, or, where there is no such
// bucket yet, modulo half of it. The next bucket is split off the one that has what
// belongs there, one at a time (linear hashing).
//
// The hash is salted with the generation's name, so that nobody outside finds ids or
// wallets that are all in one bucket.
const (
	perVouchers = 8  // serials of one bucket
	perTags     = 16 // items that a bucket of tags has on average, at most
	perWallets  = 10 // the same of wallets' vouchers, whose items are longer
	heavyBucket = 2048
	heavyWallet = 8 // vouchers of a wallet that leave such a bucket for a list
	headSize    = 8 + 4
	refSize     = 16 + 4
	tries       = 4 // to read a bucket while the number of buckets changes
)

// salt chooses among the hashes that spread items over buckets.
type salt [4]uint32

func saltOf(generation string) (s salt) {
	const bits26 = 1<<26 - 1 // add.lua adds four products with 24 bits, exactly up to 2^53
	sum := sha256.Sum256([]byte(generation))
	for i := range s {
		s[i] = binary.BigEndian.Uint32(sum[4*i:]) & bits26
	}
	return s
}

// bucket is the number of the bucket of an item that begins so, of n. It reads 12 bytes.
func (s salt) bucket(item []byte, n uint32) uint32 {
	const prime = 1<<31 - 1
	var sum uint64
	for i, by := range s {
		b := item[3*i:]
		sum += (uint64(b[0])<<16 | uint64(b[1])<<8 | uint64(b[2])) * uint64(by)
	}
	h := uint32(sum % prime)
	half := uint32(1)
	for half <= n/2 {
		half *= 2
	}
	if b := h % (2 * half); b < n {
		return b
	}
	return h % half
}

// bucketField is the field of a bucket.
func bucketField(number uint32) string {
	return string(binary.BigEndian.AppendUint32(nil, number))
}

// encodeHead is what stands beside buckets: how many items there are, and how many buckets.
func encodeHead(items uint64, buckets uint32) []byte {
	return binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint64(nil, items), buckets)
}

func decodeHead(b []byte) (buckets uint32, err error) {
	if len(b) != headSize {
		return 0, fmt.Errorf("head of buckets of %d bytes: %w", len(b), index.ErrRecord)
	}
	if buckets = binary.BigEndian.Uint32(b[8:]); buckets == 0 || buckets > 1<<30 {
		return 0, fmt.Errorf("%d buckets: %w", buckets, index.ErrRecord)
	}
	return buckets, nil
}

// eachTagged goes through a bucket of tags.
func eachTagged(bucket []byte, yield func(tag index.Tag, at voucher.Position)) error {
	for len(bucket) > 0 {
		var tag index.Tag
		if len(bucket) < len(tag) {
			return fmt.Errorf("tag of %d bytes: %w", len(bucket), index.ErrRecord)
		}
		tag = index.Tag(bucket)
		at, rest, err := unpack(bucket[len(tag):])
		if err != nil {
			return err
		}
		yield(tag, at)
		bucket = rest
	}
	return nil
}

// eachOwned goes through a bucket of wallets' vouchers.
func eachOwned(bucket []byte, yield func(wallet voucher.Address, acquired voucher.Position, ref voucher.Ref)) error {
	for len(bucket) > 0 {
		var wallet voucher.Address
		if len(bucket) < len(wallet) {
			return fmt.Errorf("wallet of %d bytes: %w", len(bucket), index.ErrRecord)
		}
		wallet = voucher.Address(bucket)
		acquired, rest, err := unpack(bucket[len(wallet):])
		if err != nil {
			return err
		}
		ref, rest, err := cutRef(rest)
		if err != nil {
			return err
		}
		yield(wallet, acquired, ref)
		bucket = rest
	}
	return nil
}

func cutRef(b []byte) (ref voucher.Ref, rest []byte, err error) {
	if len(b) < refSize {
		return ref, nil, fmt.Errorf("voucher's id of %d bytes: %w", len(b), index.ErrRecord)
	}
	return voucher.Ref{Campaign: voucher.CampaignID(b), Serial: binary.BigEndian.Uint32(b[16:])}, b[refSize:], nil
}

// voucherField is the field of a voucher's bucket: its campaign and its serial without
// the last three bits, which say which of the bucket's vouchers it is.
func voucherField(ref voucher.Ref) (field []byte, low byte) {
	field = binary.BigEndian.AppendUint32(append(make([]byte, 0, 20), ref.Campaign[:]...), ref.Serial/perVouchers)
	return field, byte(ref.Serial % perVouchers)
}

// kept is a voucher of a bucket: its record, and where it was touched lately.
type kept struct {
	low     byte
	value   index.VoucherValue
	touches []index.Place
}

// Flags of a voucher in a bucket; above them is how many touches it has there.
const (
	flagAcquirer = 1 << iota // who got it is not the owner
	flagAcquired             // it was not got by the entry that left it so
	flagNobody               // nobody got it, as far as is known
	flagBits     = iota
)

// A voucher of a bucket is: the last three bits of its serial, 1 byte; how many bytes
// follow, 1; slot 32; position of the entry that left it so, packed; flags and number of
// touches, 1; who got it 20, and by which entry, packed, where the flags say so; then
// each touch: verb 1, position packed.

// eachKept goes through the vouchers of a bucket: the one of a serial's last bits, or all.
func eachKept(bucket []byte, wanted func(low byte) bool, yield func(kept)) error {
	for len(bucket) > 0 {
		if len(bucket) < 2 || len(bucket) < 2+int(bucket[1]) || bucket[0] >= perVouchers {
			return fmt.Errorf("voucher is cut off: %w", index.ErrRecord)
		}
		low, end := bucket[0], 2+int(bucket[1])
		if wanted(low) {
			one, err := decodeKept(low, bucket[2:end])
			if err != nil {
				return err
			}
			yield(one)
		}
		bucket = bucket[end:]
	}
	return nil
}

// findKept is one voucher of a bucket; ok is false where it is not there.
func findKept(bucket []byte, low byte) (one kept, ok bool, err error) {
	err = eachKept(bucket, func(l byte) bool { return l == low }, func(k kept) { one, ok = k, true })
	return one, ok, err
}

func decodeKept(low byte, b []byte) (k kept, err error) {
	k.low = low
	if len(b) < len(k.value.Slot) {
		return k, fmt.Errorf("slot of %d bytes: %w", len(b), index.ErrRecord)
	}
	k.value.Slot = voucher.Slot(b)
	if k.value.As, b, err = unpack(b[len(k.value.Slot):]); err != nil {
		return k, err
	}
	if len(b) == 0 {
		return k, fmt.Errorf("voucher without flags: %w", index.ErrRecord)
	}
	flags := b[0]
	if b, err = decodeAcquired(&k.value, flags, b[1:]); err != nil {
		return k, err
	}
	for range flags >> flagBits {
		var p index.Place
		if p, b, err = cutPlace(b); err != nil {
			return k, err
		}
		k.touches = append(k.touches, p)
	}
	if len(b) > 0 {
		return k, fmt.Errorf("voucher has %d bytes too many: %w", len(b), index.ErrRecord)
	}
	return k, nil
}

// decodeAcquired reads who got a voucher, and by which entry.
func decodeAcquired(v *index.VoucherValue, flags byte, b []byte) (rest []byte, err error) {
	if flags&flagNobody != 0 {
		return b, nil
	}
	v.Acquirer, v.Acquired = v.Slot.Unpack().Owner, v.As
	if flags&flagAcquirer != 0 {
		if len(b) < len(v.Acquirer) {
			return nil, fmt.Errorf("acquirer of %d bytes: %w", len(b), index.ErrRecord)
		}
		v.Acquirer, b = voucher.Address(b), b[len(v.Acquirer):]
	}
	if flags&flagAcquired != 0 {
		if v.Acquired, b, err = unpack(b); err != nil {
			return nil, err
		}
	}
	return b, nil
}

func cutPlace(b []byte) (p index.Place, rest []byte, err error) {
	if len(b) == 0 {
		return p, nil, fmt.Errorf("touch of no bytes: %w", index.ErrRecord)
	}
	p.Verb = voucher.Verb(b[0])
	p.Position, rest, err = unpack(b[1:])
	return p, rest, err
}
