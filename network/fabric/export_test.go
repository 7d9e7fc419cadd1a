package fabric

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/hyperledger/fabric-protos-go-apiv2/common"
	"github.com/hyperledger/fabric-protos-go-apiv2/msp"
	"github.com/hyperledger/fabric-protos-go-apiv2/orderer"
	"google.golang.org/protobuf/proto"
)

// Text is the description as it is kept.
func (d Description) Text() ([]byte, error) { return d.text() }

// ClockOffset measures with another clock than this host's.
func (n *Network) ClockOffset(ctx context.Context, node Node, now func() time.Time) (time.Duration, error) {
	return n.clockOffset(ctx, node, now)
}

var errNotTaken = errors.New("the orderer did not take the change of the channel")

// RemoveMember takes an organisation that has no orderers out of the channel, as
// the admins of others agree.
func (n *Network) RemoveMember(ctx context.Context, member string, admins ...string) error {
	l, err := n.link(n.here(Peer)[0], adminUser)
	if err != nil {
		return err
	}
	defer l.close()
	payload, err := l.ask(ctx, "", "cscc", "GetChannelConfig", []byte(n.description.Channel))
	if err != nil {
		return err
	}
	var config common.Config
	if err := proto.Unmarshal(payload, &config); err != nil {
		return err
	}
	before := config.GetChannelGroup().GetGroups()["Application"]
	read, write := versions(before), versions(before)
	delete(write.Groups, member)
	write.Version, write.ModPolicy = before.GetVersion()+1, before.GetModPolicy()
	update, err := proto.Marshal(&common.ConfigUpdate{
		ChannelId: n.description.Channel, ReadSet: inChannel(&config, read), WriteSet: inChannel(&config, write),
	})
	if err != nil {
		return err
	}
	envelope := &common.ConfigUpdateEnvelope{ConfigUpdate: update}
	for _, admin := range admins {
		s, err := n.signUpdate(admin, update)
		if err != nil {
			return err
		}
		envelope.Signatures = append(envelope.Signatures, s)
	}
	return n.broadcast(ctx, envelope)
}

// versions are a group without its content: what is not changed.
func versions(g *common.ConfigGroup) *common.ConfigGroup {
	same := &common.ConfigGroup{
		Version: g.GetVersion(), Groups: map[string]*common.ConfigGroup{},
		Values: map[string]*common.ConfigValue{}, Policies: map[string]*common.ConfigPolicy{},
	}
	for name, group := range g.GetGroups() {
		same.Groups[name] = &common.ConfigGroup{Version: group.GetVersion()}
	}
	for name, value := range g.GetValues() {
		same.Values[name] = &common.ConfigValue{Version: value.GetVersion()}
	}
	for name, policy := range g.GetPolicies() {
		same.Policies[name] = &common.ConfigPolicy{Version: policy.GetVersion()}
	}
	return same
}

func inChannel(config *common.Config, application *common.ConfigGroup) *common.ConfigGroup {
	return &common.ConfigGroup{
		Version: config.GetChannelGroup().GetVersion(), Groups: map[string]*common.ConfigGroup{"Application": application},
	}
}

func (n *Network) signUpdate(organisation string, update []byte) (*common.ConfigSignature, error) {
	who, sign, err := n.signer(organisation, adminUser)
	if err != nil {
		return nil, err
	}
	creator, err := proto.Marshal(&msp.SerializedIdentity{Mspid: who.MspID(), IdBytes: who.Credentials()})
	if err != nil {
		return nil, err
	}
	header, err := proto.Marshal(&common.SignatureHeader{Creator: creator, Nonce: []byte(organisation)})
	if err != nil {
		return nil, err
	}
	signature, err := sign(digest(append(append([]byte{}, header...), update...)))
	return &common.ConfigSignature{SignatureHeader: header, Signature: signature}, err
}

func (n *Network) broadcast(ctx context.Context, update *common.ConfigUpdateEnvelope) error {
	l, err := n.link(n.here(Orderer)[0], adminUser)
	if err != nil {
		return err
	}
	defer l.close()
	data, err := proto.Marshal(update)
	if err != nil {
		return err
	}
	header, err := proto.Marshal(&common.ChannelHeader{Type: int32(common.HeaderType_CONFIG_UPDATE), ChannelId: n.description.Channel})
	if err != nil {
		return err
	}
	envelope, err := l.envelope(header, data)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	stream, err := orderer.NewAtomicBroadcastClient(l.conn).Broadcast(ctx)
	if err != nil {
		return err
	}
	if err := stream.Send(envelope); err != nil {
		return err
	}
	answer, err := stream.Recv()
	if err == nil && answer.GetStatus() != common.Status_SUCCESS {
		err = fmt.Errorf("%w: %s: %s", errNotTaken, answer.GetStatus(), answer.GetInfo())
	}
	return err
}
