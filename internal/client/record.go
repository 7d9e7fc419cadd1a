package client

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"

	"tally/internal/api"
	"tally/internal/voucher"
)

// What a client does with the records of orders and returns that a server keeps. As gives
// it its token: of a till of the store, of a key that may roll back, or of the root.

// Record is the record of a redemption, a capture or a rollback that was deposited. It
// takes the server's word for it: the hash that was signed is in the command's outcome.
func (c *Client) Record(ctx context.Context, command voucher.Hash) (info api.RecordInfo, err error) {
	return info, about(c.get(ctx, recordPath(command), &info), &info.Command, command)
}

// Deposit has the server keep the record of a redemption, a capture or a rollback. The
// record is on the server's disk when Deposit returns; added is false where it was before.
// The same may be sent again.
func (c *Client) Deposit(ctx context.Context, command voucher.Hash, record string, salt voucher.Hash) (kept api.RecordKept, added bool, err error) {
	body, err := json.Marshal(api.RecordRequest{Record: record, Salt: salt})
	if err != nil {
		return kept, false, fmt.Errorf("encode request: %w", err)
	}
	r, err := c.exchange(ctx, http.MethodPut, recordPath(command), body, "")
	if err != nil {
		return kept, false, err
	}
	added = r.status == http.StatusCreated
	if added {
		err = r.valueOf(http.StatusCreated, &kept)
	} else {
		err = r.value(&kept)
	}
	return kept, added, about(err, &kept.Command, command)
}

// DepositIsOver reports whether the same record has the same answer for good: it is another
// one than was signed, or was erased.
func DepositIsOver(err error) bool {
	var p *api.Problem
	return errors.As(err, &p) && slices.Contains([]string{
		api.FaultOtherRecord.Code(), api.FaultRecordErased.Code(), api.FaultInvalidRequest.Code(), api.FaultBodyTooLarge.Code(),
	}, p.Code)
}

// EraseRecord has the server remove a record for good. The same may be sent again.
func (c *Client) EraseRecord(ctx context.Context, command voucher.Hash) error {
	r, err := c.exchange(ctx, http.MethodDelete, recordPath(command), nil, "")
	if err != nil {
		return err
	}
	var erased api.RecordErased
	err = r.value(&erased)
	return about(err, &erased, api.RecordErased{Command: command, Erased: true})
}

func recordPath(command voucher.Hash) string { return "/v1/commands/" + command.String() + "/record" }
