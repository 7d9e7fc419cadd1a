-- Counts one request by GCRA, unless it is refused.
-- KEYS[1]  until when, in microseconds since 1970, what came so far is owed
-- ARGV     microseconds after which one request is given back; after which all are
-- Returns how many microseconds are owed with this request. It was refused if
-- that is more than ARGV[2].
local clock = redis.call('TIME')
local now = clock[1] * 1000000 + clock[2]
local till = tonumber(redis.call('GET', KEYS[1]) or '0')
if till < now then till = now end
-- A clock that was set back would leave a key owed for long.
if till > now + ARGV[2] then till = now + ARGV[2] end
local owed = till + ARGV[1] - now
if owed <= tonumber(ARGV[2]) then
  redis.call('SET', KEYS[1], string.format('%.0f', now + owed), 'PX', math.ceil(owed / 1000))
end
return owed
