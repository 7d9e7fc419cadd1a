package journal

// Dump is everything that the state has, for tests that compare two of them.
func (l *Ledger) Dump() map[string]string {
	all := map[string]string{}
	it, err := l.state.db.NewIter(nil)
	if err != nil {
		panic(err)
	}
	for it.First(); it.Valid(); it.Next() {
		all[string(it.Key())] = string(it.Value())
	}
	if err := it.Close(); err != nil {
		panic(err)
	}
	return all
}
