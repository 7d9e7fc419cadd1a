package teller

// LimitKeys has one key have fewer commands a day, so that a test need not send
// all of KeyCommands.
func (t *Teller) LimitKeys(n int) { t.keys.limit = n }
