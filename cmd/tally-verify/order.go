package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"tally/internal/audit/order"
	"tally/internal/audit/pack"
	"tally/internal/audit/pins"
	"tally/internal/audit/receipt"
	"tally/internal/ledger"
	"tally/internal/money"
	"tally/internal/pricing"
	"tally/internal/terminal"
	"tally/internal/voucher"
	"tally/internal/zone"
)

// Order checks the price of an order.
type Order struct {
	Receipt  string   `required:"" help:"Receipt of the redemption, or of the capture." placeholder:"FILE" type:"path"`
	Record   string   `required:"" help:"The order record that wallet or till kept." placeholder:"FILE" type:"path"`
	Salt     string   `required:"" help:"The salt that was kept with the record: 0x and 64 hex digits." placeholder:"0x…"`
	Campaign []string `help:"Receipt of the creation of a campaign, for its terms. Once for each campaign of the order." placeholder:"FILE" type:"path"`
	Pack     string   `help:"Evidence pack that has the campaigns, for their terms. A pack of everything shows first purchases, too." placeholder:"FILE" type:"path"`
	Zoneinfo string   `help:"Directory of compiled time zones, for stores whose clock is not their campaign's. Without it, those that this program was built with." placeholder:"DIR" type:"path"`
}

// Help is shown below the usage.
func (Order) Help() string {
	return `The receipt shows what the ledger took: which vouchers, how many units, how much off which sum, and the hash
of the order's details. The record has the cart. The price is computed anew from the record and the campaigns'
terms, and the first number that differs is named. What is in the cart, only the store and its customer know: the hash
shows that the till signed this cart and no other.

Example: tally-verify --pins pins.json order --receipt sale.receipt --campaign campaign.receipt --record order.json --salt 0x51c7…`
}

// orderReport is the report of an order whose price holds.
type orderReport struct {
	Holds         bool             `json:"holds"`
	Engine        string           `json:"engine"`
	Merchant      voucher.Address  `json:"merchant"`
	Store         uint32           `json:"store"`
	At            uint64           `json:"at"`         // of the order
	LedgerTime    uint64           `json:"ledgerTime"` // of the sale
	Offset        int16            `json:"offset"`     // minutes by which the store's clock was ahead of UTC
	Currency      voucher.Currency `json:"currency"`
	List          uint64           `json:"list"`
	Reduced       uint64           `json:"reduced"`
	Amount        uint64           `json:"amount"`
	Discount      uint64           `json:"discount"`
	Tax           uint64           `json:"tax"`
	Tender        uint64           `json:"tender"`
	Due           uint64           `json:"due"`
	Vouchers      []orderedVoucher `json:"vouchers"`
	FirstPurchase string           `json:"firstPurchase"` // not_used, checked or not_checked
	Details       voucher.Hash     `json:"details"`
	Redemption    voucher.Hash     `json:"redemption"`
	Position      voucher.Position `json:"position"`
}

// orderedVoucher is what an order took of a voucher.
type orderedVoucher struct {
	Voucher  string `json:"voucher"`
	Had      uint64 `json:"had"`
	Units    uint64 `json:"units"`
	Discount uint64 `json:"discount"`
	Tender   bool   `json:"tender"`
}

// Run checks it.
func (c *Order) Run(ctx context.Context, p *program) error {
	pinned, err := p.pinned()
	if err != nil {
		return err
	}
	salt, err := voucher.ParseHash(c.Salt)
	if err != nil {
		return misusedError{errors.New("--salt: 0x and 64 hex digits are wanted")}
	}
	if c.Pack == "" && len(c.Campaign) == 0 {
		return misusedError{errors.New("--campaign or --pack is missing: the price follows from the campaign's terms")}
	}
	zones, err := openZones(c.Zoneinfo)
	if err != nil {
		return err
	}
	text, err := readFile(c.Record, pricing.MaxRecord)
	if err != nil {
		return err
	}
	record, err := pricing.ReadRecord(text)
	if err != nil {
		return mistaken(fmt.Errorf("the record: %w", err), c.Record, kindRecord)
	}
	receipts := receipt.NewVerifier(pinned)
	sale, redemption, err := c.sale(receipts)
	if err != nil {
		return err
	}
	history, err := c.history(ctx, p, receipts, pinned, sale)
	if err != nil {
		return err
	}
	found, err := order.Check(history, pinned.Ledger, record, salt, zones)
	if err != nil {
		return priceError{err, order.Signed(sale, record, salt)}
	}
	return p.order(c.report(record, sale, redemption, found))
}

// openZones is the database in a directory, or the one of this program.
func openZones(dir string) (zone.Database, error) {
	if dir == "" {
		return zone.BuiltIn(), nil
	}
	zones, err := zone.Open(dir)
	if err != nil {
		return zones, misusedError{err}
	}
	return zones, nil
}

// priceError says what is wrong with the price of an order, and whether the till signed
// the record that says so.
type priceError struct {
	err    error
	signed bool
}

