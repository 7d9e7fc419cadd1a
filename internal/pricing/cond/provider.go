package cond

import (
	"errors"
	"maps"
	"slices"

	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
)

// errForeign says that a value is used as what it is not. No expression that was judged
// does that.
var errForeign = errors.New("a value is none of the language")

// provider tells cel-go of our types: by hand, without reflection.
type provider struct {
	of map[string]fields
}

func newProvider() provider {
	return provider{map[string]fields{nameCart: cartFields(), nameLine: lineFields()}}
}

// EnumValue implements types.Provider. There are none.
func (provider) EnumValue(string) ref.Val { return types.WrapErr(errForeign) }

// FindIdent implements types.Provider. No type is a value.
func (provider) FindIdent(string) (ref.Val, bool) { return nil, false }

// FindStructType implements types.Provider.
func (p provider) FindStructType(name string) (*types.Type, bool) {
	if _, ok := p.of[name]; !ok {
		return nil, false
	}
	return types.NewTypeTypeWithParam(types.NewObjectType(name)), true
}

// FindStructFieldNames implements types.Provider.
func (p provider) FindStructFieldNames(name string) ([]string, bool) {
	of, ok := p.of[name]
	return slices.Sorted(maps.Keys(of)), ok
}

// FindStructFieldType implements types.Provider.
func (p provider) FindStructFieldType(name, field string) (*types.FieldType, bool) {
	is, ok := p.of[name][field]
	return is, ok
}

// NewValue implements types.Provider. No expression makes an object.
func (provider) NewValue(string, map[string]ref.Val) ref.Val { return types.WrapErr(errForeign) }

// NativeToValue implements types.Adapter.
func (provider) NativeToValue(value any) ref.Val {
	return types.DefaultTypeAdapter.NativeToValue(value)
}
