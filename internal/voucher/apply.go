package voucher

// Authored is a command and the authors that its signatures recovered to. Package intent
// makes one (Domain.Author), once: recovering is what a command costs most.
type Authored struct {
	Command Command
	Authors Authors
}

// Authors are what package intent recovered from a command's signatures. A
// signature that nobody made recovers to the zero address.
type Authors struct {
	ID      Hash      // digest of the first intent
	Second  Hash      // digest of the second intent, or zero
	Signers []Address // one for each of the command's signatures, in order
}

// signedBy reports whether the i-th signature is by the author that the intent names.
func (a Authors) signedBy(i int, author Address) bool {
	return i < len(a.Signers) && !author.IsZero() && a.Signers[i] == author
}

// Apply judges a command and, if it accepts it, changes the state. now is the
// ledger's clock in Unix seconds; it is never assumed to run forward.
//
// A refusal writes nothing. The error is non-nil only where the state could
// not be read or written; then the outcome is unknown and what was written must
// be discarded. Position and CommandHash are the ledger's to fill in.
//
// Every rule checks in this order, and so does the contract, so that both
// refuse with the same kind: what examine judges, deadline, then state from the
// general (merchant, campaign) to the particular (voucher), line by line.
func Apply(s State, c Command, a Authors, now uint64) (Outcome, error) {
	r := &ruling{state: s, now: now, authors: a}
	kind := r.judge(c)
	out := Outcome{ID: a.ID, Status: StatusRefused, Kind: kind, Time: now}
	if r.err != nil {
		return Outcome{ID: a.ID}, r.err
	}
	if kind != KindAccepted {
		return out, nil
	}
	for _, w := range r.writes {
		if err := s.Put(w.key, w.value); err != nil {
			return Outcome{ID: a.ID}, err
		}
	}
	out.Status, out.Events = StatusAccepted, r.events
	return out, nil
}

// ruling is one judgement under way. Writes and events are kept back until all
// checks have passed; the first failure to read is kept in err.
type ruling struct {
	state   State
	now     uint64
	authors Authors
	writes  []write
	events  []Event
	err     error
}

type write struct {
	key   string
	value []byte
}

func (r *ruling) judge(c Command) Kind {
	kind := examine(c, r.authors)
	if one, ok := c.(ruled); ok && kind == KindAccepted {
		return one.judge(r)
	}
	return kind
}

// checkDeadline judges a deadline that may be life seconds away.
func (r *ruling) checkDeadline(deadline, life uint64) Kind {
	switch {
	case r.now > deadline:
		return KindDeadlinePassed
	case deadline > r.now+life:
		return KindDeadlineTooFar
	default:
		return KindAccepted
	}
}

func (r *ruling) put(key string, record any) {
	r.writes = append(r.writes, write{key, EncodeABI(record)})
}

func (r *ruling) putVoucher(ref Ref, v Voucher) Slot {
	slot := v.Pack()
	r.writes = append(r.writes, write{voucherKey(ref), slot[:]})
	return slot
}

func (r *ruling) emit(e Event) { r.events = append(r.events, e) }

// keep remembers the first failure to read the state.
func (r *ruling) keep(err error) {
	if r.err == nil {
		r.err = err
	}
}

func (r *ruling) campaign(c CampaignID) (Campaign, bool) {
	record, ok, err := ReadCampaign(r.state, c)
	r.keep(err)
	return record, ok
}

func (r *ruling) voucher(ref Ref) (Voucher, bool) {
	v, ok, err := ReadVoucher(r.state, ref)
	r.keep(err)
	return v, ok
}

// number reads a record of one number; none is 0.
func (r *ruling) number(key string) uint64 {
	n, _ := r.numberAt(key)
	return n
}

func (r *ruling) numberAt(key string) (uint64, bool) {
	var n number
	ok, err := read(r.state, key, &n)
	r.keep(err)
	return n.Value, ok
}
