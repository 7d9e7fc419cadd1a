package fabric_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"

	"github.com/hyperledger/fabric-gateway/pkg/client"
	"github.com/hyperledger/fabric-protos-go-apiv2/common"
	"github.com/hyperledger/fabric-protos-go-apiv2/ledger/rwset"
	"github.com/hyperledger/fabric-protos-go-apiv2/ledger/rwset/kvrwset"
	"github.com/hyperledger/fabric-protos-go-apiv2/peer"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/proto"

	"tally/internal/intent"
	"tally/internal/ledger/fabric"
	"tally/internal/ledger/fabric/wire"
	"tally/internal/ledger/ledgertest"
	"tally/internal/voucher"
	"tally/network/fabric/fabrictest"
)

// TestAttack_Fabric has one network for all attacks on this ledger. Each is by
// somebody who can reach a server, and has no key, or one of its own only.
func TestAttack_Fabric(t *testing.T) {
	c := start(t, "small")
	t.Run("GarbageLeavesNothing", c.garbageLeavesNothing)
	t.Run("GarbageBesideHonestCommands", c.garbageBesideHonestCommands)
	t.Run("GarbagePastTheDriver", c.garbagePastTheDriver)
	t.Run("RefusedLeavesNothing", c.refusedLeavesNothing)
	t.Run("RefusedVoidsNobody", c.refusedVoidsNobody)
}

// unsigned are commands of every verb about a shop's first voucher, signed for
// another ledger: nobody that they name has signed them for this one. n of them,
// each of its own id.
func (s *shop) unsigned(n int) (commands []voucher.Command) {
	forger := *s.World
	forger.Domain = intent.NewDomain(ledgertest.LedgerID(99))
	ref, owners := s.vouchers[0], []voucher.Address{s.Alice.Address}
	for i := uint32(0); len(commands) < n; i++ {
		version, id := 100+i, voucher.Hash{byte(i), byte(i >> 8), 7}
		offer := forger.Offer(s.Alice, ref)
		offer.SignedAt += uint64(i)
		commands = append(
			commands,
			forger.Admit(ledgertest.NewActor(fmt.Sprint("nobody ", i)), "Nobody"), forger.PutStore(version, 9, "Nowhere"),
			forger.PutKey(version, voucher.Address{2, byte(i)}, 1, 1), forger.Create(forger.Terms(version, nil)),
			forger.Change(voucher.ChangeCampaign{Campaign: s.campaign, Version: version}),
			forger.Claim(s.Alice, s.campaign, version, version), forger.Issue(s.Merchant, s.campaign, version, owners...),
			forger.Deliver(id, owners, 0), forger.Transfer(s.Alice, voucher.Address{3, byte(i)}, ref),
			forger.Join(s.Alice, offer, s.Till, forger.Accept(offer)), forger.Cancel(s.Alice, offer), forger.TillCancel(s.Till, s.Alice, offer),
			forger.Capture(id, 1, ledgertest.Take(ref, 1, 0)), forger.Release(id, ref),
			forger.Rollback(s.Merchant, id, ledgertest.Return(ref, 1, 1, 0)), forger.Void(s.Merchant, ref),
			forger.RotateRoot(s.Merchant, ledgertest.NewActor(fmt.Sprint("nobody ", i))),
		)
	}
	return commands[:n]
}

// garbageLeavesNothing: a thousand commands that nobody signed are refused, and
// the channel has not one block more.
func (c *channel) garbageLeavesNothing(t *testing.T) {
	s := c.shop(t, 2)
	before := s.height(t)
	for batch := range slices.Chunk(s.unsigned(1000), 500) {
		outcomes, err := s.Ledger.Submit(t.Context(), s.Domain.AuthorAll(batch...))
		require.NoError(t, err)
		for i, o := range outcomes {
			require.Equal(t, voucher.StatusRefused, o.Status, "%T", batch[i])
		}
	}
	require.Equal(t, before, s.height(t))
}

// garbageBesideHonestCommands: what the driver leaves out is in no transaction.
func (c *channel) garbageBesideHonestCommands(t *testing.T) {
	s := c.shop(t, 51)
	before := s.height(t)
	garbage := s.unsigned(450)
	commands := slices.Clone(garbage)
	for i, ref := range s.vouchers[1:] {
		commands = slices.Insert(commands, i*8, voucher.Command(s.Redeem(s.Alice, ref)))
	}
	outcomes, err := s.Ledger.Submit(t.Context(), s.Domain.AuthorAll(commands...))
	require.NoError(t, err)
	require.Equal(t, 50, accepted(outcomes))
	calls := c.calls(t, s, before)
	require.NotEmpty(t, calls)
	requireNoneOf(t, s, calls, garbage)
}

