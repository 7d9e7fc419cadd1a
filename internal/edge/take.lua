-- Counts requests by GCRA.
-- KEYS[1]  until when, in microseconds since 1970, what came so far is owed
-- ARGV     microseconds after which one request is given back; after which all are;
--          how many to count; how: 'take' unless it is too much, 'look' without
--          counting, 'owe' in any case, up to a quota beyond the full one
-- Returns how many microseconds are owed with them, rounded up. That was too much
-- if it is more than ARGV[2].
local each, full = tonumber(ARGV[1]), tonumber(ARGV[2])
local clock = redis.call('TIME')
local now = clock[1] * 1000000 + clock[2]
local till = tonumber(redis.call('GET', KEYS[1]) or '0')
if till < now then till = now end
-- A clock that was set back would leave a key owed for long.
local most = now + 2 * full - each
if till > most then till = most end
local owed = till + each * ARGV[3] - now
if ARGV[4] == 'owe' then owed = math.min(owed, most - now) end
if ARGV[4] == 'owe' or ARGV[4] == 'take' and owed <= full then
  redis.call('SET', KEYS[1], string.format('%.0f', now + owed), 'PX', math.ceil(owed / 1000))
end
return math.ceil(owed)
