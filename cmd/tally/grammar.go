package main

import (
	"context"

	"tally/internal/cli"
	"tally/internal/cli/auditor"
	"tally/internal/cli/merchant"
	"tally/internal/cli/operator"
	"tally/internal/cli/till"
	"tally/internal/cli/wallet"
	"tally/internal/demo"
)

// grammar has one field for each family of commands.
type grammar struct {
	cli.Globals

	Key        cli.KeyCmd            `cmd:"" help:"Make and list keys."`
	Ledger     cli.LedgerCmd         `cmd:"" help:"Show which ledger the server serves."`
	Operator   operator.Cmd          `cmd:"" help:"Run the system: admit merchants, change the operators."`
	Merchant   merchant.Cmd          `cmd:"" help:"Show a merchant; open stores; let tills in."`
	Campaign   merchant.CampaignCmd  `cmd:"" help:"Create, show, change and audit campaigns."`
	Ticket     wallet.TicketCmd      `cmd:"" help:"Vouch, as an attestor, that a wallet belongs to one person."`
	Claim      wallet.ClaimCmd       `cmd:"" help:"Claim a voucher."`
	Wallet     wallet.ListCmd        `cmd:"" help:"List a wallet's vouchers."`
	Show       wallet.ShowCmd        `cmd:"" help:"Show a voucher to its holder."`
	History    wallet.HistoryCmd     `cmd:"" help:"List what happened to a voucher, and who signed it."`
	Transfer   wallet.TransferCmd    `cmd:"" help:"Give a voucher away."`
	Quote      wallet.QuoteCmd       `cmd:"" help:"Say what vouchers take off a cart, and why the others do not."`
	Code       wallet.CodeCmd        `cmd:"" help:"Sign the code that a wallet shows at the till."`
	Redeem     till.RedeemCmd        `cmd:"" help:"Accept a code at a till."`
	Hold       till.HoldCmd          `cmd:"" help:"Reserve at a till now, and take later."`
	Till       till.AgentCmd         `cmd:"" help:"Run the agent of a till that cannot sign."`
	Cancel     wallet.CancelCmd      `cmd:"" help:"Make sure that a code can never be accepted."`
	Rollback   merchant.RollbackCmd  `cmd:"" help:"Give back what a redemption took."`
	Return     merchant.ReturnCmd    `cmd:"" help:"Take items of an order back: the refund, and what returns to vouchers."`
	Order      merchant.OrderCmd     `cmd:"" help:"Records of orders and returns with the server: deposit, show, erase."`
	Void       merchant.VoidCmd      `cmd:"" help:"End a voucher."`
	Issue      merchant.IssueCmd     `cmd:"" help:"Give vouchers to the wallets of a list."`
	Outbox     cli.OutboxCmd         `cmd:"" help:"What was signed, and has no known outcome."`
	Status     cli.StatusCmd         `cmd:"" help:"Settle an unknown outcome."`
	Receipt    auditor.ReceiptCmd    `cmd:"" help:"Take away the proof that a command was accepted."`
	Pins       auditor.PinsCmd       `cmd:"" help:"Print what an auditor pins of a ledger."`
	Checkpoint auditor.CheckpointCmd `cmd:"" help:"Take away the log's latest checkpoint, and see that it only grew."`
	Export     auditor.ExportCmd     `cmd:"" help:"Write an evidence pack of a history."`
	Doctor     cli.DoctorCmd         `cmd:"" help:"Find what is wrong with the set-up."`
	Demo       demo.Cmd              `cmd:"" help:"Play a whole story on this machine, from issue to audit."`
	Manual     cli.ManualCmd         `cmd:"" help:"Print the manual, for man or as Markdown."`
	Completion cli.CompletionCmd     `cmd:"" help:"Print a completion script for a shell."`
}

// run carries out one command line and returns its exit code.
func run(ctx context.Context, m cli.Main, args []string) int {
	var g grammar
	return m.Run(ctx, args, &g, &g.Globals)
}
