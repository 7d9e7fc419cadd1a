package cond

import (
	"maps"
	"reflect"
	"slices"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"

	"tally/internal/pricing"
)

// The types of what an expression sees beside numbers, texts, and true or false.
const (
	nameCart = "tally.Cart"
	nameLine = "tally.Line"
)

func cartType() *cel.Type  { return cel.ObjectType(nameCart) }
func lineType() *cel.Type  { return cel.ObjectType(nameLine) }
func textsType() *cel.Type { return cel.ListType(cel.StringType) }

// fields are the members of a type by their names, which are those of a cart in JSON.
type fields map[string]*types.FieldType

func cartFields() fields {
	return fields{
		"currency": field(cel.StringType, func(c *pricing.Cart) ref.Val { return types.String(c.Currency.String()) }),
		"lines":    field(cel.ListType(lineType()), func(c *pricing.Cart) ref.Val { return linesOf(c) }),
	}
}

func lineFields() fields {
	text := func(of func(l *pricing.Line) string) *types.FieldType {
		return field(cel.StringType, func(l *pricing.Line) ref.Val { return types.String(of(l)) })
	}
	number := func(of func(l *pricing.Line) uint64) *types.FieldType {
		return field(cel.IntType, func(l *pricing.Line) ref.Val { return whole(of(l)) })
	}
	return fields{
		"id":       text(func(l *pricing.Line) string { return l.ID }),
		"of":       text(func(l *pricing.Line) string { return l.Of }),
		"sku":      text(func(l *pricing.Line) string { return l.SKU }),
		"tags":     field(textsType(), func(l *pricing.Line) ref.Val { return texts(l.Tags) }),
		"unit":     number(func(l *pricing.Line) uint64 { return l.Unit }),
		"quantity": number(func(l *pricing.Line) uint64 { return l.Quantity }),
		"amount":   number(func(l *pricing.Line) uint64 { return l.Amount }),
		"reduced":  number(func(l *pricing.Line) uint64 { return l.Reduced }),
		"tax":      text(func(l *pricing.Line) string { return l.Tax }),
		"fee":      field(cel.BoolType, func(l *pricing.Line) ref.Val { return types.Bool(l.Fee) }),
		"measure":  text(func(l *pricing.Line) string { return l.Measure }),
	}
}

// field is a member of T. It is always there: what a cart leaves out is empty or 0.
func field[T any](is *cel.Type, get func(*T) ref.Val) *types.FieldType {
	return &types.FieldType{
		Type:  is,
		IsSet: func(any) bool { return true },
		GetFrom: func(from any) (any, error) {
			of, ok := from.(*T)
			if !ok {
				return nil, errForeign
			}
			return get(of), nil
		},
	}
}

// fieldNames are the names of all members.
func fieldNames() []string {
	return slices.Concat(slices.Sorted(maps.Keys(cartFields())), slices.Sorted(maps.Keys(lineFields())))
}

// whole is an amount or a number of pieces: at most pricing.MaxAmount.
func whole(n uint64) types.Int { return types.Int(n) } //nolint:gosec // below 2^53

func texts(list []string) ref.Val { return types.NewStringList(types.DefaultTypeAdapter, list) }

// linesOf are the lines of a cart as a list.
func linesOf(c *pricing.Cart) ref.Val {
	values, list := make([]opaque[pricing.Line], len(c.Lines)), make([]ref.Val, len(c.Lines))
	for i := range c.Lines {
		values[i] = opaque[pricing.Line]{&c.Lines[i], lineType}
		list[i] = &values[i]
	}
	return types.NewRefValList(types.DefaultTypeAdapter, list)
}

// opaque is a cart or a line in the interpreter: it has members, and nothing else can be
// done with it.
type opaque[T any] struct {
	value *T
	is    func() *cel.Type
}

// ConvertToNative implements ref.Val.
func (*opaque[T]) ConvertToNative(reflect.Type) (any, error) { return nil, errForeign }

// ConvertToType implements ref.Val.
func (*opaque[T]) ConvertToType(ref.Type) ref.Val { return types.WrapErr(errForeign) }

// Equal implements ref.Val. No expression compares carts or lines: see judgeTypes.
func (*opaque[T]) Equal(ref.Val) ref.Val { return types.WrapErr(errForeign) }

// Type implements ref.Val.
func (o *opaque[T]) Type() ref.Type { return o.is() }

// Value implements ref.Val.
func (o *opaque[T]) Value() any { return o.value }
