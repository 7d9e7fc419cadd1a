package ledgertest

import (
	"reflect"
	"strings"

	"tally/internal/voucher"
)

// mutate changes one or two parts of what v points to, once in odds times.
// What v shares with others stays as it is.
func (g *Generator) mutate(v any, odds int) {
	if g.rnd.IntN(odds) != 0 {
		return
	}
	for range 1 + g.rnd.IntN(2) {
		g.mutateValue(reflect.ValueOf(v).Elem())
	}
}

func (g *Generator) mutateValue(v reflect.Value) {
	switch v.Kind() {
	case reflect.Struct:
		g.mutateValue(v.Field(g.rnd.IntN(v.NumField())))
	case reflect.Slice:
		g.mutateSlice(v)
	case reflect.String:
		v.SetString(pick(g, []string{
			"", "x", "läß", "a\nb", "\x7f", "\x1f", strings.Repeat("q", 32), strings.Repeat("q", 33), strings.Repeat("n", 128), strings.Repeat("n", 129),
			strings.Repeat("r", 256), strings.Repeat("r", 257), strings.Repeat("t", 8192), strings.Repeat("t", 8193),
		}))
	case reflect.Bool:
		v.SetBool(!v.Bool())
	case reflect.Int16:
		v.SetInt(pick(g, []int64{0, 1, -1, 15, -15, 840, -840, 855, -855, -32768, 32767, 480, -480}))
	case reflect.Array:
		g.mutateBytes(v)
	default:
		g.mutateNumber(v)
	}
}

// mutateSlice empties, cuts, grows or reorders a list, or mutates an element.
func (g *Generator) mutateSlice(v reflect.Value) {
	n := v.Len()
	fresh := reflect.MakeSlice(v.Type(), n, n+1)
	reflect.Copy(fresh, v)
	switch g.rnd.IntN(5) {
	case 0:
		fresh = reflect.Zero(v.Type())
	case 1:
		fresh = fresh.Slice(0, max(n, 1)-1)
	case 2:
		extra := reflect.New(v.Type().Elem()).Elem()
		if n > 0 && g.rnd.IntN(2) == 0 {
			extra.Set(v.Index(g.rnd.IntN(n)))
		} else {
			g.mutateValue(extra)
		}
		fresh = reflect.Append(fresh, extra)
	case 3:
		if n > 1 {
			reflect.Swapper(fresh.Interface())(g.rnd.IntN(n), g.rnd.IntN(n))
		}
	default:
		if n > 0 {
			g.mutateValue(fresh.Index(g.rnd.IntN(n)))
		}
	}
	v.Set(fresh)
}

// mutateBytes names another one, none, or changes a bit.
func (g *Generator) mutateBytes(v reflect.Value) {
	switch g.rnd.IntN(4) {
	case 0:
		v.SetZero()
		return
	case 1:
		i := g.rnd.IntN(v.Len())
		v.Index(i).SetUint(v.Index(i).Uint() ^ uint64(1<<g.rnd.IntN(8)))
		return
	}
	switch v.Interface().(type) {
	case voucher.Address:
		v.Set(reflect.ValueOf(pick(g, g.cast.all)))
	case voucher.CampaignID:
		v.Set(reflect.ValueOf(pick(g, append(g.campaigns[:len(g.campaigns):len(g.campaigns)], voucher.CampaignID{}))))
	case voucher.Hash:
		v.Set(reflect.ValueOf(pick(g, append(g.ids[:len(g.ids):len(g.ids)], voucher.Hash{9}))))
	case voucher.Currency:
		v.Set(reflect.ValueOf(pick(g, []voucher.Currency{{'U', 'S', 'D'}, {'J', 'P', 'Y'}, {'h', 'k', 'd'}})))
	}
}

// mutateNumber chooses what is next to the number or to a limit.
func (g *Generator) mutateNumber(v reflect.Value) {
	old, now := v.Uint(), g.now
	quarter := now - now%voucher.Quarter
	n := pick(g, []uint64{
		0, 1, 2, 3, 4, 15, 16, 17, old + 1, old - 1, old + 15, old - 15, old * 2, old + 60, old + 61, old + 600, old + 601,
		old + voucher.Quarter, old + 86400, old + 86401, now, now + 1, now - 1, now + 60, now + 61,
		3660, 3661, 65535, 65536, 366 * 86400, 366*86400 + voucher.Quarter,
		1<<31 - 1, 1 << 31, 1<<31 + 1, 1<<32 - 1, 1 << 32, 1<<36 - 1, 1 << 36, 1<<53 - 1, 1 << 53, 1 << 63, 1<<64 - 1,
		voucher.MaxInstant, voucher.MaxInstant + 1, voucher.MaxInstant + voucher.Quarter,
		now + 3660*86400, quarter + voucher.Quarter, quarter + 3660*86400,
		now + voucher.HoldLife, now + voucher.HoldLife + 1, now + voucher.ApprovalLife, now + voucher.ApprovalLife + 1,
		now + voucher.AuditorLife, now + voucher.AuditorLife + 1, old - voucher.CancelLife, old - voucher.TillCancel,
	})
	if v.OverflowUint(n) {
		n = old ^ 1
	}
	v.SetUint(n)
}
