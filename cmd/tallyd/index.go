package main

import (
	"fmt"
	"log/slog"
	"strings"

	"tally/internal/disk"
	"tally/internal/index"
	indexmemory "tally/internal/index/memory"
	"tally/internal/index/redis"
	"tally/internal/ledger"
)

// IndexFlags choose where look-ups are answered from.
type IndexFlags struct {
	Index             string `help:"Index: memory is made again at every start, redis outlives the server and is shared by several." enum:"memory,redis" default:"memory" env:"TALLYD_INDEX"`
	Redis             string `help:"URL of Redis: redis://[user:password@]host:port/db, rediss:// for TLS, unix:///path." default:"redis://127.0.0.1:6379/0" env:"TALLYD_REDIS"`
	RedisPasswordFile string `help:"File whose first line is Redis's password, instead of the URL's." env:"TALLYD_REDIS_PASSWORD_FILE" type:"path"`
}

// openIndex opens the index of a ledger. Redis need not be there.
func (f *IndexFlags) openIndex(l ledger.Ledger, log *slog.Logger) (index.Index, func() error, error) {
	if f.Index == "memory" {
		return indexmemory.New(), func() error { return nil }, nil
	}
	password, err := f.redisPassword()
	if err != nil {
		return nil, nil, err
	}
	redis.LogTo(log)
	x, err := redis.Open(redis.Options{URL: f.Redis, Password: password, Ledger: l.ID()})
	if err != nil {
		return nil, nil, fmt.Errorf("open index: %w", err)
	}
	return x, x.Close, nil
}

func (f *IndexFlags) redisPassword() (string, error) {
	if f.RedisPasswordFile == "" {
		return "", nil
	}
	text, err := disk.ReadSecret(f.RedisPasswordFile)
	if err != nil {
		return "", fmt.Errorf("read redis password: %w", err)
	}
	line, _, _ := strings.Cut(string(text), "\n")
	return strings.TrimSuffix(line, "\r"), nil
}
