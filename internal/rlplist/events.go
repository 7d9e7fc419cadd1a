package rlplist

import (
	"github.com/ethereum/go-ethereum/rlp"

	"tally/internal/voucher"
)

// Encode is the RLP of a list whose members are written by write.
func Encode(write func(w rlp.EncoderBuffer)) []byte {
	w := rlp.NewEncoderBuffer(nil)
	list := w.List()
	write(w)
	w.ListEnd(list)
	raw := w.ToBytes()
	_ = w.Flush() // gives the buffer back; without a writer behind the buffer, nothing is written and nothing fails
	return raw
}

// WriteEvents appends events as log leaves and a journal's records hold them: a list, each
// event the list of voucher.EventSignature and voucher.EncodeEvent.
func WriteEvents(w rlp.EncoderBuffer, events voucher.Events) {
	list := w.List()
	for _, e := range events {
		event := w.List()
		w.WriteString(voucher.EventSignature(e))
		w.WriteBytes(voucher.EncodeEvent(e))
		w.ListEnd(event)
	}
	w.ListEnd(list)
}

// ReadEvents reads what WriteEvents writes and nothing else, as the members of the list.
// The error is ErrForm, or voucher.ErrEncoding.
func ReadEvents(list List) (voucher.Events, error) {
	events := make(voucher.Events, 0, list.Len())
	for range cap(events) {
		one := list.List()
		signature, data := one.Bytes(), one.Bytes()
		if err := one.End(); err != nil {
			return nil, err
		}
		event, err := voucher.ParseEvent(string(signature), data)
		if err != nil {
			return nil, err
		}
		events = append(events, event)
	}
	return events, list.End()
}
