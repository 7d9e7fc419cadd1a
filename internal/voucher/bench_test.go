package voucher_test

import (
	"testing"

	"tally/internal/voucher"
)

// BenchmarkABI is what the codecs of a redemption and of its longest event take.
func BenchmarkABI(b *testing.B) {
	c := voucher.RedeemCommand{
		Offer:  voucher.Redeem{Lines: []voucher.Line{{Serial: 7, Units: 1}}, SignedAt: 5, Deadline: 7},
		Accept: voucher.Accept{Parts: []voucher.Part{{Units: 1, Discount: 3200}}, Amount: 6400},
	}
	command, event := voucher.EncodeCommand(c), voucher.EncodeEvent(voucher.Redeemed{Amount: 6400})
	for name, do := range map[string]func(){
		"encode command": func() { voucher.EncodeCommand(c) },
		"decode command": func() { _, _ = voucher.DecodeCommand(command) },
		"encode event":   func() { voucher.EncodeEvent(voucher.Redeemed{Amount: 6400}) },
		"decode event":   func() { _, _ = voucher.DecodeEvent(event, voucher.Redeemed{}) },
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				do()
			}
		})
	}
}
