package voucher

// validName reports whether a text has 1 to most bytes and no control character of
// ASCII among them: the contract checks the same, and cannot afford more. A server
// asks more of a name before it relays.
func validName(name string, most int) bool {
	for i := range len(name) {
		if name[i] < ' ' || name[i] == del {
			return false
		}
	}
	return len(name) > 0 && len(name) <= most
}

const del = 0x7f // the last control character of ASCII
