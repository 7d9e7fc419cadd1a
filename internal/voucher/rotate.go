package voucher

// RotateRoot replaces a merchant's root key at once. Author: the root in force.
type RotateRoot struct {
	Author   Address `json:"author"`
	Merchant Address `json:"merchant"`
	Version  uint32  `json:"version"`
	Root     Address `json:"root"`
	Deadline uint64  `json:"deadline"`
}

func (RotateRoot) verb() Verb { return VerbRotateRoot }

func (RotateRoot) provenVerb() Verb { return VerbRotateRootProven }

func (in RotateRoot) flaw() string { return missing("root", in.Root) }

func (in RotateRoot) author() Address { return in.Author }

func (in RotateRoot) holder() Address { return in.Root }

func (in RotateRoot) touches(Hash) []string { return touchedMerchant(in.Merchant) }

func (RotateRoot) reads() []string { return nil }

// RootSet replaces a merchant's root from an instant on. Its version is the
// merchant's where the root named its successor, and the operators' own where
// the operators did.
type RootSet struct {
	Merchant  Address `json:"merchant"`
	Version   uint32  `json:"version"`
	Root      Address `json:"root"`
	Effective uint64  `json:"effective"`
}

func (RootSet) isEvent() {}

func (in RotateRoot) judge(r *ruling) Kind {
	m, standing, kind := r.changeByRoot(rootChange{in.Author, in.Merchant, in.Version, in.Deadline, false})
	if kind != KindAccepted {
		return kind
	}
	m.Root, standing.RootSince = in.Root, r.now
	r.putMerchant(in.Merchant, m, standing)
	r.emit(RootSet{Merchant: in.Merchant, Version: m.Version, Root: in.Root, Effective: r.now})
	return KindAccepted
}
