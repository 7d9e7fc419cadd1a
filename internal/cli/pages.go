package cli

import (
	"context"

	"tally/internal/api"
)

// Pages reads a list to its end.
func Pages[T any](ctx context.Context, page func(context.Context, string) (api.Page[T], error)) ([]T, error) {
	list, cursor := []T{}, ""
	for {
		p, err := page(ctx, cursor)
		if err != nil {
			return nil, err
		}
		list = append(list, p.Data...)
		if !p.HasMore {
			return list, nil
		}
		cursor = p.NextCursor
	}
}
