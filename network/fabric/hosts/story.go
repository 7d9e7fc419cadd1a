package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/hyperledger/fabric-gateway/pkg/client"

	"tally/network/fabric"
)

// story is the consortium and what happens to it.
type story struct {
	network  *fabric.Network
	machines map[string]*machine
	started  time.Time
	written  int
}

func play(ctx context.Context, data, chaincode string) error {
	s := &story{machines: map[string]*machine{}, started: time.Now()}
	for _, chapter := range []struct {
		says string
		does func(context.Context) error
	}{
		{"every host gets its bundle, with only its own keys", func(ctx context.Context) error { return s.found(ctx, data, chaincode) }},
		{"the hosts start by themselves, and agree on the chaincode", s.startAll},
		{"transactions pass through every organisation's peer", func(ctx context.Context) error {
			return s.write(ctx, "peer1.jasmine", "peer1.oolong", "peer1.platform")
		}},
		{"every host has every block", func(ctx context.Context) error { return s.catchUp(ctx, "oolong", "platform", "witness") }},
		{"one host is cut off: the others go on", s.cutOne},
		{"it is back, and catches up", s.healOne},
		{"two hosts are cut off: nothing is accepted", s.cutTwo},
		{"they are back: it goes on", s.healTwo},
		{"a host that lost its disk joins again with its keys", s.rejoin},
	} {
		s.say("%s", chapter.says)
		if err := chapter.does(ctx); err != nil {
			return fmt.Errorf("%s: %w; the hosts' logs are %s/*.log while this runs", chapter.says, err, data)
		}
	}
	s.say("done: all hosts have %d transactions", s.written)
	return s.endAll()
}

func (s *story) say(format string, arguments ...any) {
	fmt.Printf("%6.1f s  %s\n", time.Since(s.started).Seconds(), fmt.Sprintf(format, arguments...))
}

// found generates the network and plugs every host in with its bundle.
func (s *story) found(ctx context.Context, data, chaincode string) error {
	d, err := fabric.Form("hosts")
	if err != nil {
		return err
	}
	if s.network, err = fabric.Generate(ctx, d, fabric.Options{Dir: filepath.Join(data, "founder"), Programs: os.Getenv("TALLY_NETWORK_PROGRAMS")}); err != nil {
		return err
	}
	if err := wire(ctx); err != nil {
		return err
	}
	for _, host := range d.Hosts {
		m := &machine{host: host, dir: filepath.Join(data, host.Name), chaincode: chaincode}
		s.machines[host.Name] = m
		if err := s.network.Bundle(host.Name, m.dir); err != nil {
			return err
		}
		if err := checkKeys(m); err != nil {
			return err
		}
		if err := m.plug(ctx); err != nil {
			return err
		}
	}
	return nil
}

var errForeignKey = errors.New("a bundle has a key that is not its host's")

// checkKeys knows that in this consortium an organisation has the host of its name.
func checkKeys(m *machine) error {
	keys, err := m.keys()
	if err != nil {
		return err
	}
	for _, path := range keys {
		own := strings.HasPrefix(path, "organisations/"+m.host.Name+"/users/") || strings.Contains(path, "1."+m.host.Name+"/")
		if !own {
			return fmt.Errorf("%w: %s: %s", errForeignKey, m.host.Name, path)
		}
	}
	return nil
}

func (s *story) startAll(ctx context.Context) error {
	for _, m := range s.machines {
		if err := m.start(ctx); err != nil {
			return err
		}
	}
	return nil
}

func (s *story) endAll() error {
	for _, m := range s.machines {
		if err := m.stop(); err != nil {
			return err
		}
	}
	return nil
}

// attempt is how long one submission may take before it is tried again: writing
// the same twice does no harm here.
const attempt = 15 * time.Second

// write has each of these peers' clients write something new, and waits until it
// is accepted.
func (s *story) write(ctx context.Context, peers ...string) error {
	for _, peer := range peers {
		contract, disconnect, err := s.network.Contract(peer)
		if err != nil {
			return err
		}
		began := time.Now()
		err = until(ctx, func() error {
			short, cancel := context.WithTimeout(ctx, attempt)
			defer cancel()
			_, err := contract.SubmitWithContext(short, "write", client.WithArguments(fmt.Sprintf("note %d", s.written), "written"))
			return err
		})
		disconnect()
		if err != nil {
			return err
		}
		s.written++
		s.say("  through %s: accepted after %.1f s", peer, time.Since(began).Seconds())
	}
	return nil
}

func (s *story) cutOne(ctx context.Context) error {
	if err := s.machines["oolong"].cut(ctx); err != nil {
		return err
	}
	return s.write(ctx, "peer1.jasmine", "peer1.platform", "peer1.jasmine")
}

func (s *story) healOne(ctx context.Context) error {
	if err := s.machines["oolong"].heal(ctx); err != nil {
		return err
	}
	if err := s.catchUp(ctx, "oolong"); err != nil {
		return err
	}
	return s.write(ctx, "peer1.oolong")
}

var errAccepted = errors.New("a transaction was accepted by two of four hosts")

func (s *story) cutTwo(ctx context.Context) error {
	for _, name := range []string{"oolong", "witness"} {
		if err := s.machines[name].cut(ctx); err != nil {
			return err
		}
	}
	contract, disconnect, err := s.network.Contract("peer1.jasmine")
	if err != nil {
		return err
	}
	defer disconnect()
	short, cancel := context.WithTimeout(ctx, 20*time.Second)
	defer cancel()
	for short.Err() == nil {
		if _, err := contract.SubmitWithContext(short, "write", client.WithArguments("no note", "not written")); err == nil {
			return errAccepted
		}
	}
	return nil
}

func (s *story) healTwo(ctx context.Context) error {
	for _, name := range []string{"oolong", "witness"} {
		if err := s.machines[name].heal(ctx); err != nil {
			return err
		}
	}
	if err := s.write(ctx, "peer1.jasmine", "peer1.oolong"); err != nil {
		return err
	}
	return s.catchUp(ctx, "oolong", "witness")
}

func (s *story) rejoin(ctx context.Context) error {
	m := s.machines["platform"]
	if err := m.stop(); err != nil {
		return err
	}
	if err := s.write(ctx, "peer1.jasmine"); err != nil {
		return err
	}
	if err := m.wipe(); err != nil {
		return err
	}
	if err := m.start(ctx); err != nil {
		return err
	}
	if err := s.catchUp(ctx, "platform"); err != nil {
		return err
	}
	return s.write(ctx, "peer1.platform")
}

var errBehind = errors.New("a host is behind")

// catchUp waits until every node of the hosts has all blocks of jasmine's. Only
// then is no orderer behind: one that is counts as faulty, and four bear one.
func (s *story) catchUp(ctx context.Context, names ...string) error {
	for _, name := range names {
		began := time.Now()
		if err := until(ctx, func() error { return s.compare(ctx, name) }); err != nil {
			return err
		}
		s.say("  %s caught up after %.1f s", name, time.Since(began).Seconds())
	}
	return nil
}

func (s *story) compare(ctx context.Context, name string) error {
	want, err := s.machines["jasmine"].heights(ctx)
	if err != nil {
		return err
	}
	got, err := s.machines[name].heights(ctx)
	if err != nil {
		return err
	}
	if slices.Min(got) < slices.Max(want) {
		return fmt.Errorf("%w: %s has %v of %v blocks", errBehind, name, got, want)
	}
	return nil
}