// Error is what is wrong, and who signed it.
func (e priceError) Error() string {
	var d *pricing.DifferenceError
	switch {
	case errors.As(e.err, &d) && d.Path == "details":
		return e.err.Error() + ": the till signed another record, or the salt is not the one that was kept with it"
	case e.signed:
		return e.err.Error() + ". The till signed this record"
	default:
		return e.err.Error() + ". The till did not sign this record with this salt"
	}
}

// Unwrap is what is wrong.
func (e priceError) Unwrap() error { return e.err }

// sale is what the receipt proves.
func (c *Order) sale(receipts *receipt.Verifier) (order.Sale, voucher.Hash, error) {
	raw, err := readFile(c.Receipt, receipt.MaxReceipt)
	if err != nil {
		return order.Sale{}, voucher.Hash{}, err
	}
	entry, _, err := receipts.Verify(raw)
	if err != nil {
		return order.Sale{}, voucher.Hash{}, mistaken(fmt.Errorf("the receipt: %w", err), c.Receipt, "receipt")
	}
	sale, err := order.SaleOf(entry)
	if err != nil {
		err = fmt.Errorf("the receipt: %w", err)
	}
	return sale, entry.Outcome.ID, err
}

// history is what the receipts of campaigns and the pack prove.
func (c *Order) history(ctx context.Context, p *program, receipts *receipt.Verifier, pinned pins.Pins, sale order.Sale) (*order.History, error) {
	h := order.NewHistory(sale)
	for _, file := range c.Campaign {
		raw, err := readFile(file, receipt.MaxReceipt)
		if err != nil {
			return nil, err
		}
		entry, _, err := receipts.Verify(raw)
		if err != nil {
			return nil, mistaken(fmt.Errorf("%s: %w", file, err), file, "receipt")
		}
		if err := h.Count(entry); err != nil {
			return nil, err
		}
	}
	if c.Pack == "" {
		return h, nil
	}
	err := Account{}.over(p, c.Pack, func(in io.Reader, kept *state, _ *account) error {
		report, err := pack.Verify(ctx, in, pack.Check{Pins: pinned, State: kept, Each: func(_ int64, e ledger.Entry) error { return h.Count(e) }})
		if err == nil && report.Replayed {
			h.Whole()
		}
		return err
	})
	if err != nil {
		return nil, mistaken(fmt.Errorf("the pack: %w", err), c.Pack, "pack")
	}
	return h, nil
}

func (c *Order) report(r pricing.Record, sale order.Sale, redemption voucher.Hash, found order.Report) orderReport {
	report := orderReport{
		Holds: true, Engine: pricing.Engine, Merchant: r.Merchant, Store: r.Store, At: r.At, LedgerTime: sale.Time, Offset: r.Offset,
		Currency: r.Cart.Currency, List: r.Totals.List, Reduced: r.Totals.Reduced, Amount: r.Totals.Amount, Discount: r.Totals.Discount,
		Tax: r.Totals.Tax, Tender: r.Totals.Tender, Due: r.Totals.Due, Details: sale.Details, Redemption: redemption, Position: sale.Position,
	}
	for _, t := range r.Vouchers {
		report.Vouchers = append(report.Vouchers, orderedVoucher{t.Ref.String(), t.Had, t.Units, t.Discount, t.Tender})
	}
	switch {
	case !r.FirstPurchase:
		report.FirstPurchase = "not_used"
	case found.FirstPurchase:
		report.FirstPurchase = "checked"
	default:
		report.FirstPurchase = "not_checked"
	}
	return report
}

func (p *program) order(r orderReport) error {
	if p.JSON {
		return p.print(r)
	}
	clock := func(unix uint64) string { return terminal.Clock(unix, []voucher.Offset{{Minutes: r.Offset}}) }
	sum := func(n uint64) string { return money.Text(n, r.Currency) }
	p.lines(
		"HOLDS",
		fmt.Sprintf("redemption %s", r.Redemption),
		fmt.Sprintf("priced     %s by %s, sold %s, at %s of the ledger", clock(r.At), r.Engine, clock(r.LedgerTime), r.Position),
		fmt.Sprintf("store      %d of %s, its clock %+d minutes from UTC", r.Store, terminal.Address(r.Merchant), r.Offset),
		fmt.Sprintf("order      %s - %s reduced by the store; %s to pay before vouchers", sum(r.List), sum(r.Reduced), sum(r.Amount)),
	)
	for _, v := range r.Vouchers {
		does := "takes off"
		if v.Tender {
			does = "pays"
		}
		p.lines(fmt.Sprintf("voucher    %s %s %s, for %d of %d units", v.Voucher, does, sum(v.Discount), v.Units, v.Had))
	}
	p.lines(
		fmt.Sprintf("due        %s, with %s of tax", sum(r.Due), sum(r.Tax)),
		"signed     the till signed this record: details "+r.Details.String(),
	)
	switch r.FirstPurchase {
	case "checked":
		p.lines("first      the customer's first purchase, by the whole history")
	case "not_checked":
		p.lines("first      that it is the customer's first purchase was not checked: that takes a pack of everything")
	}
	return nil
}
