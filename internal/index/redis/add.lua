-- Adds entries to a generation of the index, each as a whole or not at all. What
-- many of them change in one place, or add to one set, is put off to the end and
-- done in one call: a call costs more than what it does.
--
-- KEYS  the pointer, then the generation's keys: o v w c n m r t b p h y
-- ARGV  generation, then for each entry: its id, the value of its outcome's
--       record, how many operations follow, and these, three each: name, a, b.
--
-- Returns how many entries were not there before, or -1 if the generation is
-- not the current one or lacks a key.
local pointer, o, v, w, c, n, m, r, t, b, p, h, y = unpack(KEYS)
if redis.call('HGET', pointer, 'generation') ~= ARGV[1] or redis.call('EXISTS', unpack(KEYS, 2)) ~= #KEYS - 1 then
  return -1
end

-- Tells which of two positions is first, of which strings may have more. Lua
-- compares strings by the server's locale, and numbers exactly up to 2^53.
local function before(a, b)
  local a1, a2, a3, a4 = struct.unpack('>I4I4I4I4', a)
  local b1, b2, b3, b4 = struct.unpack('>I4I4I4I4', b)
  if a1 ~= b1 then return a1 < b1 end
  if a2 ~= b2 then return a2 < b2 end
  if a3 ~= b3 then return a3 < b3 end
  return a4 < b4
end

local zero, nothing = string.rep('\0', 20), string.rep('\0', 84)
local at -- the entry's position
local op = {}

-- A voucher's state, the later one of two; "+" its owner got it by this entry.
local function put(ref, new, acquired)
  local old = redis.call('HGET', v, ref) or nothing
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

-- What to add to a figure. Lua adds exactly up to 2^53, Redis up to 2^63.
local sums = {}
local function count(key, by)
  if redis.call('HINCRBY', c, key, by) == 0 then redis.call('HDEL', c, key) end
end
op['f'] = function(key, by)
  local sum = (sums[key] or 0) + by
  if math.abs(sum) < 2^53 then sums[key] = sum else count(key, by) end
end

-- A campaign's place among all and among its merchant's, an order's among those
-- of a store, a touch's among those of its voucher.
local members = {} -- of each set: score and member, again and again
local function addMembers(set)
  redis.call('ZADD', set, unpack(members[set]))
  members[set] = nil
end
local function member(set, key)
  local all = members[set] or {}
  members[set] = all
  all[#all + 1] = 0
  all[#all + 1] = key
  if #all >= 2000 then addMembers(set) end -- unpack has a limit
end
op['n'] = function(key) member(n, key) end
op['b'] = function(key) member(b, key) end
op['p'] = function(key) member(p, key) end
op['h'] = function(key) member(h, key) end

-- A merchant's part, the later one of two: key and value are one member.
op['m'] = function(key, value)
  local old = redis.call('ZRANGEBYLEX', m, '[' .. key, '(' .. key .. '\255', 'LIMIT', 0, 1)[1]
  if old then
    if not before(old:sub(#key + 1), value) then return end
    redis.call('ZREM', m, old)
  end
  redis.call('ZADD', m, 0, key .. value)
end

-- What a reference names, and a buyer's first order: the earlier one of two.
local function earlier(hash, key, value)
  local old = redis.call('HGET', hash, key)
  if not old or before(value, old) then redis.call('HSET', hash, key, value) end
end
op['r'] = function(key, value) earlier(r, key, value) end
op['y'] = function(key, value) earlier(y, key, value) end

-- A serial that is taken: one bit of 2,048.
local taken = {} -- of each record: its bytes' new bits
op['t'] = function(key, serial)
  local masks = taken[key] or {}
  taken[key] = masks
  local i = math.floor(serial / 8) + 1
  masks[i] = bit.bor(masks[i] or 0, bit.lshift(1, serial % 8))
end
local function take(key, masks)
  local old, places = redis.call('HGET', t, key) or string.rep('\0', 256), {}
  for i in pairs(masks) do places[#places + 1] = i end
  table.sort(places)
  local parts, from = {}, 1
  for _, i in ipairs(places) do
    parts[#parts + 1] = old:sub(from, i - 1)
    parts[#parts + 1] = string.char(bit.bor(old:byte(i), masks[i]))
    from = i + 1
  end
  parts[#parts + 1] = old:sub(from)
  redis.call('HSET', t, key, table.concat(parts))
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
for key, by in pairs(sums) do count(key, string.format('%.0f', by)) end
for key, masks in pairs(taken) do take(key, masks) end
for set in pairs(members) do addMembers(set) end
return added
