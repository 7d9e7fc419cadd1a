package voucher

import "fmt"

// An issued voucher appears with the first command that needs it: the command
// carries its place in the issue's list, and the proof of it.

// Place is where an issue's list names a voucher's owner: the relayer adds it
// to the first command that needs an issued voucher. A zero issue stands for
// none.
type Place struct {
	Issue Hash   `json:"issue"`
	Index uint32 `json:"index"`
	Path  []Hash `json:"path"` // the RFC 6962 inclusion proof, at most 32 hashes
}

// misplaced is the flaw of places where there are some, and not one for each line.
func misplaced(places []Place, lines int) string {
	for i, p := range places {
		if len(p.Path) > MaxProof {
			return overlong(fmt.Sprintf("places[%d]", i), p)
		}
	}
	if len(places) == 0 || len(places) == lines {
		return ""
	}
	return fmt.Sprintf("places: none are wanted, or one for each of the offer's %d lines, not %d", lines, len(places))
}

// placeOf is the place of a line, or none.
func placeOf(places []Place, line int) Place {
	if len(places) == 0 {
		return Place{}
	}
	return places[line]
}

// find reads a voucher, or lets it appear for the owner at the place. What
// appears is told, and for the caller to write.
func (r *ruling) find(ref Ref, c Campaign, owner Address, p Place) (Voucher, Kind) {
	if v, ok := r.voucher(ref); ok {
		return v, KindAccepted
	}
	if p.Issue.IsZero() {
		return Voucher{}, KindUnknownVoucher
	}
	list, ok := r.issuance(p.Issue)
	if !ok || list.Campaign != ref.Campaign || p.Index >= list.Count || ref.Serial != list.serial(c, p.Index) {
		return Voucher{}, KindBadPlace
	}
	return r.appear(ref, c, owner, p, list)
}

// appear lets a voucher appear that is not there yet, if the list names its owner.
func (r *ruling) appear(ref Ref, c Campaign, owner Address, p Place, list Issuance) (Voucher, Kind) {
	if !leadsTo(list.Root, issueLeaf(p.Index, owner), p.Index, list.Count, p.Path) {
		return Voucher{}, KindBadPlace
	}
	v := Voucher{Owner: owner, Units: c.Units, Expiry: list.Expiry, State: StateClaimed}
	r.emit(VoucherDelivered{
		Campaign: ref.Campaign, Serial: ref.Serial, Voucher: v.Pack(), Issue: p.Issue, Index: p.Index,
	})
	return v, KindAccepted
}

// serial is which voucher an entry owns: issues take serials from the top down.
func (i Issuance) serial(c Campaign, index uint32) uint32 { return c.Cap - 1 - (i.First + index) }

func (r *ruling) issuance(issue Hash) (Issuance, bool) {
	record, ok, err := ReadIssuance(r.state, issue)
	r.keep(err)
	return record, ok
}
