package fabricproof

import (
	"strings"

	"github.com/hyperledger/fabric-protos-go-apiv2/common"
	"google.golang.org/protobuf/proto"

	"tally/internal/ledger/fabric/blocks"
)

// follows holds a configuration to the one before it and to the update that it
// came from: the next sequence, signed by those who may change what it changes,
// and nothing else changed.
func (c *configuration) follows(before *configuration, last *common.Envelope) error {
	if c.channel != before.channel {
		return because(ErrConfiguration, "it is of channel %q", c.channel)
	}
	if c.sequence != before.sequence+1 {
		return because(ErrConfiguration, "sequence %d comes after %d", c.sequence, before.sequence)
	}
	var payload common.Payload
	var signed common.ConfigUpdateEnvelope
	var sets common.ConfigUpdate
	for _, part := range []struct {
		raw  func() []byte
		into proto.Message
	}{{last.GetPayload, &payload}, {payload.GetData, &signed}, {signed.GetConfigUpdate, &sets}} {
		if err := blocks.Unmarshal(part.raw(), part.into); err != nil {
			return because(ErrConfiguration, "its update cannot be read: %s", err)
		}
	}
	if sets.GetChannelId() != before.channel {
		return because(ErrConfiguration, "its update is of channel %q", sets.GetChannelId())
	}
	u := &update{before: before, by: before.members.signers(updateSignatures(&signed))}
	if err := read(before.config, sets.GetReadSet(), "Channel"); err != nil {
		return err
	}
	made, err := u.group(before.config, sets.GetReadSet(), sets.GetWriteSet(), "Channel", before.policies)
	if err != nil {
		return err
	}
	if !proto.Equal(made, c.config) {
		return because(ErrConfiguration, "it is not what its update makes of the one before")
	}
	return nil
}

func updateSignatures(signed *common.ConfigUpdateEnvelope) (set []signature) {
	for _, s := range signed.GetSignatures() {
		var header common.SignatureHeader
		if blocks.Unmarshal(s.GetSignatureHeader(), &header) != nil {
			continue
		}
		message := append(append([]byte(nil), s.GetSignatureHeader()...), signed.GetConfigUpdate()...)
		set = append(set, signature{header.GetCreator(), message, s.GetSignature()})
	}
	return set
}

// read holds what an update has read to the configuration: the same versions.
func read(now, set *common.ConfigGroup, path string) error {
	if now == nil || now.GetVersion() != set.GetVersion() {
		return because(ErrConfiguration, "its update read version %d of %s", set.GetVersion(), path)
	}
	for name, g := range set.GetGroups() {
		if err := read(now.GetGroups()[name], g, path+"/"+name); err != nil {
			return err
		}
	}
	for name, v := range set.GetValues() {
		if is := now.GetValues()[name]; is == nil || is.GetVersion() != v.GetVersion() {
			return because(ErrConfiguration, "its update read version %d of %s/%s", v.GetVersion(), path, name)
		}
	}
	for name, p := range set.GetPolicies() {
		if is := now.GetPolicies()[name]; is == nil || is.GetVersion() != p.GetVersion() {
			return because(ErrConfiguration, "its update read version %d of %s/%s", p.GetVersion(), path, name)
		}
	}
	return nil
}

// update is a change of a configuration, and who signed it.
type update struct {
	before *configuration
	by     []*identity
}

// item is what groups, values and policies have in common.
type item interface {
	GetVersion() uint64
	GetModPolicy() string
}

// changes reports whether an update changes an item. An item that the update writes
// in the version that it read stays as it is. What is new may be written freely,
// for the group that it comes into has to be changed for it. What was there needs
// its next version and the signatures of those who may change it.
func (u *update) changes(now, was, written item, path string, policies *group) (bool, error) {
	switch {
	case was != nil && was.GetVersion() == written.GetVersion():
		return false, nil
	case now == nil && written.GetVersion() == 0:
		return true, nil
	case now == nil || written.GetVersion() != now.GetVersion()+1:
		return false, because(ErrConfiguration, "its update writes version %d of %s", written.GetVersion(), path)
	}
	allowed := u.policy(now.GetModPolicy(), policies)
	if allowed == nil || !allowed(u.by) {
		return false, because(ErrConfiguration, "%s was changed without those who may (%s)", path, now.GetModPolicy())
	}
	return true, nil
}

// policy is the policy of a name, seen from a group.
func (u *update) policy(name string, from *group) policy {
	if strings.HasPrefix(name, "/") {
		return u.before.policies.find(name)
	}
	if from == nil || name == "" {
		return nil
	}
	return from.find(name)
}

// group is what an update makes of a group.
func (u *update) group(now, was, written *common.ConfigGroup, path string, policies *group) (*common.ConfigGroup, error) {
	changed, err := u.changes(some(now), some(was), written, path, policies)
	if err != nil {
		return nil, err
	}
	made := &common.ConfigGroup{
		Version: now.GetVersion(), ModPolicy: now.GetModPolicy(),
		Groups: map[string]*common.ConfigGroup{}, Values: map[string]*common.ConfigValue{}, Policies: map[string]*common.ConfigPolicy{},
	}
	if changed { // its members are those that are written
		made.Version, made.ModPolicy = written.GetVersion(), written.GetModPolicy()
	} else {
		proto.Merge(made, now)
	}
	m := members{u, path, policies, changed}
	if err := overlay(m, made.GetValues(), now.GetValues(), was.GetValues(), written.GetValues()); err != nil {
		return nil, err
	}
	if err := overlay(m, made.GetPolicies(), now.GetPolicies(), was.GetPolicies(), written.GetPolicies()); err != nil {
		return nil, err
	}
	for name, g := range written.GetGroups() {
		if err := m.mayAppear(name, now.GetGroups()[name] != nil); err != nil {
			return nil, err
		}
		var below *group
		if policies != nil {
			below = policies.groups[name]
		}
		if made.GetGroups()[name], err = u.group(now.GetGroups()[name], was.GetGroups()[name], g, path+"/"+name, below); err != nil {
			return nil, err
		}
	}
	return made, nil
}

// members are what is in a group that an update writes.
type members struct {
	*update
	path     string
	policies *group
	changed  bool
}

// mayAppear refuses a member that is new in a group that was not changed for it.
func (m members) mayAppear(name string, there bool) error {
	if there || m.changed {
		return nil
	}
	return because(ErrConfiguration, "%s/%s appears in a group that was not changed", m.path, name)
}

// overlay puts the values, or policies, that an update writes over those that
// were there.
func overlay[T interface {
	comparable
	item
}](m members, made, now, was, written map[string]T) error {
	for name, w := range written {
		is, there := now[name]
		if err := m.mayAppear(name, there); err != nil {
			return err
		}
		changed, err := m.changes(some(is), some(was[name]), w, m.path+"/"+name, m.policies)
		if err != nil {
			return err
		}
		if made[name] = w; !changed {
			made[name] = is
		}
	}
	return nil
}

// some is an item. Where there is none, it is nil without a type.
func some[T interface {
	comparable
	item
}](is T) item {
	var none T
	if is == none {
		return nil
	}
	return is
}
