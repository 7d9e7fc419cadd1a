package voucher

// Roll lists who was ever named, in the order of their naming.
type Roll struct {
	Members []Address `json:"members"`
}

// enroll adds a name to the end of a roll that may have most of them; false where
// it has as many already.
func (r *ruling) enroll(key string, name Address, most int) bool {
	var roll Roll
	_, err := read(r.state, key, &roll)
	r.keep(err)
	if len(roll.Members) >= most {
		return false
	}
	r.put(key, Roll{Members: append(roll.Members, name)})
	return true
}
