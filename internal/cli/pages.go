package cli

import (
	"context"
	"fmt"

	"tally/internal/api"
	"tally/internal/client"
)

// Pages reads a list to its end, and shows how far it is. A server that gives the same
// cursor again would have it read for ever, and is an error.
func Pages[T any](ctx context.Context, a *App, what string, page func(context.Context, string) (api.Page[T], error)) ([]T, error) {
	list, cursor := []T{}, ""
	progress := a.Progress(what, -1)
	defer progress.End()
	for {
		p, err := page(ctx, cursor)
		if err != nil {
			return nil, err
		}
		list = append(list, p.Data...)
		progress.Set(int64(len(list)))
		if !p.HasMore {
			return list, nil
		}
		if p.NextCursor == "" || p.NextCursor == cursor {
			return nil, fmt.Errorf("%w: the list does not go on after %d %s", client.ErrNoAnswer, len(list), what)
		}
		cursor = p.NextCursor
	}
}
