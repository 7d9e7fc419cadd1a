package main

import (
	"fmt"
	"log/slog"
	"strings"

	redisgo "github.com/redis/go-redis/v9"

	"tally/internal/disk"
	"tally/internal/index"
	indexmemory "tally/internal/index/memory"
	"tally/internal/index/redis"
	"tally/internal/ledger"
	"tally/internal/redisclient"
)

// IndexFlags choose where look-ups are answered from.
type IndexFlags struct {
	Index             string `help:"Index: memory is made again at every start, redis outlives the server and is shared by several." enum:"memory,redis" default:"memory" env:"TALLYD_INDEX"`
	Redis             string `help:"URL of Redis: redis://[user:password@]host:port/db, unix:///path, redis+sentinel://host,host/master/db, redis+cluster://host,host; rediss instead of redis for TLS." default:"redis://127.0.0.1:6379/0" env:"TALLYD_REDIS"`
	RedisPasswordFile string `help:"File whose first line is Redis's password, instead of the URL's." env:"TALLYD_REDIS_PASSWORD_FILE" type:"path"`
	RedisFiles
}

// RedisFiles open a Redis over TLS, that of --redis as that of --rate-redis.
type RedisFiles struct {
	RedisCA                   string `name:"redis-ca" help:"File with the certificates that may vouch for Redis, in PEM. Without it, those of the system." env:"TALLYD_REDIS_CA" type:"path"`
	RedisCert                 string `name:"redis-cert" help:"File with the certificate that this server shows Redis, in PEM." env:"TALLYD_REDIS_CERT" type:"path"`
	RedisKey                  string `name:"redis-key" help:"File with that certificate's key, in PEM." env:"TALLYD_REDIS_KEY" type:"path"`
	RedisServerName           string `name:"redis-server-name" help:"Name in Redis's certificate. Without it, the host of the URL." env:"TALLYD_REDIS_SERVER_NAME"`
	RedisSentinelPasswordFile string `name:"redis-sentinel-password-file" help:"File whose first line is the Sentinels' own password." env:"TALLYD_REDIS_SENTINEL_PASSWORD_FILE" type:"path"`
}

// access reads what opens a Redis. passwordFile may be empty.
func (f *RedisFiles) access(passwordFile string) (a redisclient.Access, err error) {
	a = redisclient.Access{CA: f.RedisCA, Certificate: f.RedisCert, Key: f.RedisKey, ServerName: f.RedisServerName}
	if a.Password, err = firstLine(passwordFile); err != nil {
		return a, fmt.Errorf("read redis password: %w", err)
	}
	if a.SentinelPassword, err = firstLine(f.RedisSentinelPasswordFile); err != nil {
		return a, fmt.Errorf("read the sentinels' password: %w", err)
	}
	return a, nil
}

// redisOptions are the options of a client of the Redis that a flag names. The error
// names the flag.
func redisOptions(flag, url string, by redisclient.Access) (*redisgo.UniversalOptions, error) {
	address, err := redisclient.Parse(url)
	if err != nil {
		return nil, fmt.Errorf("--%s: %w", flag, err)
	}
	options, err := redisclient.Options(address, by)
	if err != nil {
		return nil, fmt.Errorf("--%s: %w", flag, err)
	}
	return options, nil
}

// openIndex opens the index of a ledger. Redis need not be there.
func (f *IndexFlags) openIndex(l ledger.Ledger, log *slog.Logger) (index.Index, func() error, error) {
	if f.Index == "memory" {
		return indexmemory.New(), func() error { return nil }, nil
	}
	by, err := f.access(f.RedisPasswordFile)
	if err != nil {
		return nil, nil, err
	}
	redis.LogTo(log)
	x, err := redis.Open(redis.Options{URL: f.Redis, Access: by, Ledger: l.ID()})
	if err != nil {
		return nil, nil, fmt.Errorf("--redis: %w", err)
	}
	return x, x.Close, nil
}

// validate checks the URL, whatever the index is.
func (f *IndexFlags) validate() error {
	if _, err := redisclient.Parse(f.Redis); err != nil {
		return fmt.Errorf("--redis: %w", err)
	}
	return nil
}

// firstLine is the first line of a file with a secret, or "" where none is named.
func firstLine(path string) (string, error) {
	if path == "" {
		return "", nil
	}
	text, err := disk.ReadSecret(path)
	if err != nil {
		return "", err
	}
	line, _, _ := strings.Cut(string(text), "\n")
	return strings.TrimSuffix(line, "\r"), nil
}