// garbagePastTheDriver: a server that sends all that it is sent puts garbage into
// its blocks; no key of it is read, so nobody voids honest commands by it.
func (c *channel) garbagePastTheDriver(t *testing.T) {
	s := c.shop(t, 11)
	before := s.height(t)
	garbage := slices.DeleteFunc(s.unsigned(100), func(c voucher.Command) bool {
		return len(c.Signatures()) == 0 // a delivery is signed by nobody
	})[:90]
	var args [][]byte
	for _, command := range garbage {
		args = append(args, voucher.EncodeCommand(command))
	}
	for _, ref := range s.vouchers[1:] {
		args = append(args, voucher.EncodeCommand(s.Redeem(s.Alice, ref)))
	}
	require.NoError(t, through(c, c.Endpoints()[0], func(network *client.Network) error {
		_, err := network.GetContract(s.opts.Chaincode).SubmitWithContext(t.Context(), wire.FunctionSubmit, client.WithBytesArguments(args...))
		return err
	}))
	_, err := s.Ledger.Wait(t.Context(), voucher.Position{Block: before})
	require.NoError(t, err)
	calls := c.calls(t, s, before)
	require.Len(t, calls, 1)
	require.Len(t, calls[0].commands, 100)
	requireUnread(t, s, calls, garbage)
}

// refusedLeavesNothing: what is well signed and refused is in no transaction
// either, and tells what the rules say of it in its place of the batch.
func (c *channel) refusedLeavesNothing(t *testing.T) {
	s := c.shop(t, 40)
	var stale, commands []voucher.Command
	for _, ref := range s.vouchers[:20] {
		s.Must(s.Redeem(s.Alice, ref))
		stale = append(stale, s.Transfer(s.Alice, s.Bob.Address, ref), s.Claim(s.Alice, s.campaign, 9000+ref.Serial, ref.Serial)) // an ordinal out of turn
	}
	before := s.height(t)
	for i, ref := range s.vouchers[20:] {
		offer := s.Offer(s.Alice, ref)
		commands = append(commands, stale[2*i], s.sale(offer, 2*i), stale[2*i+1], s.sale(offer, 2*i+1)) // the same code at a second till
	}
	outcomes, err := s.Ledger.Submit(t.Context(), s.Domain.AuthorAll(commands...))
	require.NoError(t, err)
	for i, o := range outcomes {
		switch i % 4 {
		case 1:
			require.Equal(t, voucher.KindAccepted, o.Kind, "%d", i)
		case 3:
			require.Equal(t, voucher.KindAlreadyUsed, o.Kind, "%d", i)
		default:
			require.Equal(t, voucher.StatusRefused, o.Status, "%d", i)
		}
	}
	calls := c.calls(t, s, before)
	total := 0
	for _, call := range calls {
		total += len(call.commands)
	}
	require.Equal(t, 20, total, "what was refused is in a block")
	requireUnread(t, s, calls, stale)
	before = s.height(t)
	outcomes, err = s.Ledger.Submit(t.Context(), s.Domain.AuthorAll(stale...))
	require.NoError(t, err)
	require.Zero(t, accepted(outcomes))
	require.Equal(t, before, s.height(t), "a block for refusals alone")
}

// refusedVoidsNobody: somebody moves a voucher of its own at one server, and has
// commands about it refused at another. Honest sales there are voided by none.
func (c *channel) refusedVoidsNobody(t *testing.T) {
	s := c.shop(t, 41)
	honest, ok := s.Ledger.(*fabric.Ledger)
	require.True(t, ok)
	other := open(t, s.opts)
	mine := s.vouchers[0]
	ctx, stop := context.WithCancel(t.Context())
	var attack sync.WaitGroup
	attack.Go(func() {
		for i := uint64(1); ctx.Err() == nil; i++ {
			offer := s.Offer(s.Alice, mine)
			offer.SignedAt += min(i, 50) // the rules take no codes of before the claim, nor of more than a minute ahead
			_, err := other.Submit(context.WithoutCancel(ctx), s.Domain.AuthorAll(s.Cancel(s.Alice, offer)))
			if err != nil && !errors.Is(err, fabric.ErrVoided) {
				t.Error(err)
				return
			}
		}
	})
	for i, ref := range s.vouchers[1:] {
		void := s.Transfer(s.Alice, voucher.Address{9, byte(i)}, mine) // the terms do not allow it
		outcomes, err := honest.Submit(t.Context(), s.Domain.AuthorAll(s.Redeem(s.Alice, ref), void))
		require.NoError(t, err)
		require.Equal(t, voucher.KindAccepted, outcomes[0].Kind)
		require.Equal(t, voucher.StatusRefused, outcomes[1].Status)
	}
	stop()
	attack.Wait()
	require.Zero(t, honest.Voided())
	head, err := honest.Head(t.Context())
	require.NoError(t, err)
	moved := 0
	for e, err := range honest.Events(t.Context(), voucher.Position{}, head) {
		require.NoError(t, err)
		if _, ok := e.Outcome.Events[0].(voucher.OfferCancelled); ok {
			moved++
		}
	}
	require.Greater(t, moved, 5, "the attacker was not there")
}

