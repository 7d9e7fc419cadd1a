package fabricproof

import (
	"github.com/hyperledger/fabric-protos-go-apiv2/common"
	"github.com/hyperledger/fabric-protos-go-apiv2/orderer"
	"google.golang.org/protobuf/proto"

	"tally/internal/ledger/fabric/blocks"
)

// The groups and values of a channel's configuration that are read here.
const (
	ordererGroup     = "Orderer"
	applicationGroup = "Application"
	organisationMSP  = "MSP"
	capabilities     = "Capabilities"
	consensusType    = "ConsensusType"
	consentersValue  = "Orderers"
	bft              = "BFT"
	blockValidation  = rootPath + ordererGroup + "/BlockValidation"
	lifecyclePolicy  = rootPath + applicationGroup + "/LifecycleEndorsement"
)

// configuration is what the channel agreed on at some height.
type configuration struct {
	channel      string
	sequence     uint64
	config       *common.ConfigGroup
	policies     *group
	members      *identities
	endorsers    map[string]string // MSP id of an endorsing organisation to its group's name
	consenters   map[uint32]*common.Consenter
	bft          bool
	blockSigners policy
}

// readConfiguration reads the configuration of a channel.
func readConfiguration(channel string, from *common.Config) (*configuration, error) {
	root := from.GetChannelGroup()
	c := &configuration{
		channel: channel, sequence: from.GetSequence(), config: root, policies: readGroup(root),
		members:   &identities{organisations: map[string]*organisation{}, known: map[string]*identity{}},
		endorsers: map[string]string{}, consenters: map[uint32]*common.Consenter{},
	}
	if err := c.checkCapabilities(); err != nil {
		return nil, err
	}
	for _, name := range []string{ordererGroup, applicationGroup} {
		if err := c.readMembers(name); err != nil {
			return nil, err
		}
	}
	if c.blockSigners = c.policies.find(blockValidation); c.blockSigners == nil {
		return nil, because(ErrConfiguration, "no policy says who signs blocks")
	}
	return c, c.readConsenters()
}

// checkCapabilities wants the rules of Fabric 2 or later: earlier ones judge
// members and transactions in another way.
func (c *configuration) checkCapabilities() error {
	for _, wanted := range []struct {
		in    *common.ConfigGroup
		names []string
	}{
		{c.config, []string{"V2_0", "V3_0"}},
		{c.config.GetGroups()[applicationGroup], []string{"V2_0", "V2_5"}},
	} {
		var has common.Capabilities
		if err := value(wanted.in, capabilities, &has); err != nil {
			return err
		}
		if has.GetCapabilities()[wanted.names[0]] == nil && has.GetCapabilities()[wanted.names[1]] == nil {
			return because(ErrUnsupported, "its capabilities are none of %v", wanted.names)
		}
	}
	return nil
}

// value reads a value of a group; one that is not there is empty.
func value(in *common.ConfigGroup, name string, into proto.Message) error {
	if err := blocks.Unmarshal(in.GetValues()[name].GetValue(), into); err != nil {
		return because(ErrConfiguration, "%s cannot be read: %s", name, err)
	}
	return nil
}

// readMembers reads the organisations of a group. One may be in both.
func (c *configuration) readMembers(of string) error {
	for name, g := range c.config.GetGroups()[of].GetGroups() {
		o, err := readOrganisation(g.GetValues()[organisationMSP].GetValue())
		if err != nil {
			return err
		}
		c.members.organisations[o.id] = o
		if of == applicationGroup {
			c.endorsers[o.id] = name
		}
	}
	return nil
}

func (c *configuration) readConsenters() error {
	var kind orderer.ConsensusType
	var all common.Orderers
	in := c.config.GetGroups()[ordererGroup]
	if err := value(in, consensusType, &kind); err != nil {
		return err
	}
	if err := value(in, consentersValue, &all); err != nil {
		return err
	}
	c.bft = kind.GetType() == bft
	for _, one := range all.GetConsenterMapping() {
		c.consenters[one.GetId()] = one
	}
	if c.bft && len(c.consenters) == 0 {
		return because(ErrConfiguration, "a BFT channel without orderers")
	}
	return nil
}

// quorum is how many of the consenters must have signed a block under BFT. Any two
// quorums share a consenter that does not lie.
func (c *configuration) quorum() int {
	n := len(c.consenters)
	faulty := (n - 1) / 3
	return (n + faulty + 2) / 2
}

// configurationOf reads the configuration of a configuration block, without
// asking where it comes from. last is the update that it came from.
func configurationOf(payload *common.Payload, channel *common.ChannelHeader) (c *configuration, last *common.Envelope, err error) {
	var envelope common.ConfigEnvelope
	if err := blocks.Unmarshal(payload.GetData(), &envelope); err != nil {
		return nil, nil, because(ErrConfiguration, "it cannot be read: %s", err)
	}
	c, err = readConfiguration(channel.GetChannelId(), envelope.GetConfig())
	return c, envelope.GetLastUpdate(), err
}
