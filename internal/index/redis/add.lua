-- Adds entries to a generation of the index, each as a whole or not at all.
--
-- KEYS  the pointer, then the generation's keys: o v w c n m r t b p h
-- ARGV  generation, then for each entry: its id, the value of its outcome's
--       record, how many operations follow, and these, three each: name, a, b.
--
-- Returns how many entries were not there before, or -1 if the generation is
-- not the current one or lacks a key.
local pointer, o, v, w, c, n, m, r, t, b, p, h = unpack(KEYS)
if redis.call('HGET', pointer, 'generation') ~= ARGV[1] or redis.call('EXISTS', unpack(KEYS, 2)) ~= #KEYS - 1 then
  return -1
end

-- Lua compares strings by the server's locale, so positions are compared by byte.
local function before(a, b)
  for i = 1, 16 do
    local x, y = a:byte(i), b:byte(i)
    if x ~= y then return x < y end
  end
  return false
end

local zero = string.rep('\0', 20)
local at -- the entry's position
local op = {}

-- A voucher's state, the later one of two; "+" its owner got it by this entry.
local function put(ref, new, acquired)
  local old = redis.call('HGET', v, ref) or string.rep('\0', 84)
  local slot, as, by, got = old:sub(1, 32), old:sub(33, 48), old:sub(49, 68), old:sub(69, 84)
  if not before(at, as) then slot, as = new, at end
  if acquired and not before(at, got) then
    if by ~= zero then redis.call('ZREM', w, by .. got .. ref) end
    by, got = new:sub(1, 20), at
    redis.call('ZADD', w, 0, by .. got .. ref)
  end
  redis.call('HSET', v, ref, slot .. as .. by .. got)
end
op['v'] = function(ref, new) put(ref, new, false) end
op['v+'] = function(ref, new) put(ref, new, true) end

-- A campaign's beginning or state, the later one of two.
op['c'] = function(key, value)
  local old = redis.call('HGET', c, key)
  if not old or before(old, value) then redis.call('HSET', c, key, value) end
end

-- What to add to a figure.
op['f'] = function(key, by)
  if redis.call('HINCRBY', c, key, by) == 0 then redis.call('HDEL', c, key) end
end

-- A campaign's place among all and among its merchant's, an order's among those
-- of a store, a touch's among those of its voucher.
op['n'] = function(key) redis.call('ZADD', n, 0, key) end
op['b'] = function(key) redis.call('ZADD', b, 0, key) end
op['p'] = function(key) redis.call('ZADD', p, 0, key) end
op['h'] = function(key) redis.call('ZADD', h, 0, key) end

-- A merchant's part, the later one of two: key and value are one member.
op['m'] = function(key, value)
  local old = redis.call('ZRANGEBYLEX', m, '[' .. key, '(' .. key .. '\255', 'LIMIT', 0, 1)[1]
  if old then
    if not before(old:sub(#key + 1), value) then return end
    redis.call('ZREM', m, old)
  end
  redis.call('ZADD', m, 0, key .. value)
end

-- What a reference names, the earlier one of two.
op['r'] = function(key, value)
  local old = redis.call('HGET', r, key)
  if not old or before(value, old) then redis.call('HSET', r, key, value) end
end

-- A serial that is taken: one bit of 2,048.
op['t'] = function(key, serial)
  local old = redis.call('HGET', t, key) or string.rep('\0', 256)
  local i = math.floor(serial / 8) + 1
  local byte = bit.bor(old:byte(i), bit.lshift(1, serial % 8))
  redis.call('HSET', t, key, old:sub(1, i - 1) .. string.char(byte) .. old:sub(i + 1))
end

local added, i = 0, 2
while i <= #ARGV do
  local id, outcome, ops = ARGV[i], ARGV[i + 1], tonumber(ARGV[i + 2])
  i = i + 3
  if redis.call('HSETNX', o, id, outcome) == 1 then
    added = added + 1
    at = outcome:sub(1, 16)
    for k = i, i + 3 * ops - 1, 3 do op[ARGV[k]](ARGV[k + 1], ARGV[k + 2]) end
  end
  i = i + 3 * ops
end
return added
