package main

import (
	"context"
	"strconv"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/logging"

	"tally/internal/redisclient"
)

// redisTimeout is how long a check waits for a Redis.
const redisTimeout = 2 * time.Second

// oldestRedis is the first major version that will do.
const oldestRedis = 7

// checkIndex asks the index's Redis, if it is on one.
func (c *CheckConfig) checkIndex(ctx context.Context) []check {
	const name = "redis"
	if c.Settings.Index != name {
		return nil
	}
	by, err := c.Settings.access(c.Settings.RedisPasswordFile)
	if err != nil {
		return []check{failed(name, "%v", err)}
	}
	info, failure := askRedis(ctx, name, c.Settings.Redis, by)
	if failure != nil {
		return []check{*failure}
	}
	return append([]check{checkRedisVersion(name, info), checkRedisMemory(name, info)}, checkFailOver(name, c.Settings.Redis, info)...)
}

// checkFailOver says what a fail-over may cost, where there can be one.
func checkFailOver(name, url string, info map[string]string) []check {
	a, err := redisclient.Parse(url)
	if err != nil || a.Master == "" && !a.Cluster {
		return nil
	}
	const then = "a fail-over may lose the last writes, and lists are behind until the index has read them again; the ledger has them all"
	if info["connected_slaves"] == "0" {
		return []check{warned(name, "the master has no replica: nothing can take its place")}
	}
	return []check{passed(name, "%s replicas of this master; %s", info["connected_slaves"], then)}
}

// checkRates asks the Redis that counts rates.
func checkRates(ctx context.Context, name, address string, by redisclient.Access) check {
	info, failure := askRedis(ctx, name, address, by)
	if failure != nil {
		return *failure
	}
	return checkRedisVersion(name, info)
}

// askRedis is what a Redis says of itself, or the check that failed.
func askRedis(ctx context.Context, name, address string, by redisclient.Access) (info map[string]string, failure *check) {
	fail := func(err error) (map[string]string, *check) {
		one := failed(name, "%v", err)
		return nil, &one
	}
	options, err := redisOptions(name, address, by)
	if err != nil {
		return fail(err)
	}
	ctx, cancel := context.WithTimeout(ctx, redisTimeout)
	defer cancel()
	options.MaxRetries, options.DialerRetries, options.DialTimeout, options.ContextTimeoutEnabled = -1, 1, redisTimeout, true
	logging.Disable() // the check says it
	client := redis.NewUniversalClient(options)
	defer client.Close() //nolint:errcheck // it only asked
	text, err := client.Info(ctx).Result()
	if err != nil {
		return fail(err)
	}
	info = map[string]string{}
	for line := range strings.Lines(text) {
		key, value, _ := strings.Cut(strings.TrimSpace(line), ":")
		info[key] = value
	}
	return info, nil
}

func checkRedisVersion(name string, info map[string]string) check {
	version := info["redis_version"]
	major, _, _ := strings.Cut(version, ".")
	if n, err := strconv.Atoi(major); err != nil || n < oldestRedis {
		return failed(name, "Redis %s answers; %d.0 or later is wanted", version, oldestRedis)
	}
	return passed(name, "Redis %s answers", version)
}

// checkRedisMemory looks at what Redis does when it is full.
func checkRedisMemory(name string, info map[string]string) check {
	policy := info["maxmemory_policy"]
	switch {
	case policy != "noeviction":
		return warned(name, "maxmemory-policy is %s: evictions make the index start again; CONFIG SET maxmemory-policy noeviction", policy)
	case info["maxmemory"] == "0":
		return passed(name, "maxmemory-policy is noeviction, and memory has no limit")
	default:
		return passed(name, "maxmemory-policy is noeviction, maxmemory %s", info["maxmemory_human"])
	}
}