// requireNoneOf wants no command of a list in any transaction, and no key that
// only they name in any read set.
func requireNoneOf(t *testing.T, s *shop, calls []call, none []voucher.Command) {
	t.Helper()
	for _, call := range calls {
		for _, raw := range call.commands {
			command, err := voucher.DecodeCommand(raw)
			require.NoError(t, err)
			require.False(t, slices.ContainsFunc(none, func(c voucher.Command) bool { return s.Domain.ID(c) == s.Domain.ID(command) }), "%T is in a block", command)
		}
	}
	requireUnread(t, s, calls, none)
}

// requireUnread wants no key that only these commands name in any read set: not
// one of those that the accepted commands beside them read.
func requireUnread(t *testing.T, s *shop, calls []call, none []voucher.Command) {
	t.Helper()
	honest := map[string]bool{wire.LedgerKey: true}
	for _, call := range calls {
		for _, raw := range call.commands {
			command, err := voucher.DecodeCommand(raw)
			require.NoError(t, err)
			if !slices.ContainsFunc(none, func(c voucher.Command) bool { return s.Domain.ID(c) == s.Domain.ID(command) }) {
				for _, key := range voucher.Reads(command) {
					honest[key] = true
				}
			}
		}
	}
	theirs := 0
	for _, command := range none {
		for _, key := range voucher.Reads(command) {
			if honest[key] {
				continue
			}
			theirs++
			for _, call := range calls {
				require.NotContains(t, call.reads, key, "%T", command)
			}
		}
	}
	require.Positive(t, theirs, "they name no key of their own")
}

// call is a transaction of a chaincode, as a block has it.
type call struct {
	commands [][]byte
	reads    []string // keys
}

// height is how many blocks the ledger knows of.
func (s *shop) height(t *testing.T) uint64 {
	t.Helper()
	head, err := s.Ledger.Head(t.Context())
	require.NoError(t, err)
	return head.Block
}

// calls are the transactions of a shop's chaincode in the blocks from a number on.
func (c *channel) calls(t *testing.T, s *shop, from uint64) (all []call) {
	t.Helper()
	to := s.height(t)
	if from == to {
		return nil
	}
	ctx, cancel := context.WithTimeout(t.Context(), fabrictest.Patience)
	defer cancel()
	require.NoError(t, through(c, c.Endpoints()[0], func(network *client.Network) error {
		blocks, err := network.BlockEvents(ctx, client.WithStartBlock(from))
		if err != nil {
			return err
		}
		for block := range blocks {
			for _, raw := range block.GetData().GetData() {
				all = append(all, callOf(t, raw, s.opts.Chaincode)...)
			}
			if block.GetHeader().GetNumber()+1 == to {
				return nil
			}
		}
		return ctx.Err()
	}))
	return all
}

// callOf is a transaction of a chaincode, if it is one.
func callOf(t *testing.T, raw []byte, chaincode string) []call {
	t.Helper()
	read := func(raw []byte, into proto.Message) { require.NoError(t, proto.Unmarshal(raw, into)) }
	var envelope common.Envelope
	var payload common.Payload
	var transaction peer.Transaction
	var action peer.ChaincodeActionPayload
	var proposal peer.ChaincodeProposalPayload
	var invocation peer.ChaincodeInvocationSpec
	var response peer.ProposalResponsePayload
	var result peer.ChaincodeAction
	var sets rwset.TxReadWriteSet
	read(raw, &envelope)
	read(envelope.GetPayload(), &payload)
	read(payload.GetData(), &transaction)
	read(transaction.GetActions()[0].GetPayload(), &action)
	read(action.GetChaincodeProposalPayload(), &proposal)
	read(proposal.GetInput(), &invocation)
	if invocation.GetChaincodeSpec().GetChaincodeId().GetName() != chaincode {
		return nil
	}
	read(action.GetAction().GetProposalResponsePayload(), &response)
	read(response.GetExtension(), &result)
	read(result.GetResults(), &sets)
	one := call{commands: invocation.GetChaincodeSpec().GetInput().GetArgs()[1:]}
	for _, set := range sets.GetNsRwset() {
		if set.GetNamespace() != chaincode {
			continue
		}
		var keys kvrwset.KVRWSet
		read(set.GetRwset(), &keys)
		for _, r := range keys.GetReads() {
			one.reads = append(one.reads, r.GetKey())
		}
	}
	return []call{one}
}
