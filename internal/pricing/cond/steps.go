package cond

import (
	"cel.dev/cel-go/common/cost"
	"cel.dev/cel-go/common/types"

	"tally/internal/pricing"
)

// A step is one of cel-go's units of cost: a name, a member, a comparison, an item that is
// looked at. Steps are counted on the largest cart, and again while an expression runs.

// perLine are the steps of a line in quantity and amount: they run outside of the
// interpreter, and a line with 16 tags takes less time there than two steps in it.
const perLine = 2

// functionSteps are the steps of our functions.
func functionSteps() (models []cost.OverloadModel) {
	for _, name := range []string{nameQuantity, nameAmount} {
		for _, form := range []string{ofCart, ofTag} {
			models = append(models, cost.Overload(name+form, cost.EvalCost(cost.Const(perLine*pricing.MaxLines))))
		}
	}
	return models
}

// sizes are the limits of a cart: how long its lists and texts may be.
type sizes struct{}

// EstimateSize implements cost.Estimator.
func (sizes) EstimateSize(node cost.AstNode) *cost.SizeEstimate {
	path := node.Path()
	if len(path) == 0 {
		return nil // a literal, which has a size of its own
	}
	most := uint64(pricing.MaxSKU) // the longest text
	if node.Type().Kind() == types.ListKind {
		most = map[string]uint64{"lines": pricing.MaxLines, "tags": pricing.MaxTags, "areas": pricing.MaxAreas}[path[len(path)-1]]
	}
	size := cost.RangedSizeEstimate(0, most)
	return &size
}

// EstimateCallCost implements cost.Estimator. Calls cost what their models say.
func (sizes) EstimateCallCost(string, string, *cost.AstNode, []cost.AstNode) *cost.CallEstimate {
	return nil
}
