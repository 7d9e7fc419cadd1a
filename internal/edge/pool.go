package edge

import (
	"net/netip"
	"sync"
)

// Pool is room that strangers share: places, or bytes. While there is room,
// anybody may have it; nobody may have all of it. An address gets no more once it
// holds more than is free, the network around it once it holds twice as much as is
// free, and the network around that once it holds four times as much. So one
// address alone comes to a half of the room, one network to two thirds or to four
// fifths, ten networks together to 40 parts of 41, and a stranger who holds
// nothing finds room still. These are the dynamic thresholds of Choudhury and
// Hahne (1998).
type Pool struct {
	size int64

	mu   sync.Mutex
	used int64
	of   map[netip.Prefix]*holding
}

// holding is what one network holds of a pool.
type holding struct {
	network netip.Prefix
	used    int64
}

// networks is how many networks are looked at around an address, its own with it.
const networks = 3

// thresholds are how many times what is free a network may hold, the nearest first.
func thresholds() [networks]int64 { return [networks]int64{1, 2, 4} }

// NewPool is a pool of a size.
func NewPool(size int64) *Pool {
	return &Pool{size: size, of: map[netip.Prefix]*holding{}}
}

// Place is what somebody holds of a pool.
type Place struct {
	pool     *Pool
	n        int64      // 0 once it was left
	holdings []*holding // the nearest network first
}

// Take is a place of n for an origin. It is nil where there is no room for that
// origin now. Nobody waits.
func (p *Pool) Take(from origin, n int64) *Place {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.used+n > p.size {
		return nil
	}
	if _, beyond := p.beyond(from); beyond {
		return nil
	}
	place := &Place{pool: p, n: n}
	p.used += n
	for _, network := range from {
		h := p.of[network]
		if h == nil {
			h = &holding{network: network}
			p.of[network] = h
		}
		h.used += n
		place.holdings = append(place.holdings, h)
	}
	return place
}

// beyond is the nearest network around an origin that holds more than it may. The
// pool is locked.
func (p *Pool) beyond(from origin) (netip.Prefix, bool) {
	free, times := p.size-p.used, thresholds()
	for i, network := range from {
		if h := p.of[network]; h != nil && h.used > times[i]*free {
			return network, true
		}
	}
	return netip.Prefix{}, false
}

// Full is whether nothing is left, and else the network, if there is one, that
// keeps an origin from more.
func (p *Pool) Full(from origin) (full bool, network netip.Prefix) {
	p.mu.Lock()
	defer p.mu.Unlock()
	network, _ = p.beyond(from)
	return p.used >= p.size, network
}

// Used is how much is held.
func (p *Pool) Used() int64 {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.used
}

// Leave gives a place back, once.
func (p *Place) Leave() {
	p.pool.mu.Lock()
	defer p.pool.mu.Unlock()
	p.pool.used -= p.n
	for _, h := range p.holdings {
		if h.used -= p.n; h.used == 0 {
			delete(p.pool.of, h.network)
		}
	}
	p.n, p.holdings = 0, nil
}

// crowd is how much the networks of a place hold, the widest first: who is to
// make room is compared by it.
func (p *Place) crowd() (held [networks]int64) {
	p.pool.mu.Lock()
	defer p.pool.mu.Unlock()
	for i, h := range p.holdings {
		held[networks-1-i] = h.used
	}
	return held
}

// within reports whether a place is one of a network's.
func (p *Place) within(network netip.Prefix) bool {
	p.pool.mu.Lock()
	defer p.pool.mu.Unlock()
	for _, h := range p.holdings {
		if h.network == network {
			return true
		}
	}
	return false
}
