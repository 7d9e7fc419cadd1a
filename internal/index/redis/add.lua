-- Adds entries to a generation of the index, each as a whole or not at all.
-- Buckets are read when they are first needed, changed here, and written at the end,
-- all of a hash in one call: a call costs more than what it does.
--
-- KEYS  the pointer, then the generation's keys: o v w x c n m r t b p h y
-- ARGV  generation, four numbers of its salt, then for each entry: how many operations
--       follow, 2 bytes, its id's tag, 16, and its position, packed; and these, each one
--       letter and what it needs.
--
-- Returns how many entries were not there before, -1 if the generation is not the
-- current one or lacks a key, -2 if it has what this script did not write.
local call, floor, concat = redis.call, math.floor, table.concat
local byte, sub, find, char, toBytes, fromBytes = string.byte, string.sub, string.find, string.char, struct.pack, struct.unpack
local pointer, o, v, w, x, c, n, m, r, t, b, p, h, y = unpack(KEYS)
if call('HGET', pointer, 'generation') ~= ARGV[1] or call('EXISTS', unpack(KEYS, 2)) ~= #KEYS - 1 then
  return -1
end
local salt1, salt2, salt3, salt4 = tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])

-- Limits, which buckets.go has, too.
local perVouchers, perTags, perWallets, heavyBucket, heavyWallet = 8, 16, 10, 2048, 8
local keptTouches = 8  -- of a voucher in its bucket: then they go to a list
local listBytes = 1024 -- of a piece of a list
local mostSplits = 500 -- of buckets in one run, so that no number in Redis keeps it busy

-- Packed positions (packed.go): the size, and the 16 bytes that one stands for.
local sizes, zeros = {[0] = 0, 1, 2, 4}, string.rep('\0', 8)
local function parts(head)
  return floor(head / 16), sizes[floor(head / 4) % 4], sizes[head % 4]
end
local packedSizes = {}
local function packedSize(s, i)
  local head = byte(s, i)
  local size = packedSizes[head]
  if not size then
    local block, tx, item = parts(head)
    size = 1 + block + tx + item
    packedSizes[head] = size
  end
  if i + size > #s + 1 then error('cut off') end
  return size
end
local function wide(s, i)
  local block, tx, item = parts(byte(s, i))
  local from = i + 1
  local a, from = sub(zeros, 1, 8 - block) .. sub(s, from, from + block - 1), from + block
  local b, from = sub(zeros, 1, 4 - tx) .. sub(s, from, from + tx - 1), from + tx
  return a .. b .. sub(zeros, 1, 4 - item) .. sub(s, from, from + item - 1)
end

-- Reports whether the position that a string begins with is before that of another. A
-- position is 16 bytes; what follows them does not count.
-- Lua compares strings by the server's locale, and numbers exactly up to 2^53.
local function before(a, b)
  local a1, a2, a3, a4 = fromBytes('>I4I4I4I4', a)
  local b1, b2, b3, b4 = fromBytes('>I4I4I4I4', b)
  if a1 ~= b1 then return a1 < b1 end
  if a2 ~= b2 then return a2 < b2 end
  if a3 ~= b3 then return a3 < b3 end
  return a4 < b4
end

-- The same of two packed positions. Mostly their blocks tell.
local blocks = {'>I1', '>I2', '>I3', '>I4', '>I5', '>I6'}
local function beforePacked(a, i, b, k)
  local block = floor(byte(a, i) / 16)
  local other = floor(byte(b, k) / 16)
  if block ~= other then return block < other end
  local form = blocks[block]
  if form then
    local x1, x2 = fromBytes(form, a, i + 1), fromBytes(form, b, k + 1)
    if x1 ~= x2 then return x1 < x2 end
  end
  return before(wide(a, i), wide(b, k))
end

local packed, at -- the entry's position, and its 16 bytes when they are first needed

-- Fields of hashes that are read once and written at the end.
local fields, changed = {}, {}
local function get(hash, field)
  local of = fields[hash]
  if not of then
    of = {}
    fields[hash], changed[hash] = of, {}
  end
  local value = of[field]
  if value == nil then
    value = call('HGET', hash, field)
    of[field] = value
  end
  return value
end
local function set(hash, field, value)
  fields[hash][field], changed[hash][field] = value, true
end
local function writeFields()
  for hash, of in pairs(changed) do
    local all = {}
    for field in pairs(of) do
      all[#all + 1], all[#all + 2] = field, fields[hash][field]
      if #all >= 2000 then -- unpack has a limit
        call('HSET', hash, unpack(all))
        all = {}
      end
    end
    if #all > 0 then call('HSET', hash, unpack(all)) end
  end
end

-- Buckets whose number grows: how many items and buckets there are, and the greatest
-- power of two that is no more than these.
local heads = {}
local function headOf(hash)
  local head = heads[hash]
  if not head then
    local items, buckets = fromBytes('>I8I4', get(hash, ''))
    head = {items = items, buckets = buckets, half = 1}
    while head.half * 2 <= buckets do head.half = head.half * 2 end
    heads[hash] = head
  end
  return head
end
local function spread(item, i)
  local a1, a2, a3, a4 = fromBytes('>I3I3I3I3', item, i)
  return (a1 * salt1 + a2 * salt2 + a3 * salt3 + a4 * salt4) % 2147483647
end
local function fieldOf(hash, item)
  local head, hashed = headOf(hash), spread(item, 1)
  local number = hashed % (2 * head.half)
  if number >= head.buckets then number = hashed % head.half end
  return toBytes('>I4', number)
end
local function bucketOf(hash, item)
  local field = fieldOf(hash, item)
  return field, get(hash, field) or error('bucket is gone')
end
-- The fields of some items, whose buckets are read in one call.
local function bucketsOf(hash, items)
  local all, missing = {}, {}
  for i, item in ipairs(items) do
    local field = fieldOf(hash, item)
    all[i] = field
    if fields[hash][field] == nil then
      missing[#missing + 1] = field
      fields[hash][field] = false
    end
  end
  for from = 1, #missing, 1000 do -- unpack has a limit
    local to = math.min(from + 999, #missing)
    for i, value in ipairs(call('HMGET', hash, unpack(missing, from, to))) do
      fields[hash][missing[from + i - 1]] = value or error('bucket is gone')
    end
  end
  return all
end
local function grew(hash, by)
  local head = headOf(hash)
  head.items = head.items + by
end
local function tagSize(s, i) return 16 + packedSize(s, i + 16) end
local function ownedSize(s, i) return 40 + packedSize(s, i + 20) end
local function split(hash, head, size)
  local from, to = toBytes('>I4', head.buckets - head.half), toBytes('>I4', head.buckets)
  local old, stay, go = get(hash, from) or error('bucket is gone'), {}, {}
  local i = 1
  while i <= #old do
    local n = size(old, i)
    local part = spread(old, i) % (2 * head.half) == head.buckets and go or stay
    part[#part + 1] = sub(old, i, i + n - 1)
    i = i + n
  end
  get(hash, to)
  set(hash, from, concat(stay))
  set(hash, to, concat(go))
  head.buckets = head.buckets + 1
  if head.buckets == 2 * head.half then head.half = head.buckets end
end
local function writeHeads()
  for hash, head in pairs(heads) do
    local per, size = perTags, tagSize
    if hash == w then per, size = perWallets, ownedSize end
    for _ = 1, mostSplits do
      if head.items <= head.buckets * per then break end
      split(hash, head, size)
    end
    set(hash, '', toBytes('>I8I4', head.items, head.buckets))
  end
end

-- Lists by position, in pieces: each member of a sorted set is what the list's name is,
-- the first and the last position of the piece, and its items, each a packed position
-- and as many bytes as all items of the set have beside it.
local beside = {[p] = 0, [h] = 1, [x] = 20}
local top = string.rep('\255', 17)
local function pieceOf(set, name, member)
  local i = #name + 1
  return {
    old = member, first = sub(member, i, i + 15), last = sub(member, i + 16, i + 31),
    items = {sub(member, i + 32)}, size = #member - #name - 32,
  }
end
local function pieceAt(set, name, pos, ahead) -- where a position belongs
  local got = call('ZREVRANGEBYLEX', set, '[' .. name .. pos .. top, '(' .. name, 'LIMIT', 0, 1)[1]
  local piece
  if got then
    piece = pieceOf(set, name, got)
  else
    got = call('ZRANGEBYLEX', set, '(' .. name .. pos, '(' .. name .. top .. top, 'LIMIT', 0, 1)[1]
    piece = got and pieceOf(set, name, got) or {first = pos, last = pos, items = {}, size = 0}
  end
  if ahead then
    local after = call('ZRANGEBYLEX', set, '(' .. name .. piece.last .. top, '(' .. name .. top .. top, 'LIMIT', 0, 1)[1]
    piece.after = after and sub(after, #name + 1, #name + 16)
  end
  return piece
end
local function writePiece(set, name, piece)
  if piece.old then call('ZREM', set, piece.old) end
  if piece.size == 0 then return end
  call('ZADD', set, 0, name .. piece.first .. piece.last .. concat(piece.items))
end
-- Halves a piece between two positions that differ, if it has such.
local function halve(set, name, piece)
  local all, items, i = {}, concat(piece.items), 1
  while i <= #items do
    local n = packedSize(items, i) + beside[set]
    all[#all + 1] = {pos = wide(items, i), item = sub(items, i, i + n - 1)}
    i = i + n
  end
  table.sort(all, function(a, b) return before(a.pos, b.pos) end)
  local cut = floor(#all / 2) + 1
  while cut <= #all and all[cut].pos == all[cut - 1].pos do cut = cut + 1 end
  if cut > #all then return end
  local function join(from, to)
    local some, size = {}, 0
    for k = from, to do
      some[#some + 1] = all[k].item
      size = size + #all[k].item
    end
    return {first = all[from].pos, last = all[to].pos, items = some, size = size}
  end
  local low, high = join(1, cut - 1), join(cut, #all)
  low.old = piece.old
  writePiece(set, name, low)
  writePiece(set, name, high)
  return true
end
local function insert(set, name, pos, item, ahead, piece)
  local fits = piece and not before(pos, piece.first) and (not piece.after or before(pos, piece.after))
  if piece and not fits then
    writePiece(set, name, piece)
    piece = nil
  end
  piece = piece or pieceAt(set, name, pos, ahead)
  if piece.size + #item > listBytes then
    if before(piece.last, pos) then
      writePiece(set, name, piece)
      piece = {first = pos, last = pos, items = {}, size = 0, after = piece.after}
    elseif before(pos, piece.first) then
      writePiece(set, name, piece)
      piece = {first = pos, last = pos, items = {}, size = 0, after = piece.first}
    elseif halve(set, name, piece) then
      return insert(set, name, pos, item, ahead)
    end
  end
  if before(pos, piece.first) then piece.first = pos end
  if before(piece.last, pos) then piece.last = pos end
  piece.items[#piece.items + 1] = item
  piece.size = piece.size + #item
  return piece
end
local lists = {} -- of each set, of each name: position and item, again and again
local function list(set, name, pos, item)
  local of = lists[set] or {}
  lists[set] = of
  local all = of[name] or {}
  of[name] = all
  all[#all + 1], all[#all + 2] = pos, item
end
local function writeLists()
  for set, of in pairs(lists) do
    for name, all in pairs(of) do
      local piece
      for k = 1, #all, 2 do piece = insert(set, name, all[k], all[k + 1], #all > 2, piece) end
      writePiece(set, name, piece)
    end
  end
  lists = {}
end
local function unlist(set, name, pos, item)
  writeLists()
  local got = call('ZREVRANGEBYLEX', set, '[' .. name .. pos .. top, '(' .. name, 'LIMIT', 0, 1)[1]
  if not got then return end
  local piece = pieceOf(set, name, got)
  local items = piece.items[1]
  local from, to = find(items, item, 1, true)
  if not from then return end
  piece.items, piece.size = {sub(items, 1, from - 1), sub(items, to + 1)}, piece.size - #item
  writePiece(set, name, piece)
end

local op = {}

-- A voucher that a wallet got. A wallet that has many in a bucket that is heavy gets a
-- list of its own.
local function lighten(field, bucket)
  local counts, items, i = {}, {}, 1
  while i <= #bucket do
    local n = ownedSize(bucket, i)
    local item = sub(bucket, i, i + n - 1)
    local wallet = sub(item, 1, 20)
    items[#items + 1] = item
    counts[wallet] = (counts[wallet] or 0) + 1
    i = i + n
  end
  local stay = {}
  for _, item in ipairs(items) do
    local wallet = sub(item, 1, 20)
    if counts[wallet] < heavyWallet then
      stay[#stay + 1] = item
    else
      list(x, wallet, wide(item, 21), sub(item, 21))
      grew(w, -1)
    end
  end
  set(w, field, concat(stay))
end
local function own(wallet, acquired, ref)
  local field, bucket = bucketOf(w, wallet)
  bucket = bucket .. wallet .. acquired .. ref
  set(w, field, bucket)
  grew(w, 1)
  if #bucket > heavyBucket then lighten(field, bucket) end
end
local function disown(wallet, acquired, ref)
  local field, bucket = bucketOf(w, wallet)
  local from, to = find(bucket, wallet .. acquired .. ref, 1, true)
  if not from then return unlist(x, wallet, wide(acquired, 1), acquired .. ref) end
  set(w, field, sub(bucket, 1, from - 1) .. sub(bucket, to + 1))
  grew(w, -1)
end

-- A voucher's state, the later one of two; who got it, if by this entry; and that the
-- entry touched it. Where the voucher is in its bucket says buckets.go.
local function slotAt(bucket, low)
  local i = 1
  while i <= #bucket do
    if byte(bucket, i) == low then return i, i + 1 + byte(bucket, i + 1) end
    i = i + 2 + byte(bucket, i + 1)
  end
  if i > #bucket + 1 then error('cut off') end
  return i, i - 1
end
local function ownerOf(bucket, i, flags, slot, as) -- what stands behind the flags
  if flags % 8 >= 4 then return nil, nil, i end
  local by, got = sub(slot, 1, 20), as
  if flags % 2 == 1 then by, i = sub(bucket, i, i + 19), i + 20 end
  if flags % 4 >= 2 then
    local n = packedSize(bucket, i)
    got, i = sub(bucket, i, i + n - 1), i + n
  end
  return by, got, i
end
local function spill(ref, touches)
  local i = 1
  while i <= #touches do
    local n = packedSize(touches, i + 1)
    list(h, ref, wide(touches, i + 1), sub(touches, i + 1, i + n) .. sub(touches, i, i))
    i = i + 1 + n
  end
end
op[118] = function(arg) -- v: field 20, low 1, verb 1, slot 32, and who got it, 20
  local field, low, verb, new, acquirer = sub(arg, 2, 21), byte(arg, 22), sub(arg, 23, 23), sub(arg, 24, 55), sub(arg, 56)
  local bucket = get(v, field) or ''
  local from, to = slotAt(bucket, low)
  local slot, as, by, got, touches, count = new, packed, nil, nil, '', 0
  if from <= to then
    slot = sub(bucket, from + 2, from + 33)
    local i = from + 34
    local n = packedSize(bucket, i)
    as, i = sub(bucket, i, i + n - 1), i + n
    local flags = byte(bucket, i)
    by, got, i = ownerOf(bucket, i + 1, flags, slot, as)
    touches, count = sub(bucket, i, to), floor(flags / 8)
    if not beforePacked(packed, 1, as, 1) then slot, as = new, packed end
  end
  if acquirer ~= '' and not (got and beforePacked(packed, 1, got, 1)) then
    local ref = sub(field, 1, 16) .. toBytes('>I4', fromBytes('>I4', field, 17) * perVouchers + low)
    if by then disown(by, got, ref) end
    by, got = acquirer, packed
    own(by, got, ref)
  end
  touches, count = touches .. verb .. packed, count + 1
  if count > keptTouches then
    spill(sub(field, 1, 16) .. toBytes('>I4', fromBytes('>I4', field, 17) * perVouchers + low), touches)
    touches, count = '', 0
  end
  local flags, behind = 8 * count, ''
  if not by then
    flags = flags + 4
  else
    if by ~= sub(slot, 1, 20) then flags, behind = flags + 1, by end
    if got ~= as then flags, behind = flags + 2, behind .. got end
  end
  local record = slot .. as .. char(flags) .. behind .. touches
  if from > to then return set(v, field, bucket .. char(low, #record) .. record) end
  set(v, field, sub(bucket, 1, from - 1) .. char(low, #record) .. record .. sub(bucket, to + 1))
end

-- A campaign's beginning or state, the later one of two: c, key 17, value.
op[99] = function(arg)
  local key, value = sub(arg, 2, 18), sub(arg, 19)
  local old = get(c, key)
  if not old or before(old, value) then set(c, key, value) end
end

-- What to add to a figure: f, key 17, decimal. Lua adds exactly up to 2^53, Redis up to 2^63.
local sums = {}
local function count(key, by)
  if call('HINCRBY', c, key, by) == 0 then call('HDEL', c, key) end
end
op[102] = function(arg)
  local key, by = sub(arg, 2, 18), sub(arg, 19)
  local sum = (sums[key] or 0) + by
  if math.abs(sum) < 2^53 then sums[key] = sum else count(key, by) end
end

-- A campaign's place among all, n, and among its merchant's, b.
op[110] = function(arg) call('ZADD', n, 0, sub(arg, 2)) end
op[98] = function(arg) call('ZADD', b, 0, sub(arg, 2)) end

-- A merchant's part, the later one of two: m, the key's length 1, key, value. Key and
-- value are one member.
op[109] = function(arg)
  local size = byte(arg, 2)
  local key, value = sub(arg, 3, 2 + size), sub(arg, 3 + size)
  local old = call('ZRANGEBYLEX', m, '[' .. key, '(' .. key .. '\255', 'LIMIT', 0, 1)[1]
  if old then
    if not before(sub(old, #key + 1), value) then return end
    call('ZREM', m, old)
  end
  call('ZADD', m, 0, key .. value)
end

-- An order of a store, or of all: p, its list's name 24.
op[112] = function(arg)
  at = at or wide(packed, 1)
  list(p, sub(arg, 2), at, packed)
end

-- What a reference names, r, and a buyer's first order, y: tag 16. The earlier one of two.
local firsts = {[r] = {tags = {}, at = {}}, [y] = {tags = {}, at = {}}}
local function first(hash, tag)
  local of = firsts[hash]
  of.tags[#of.tags + 1], of.at[#of.at + 1] = tag, packed
end
op[114] = function(arg) first(r, sub(arg, 2)) end
op[121] = function(arg) first(y, sub(arg, 2)) end
local function earlier(hash, field, tag, new)
  local bucket = fields[hash][field]
  local from = find(bucket, tag, 1, true)
  if not from then
    grew(hash, 1)
    return set(hash, field, bucket .. tag .. new)
  end
  if beforePacked(new, 1, bucket, from + 16) then
    local behind = from + 16 + packedSize(bucket, from + 16)
    set(hash, field, sub(bucket, 1, from + 15) .. new .. sub(bucket, behind))
  end
end
local function writeFirsts()
  for hash, of in pairs(firsts) do
    if #of.tags > 0 then
      for i, field in ipairs(bucketsOf(hash, of.tags)) do earlier(hash, field, of.tags[i], of.at[i]) end
    end
  end
end

-- A serial that is taken, one bit of 2,048: t, key 20, the bit in decimal.
local taken = {} -- of each record: its bytes' new bits
op[116] = function(arg)
  local key, serial = sub(arg, 2, 21), tonumber(sub(arg, 22))
  local masks = taken[key] or {}
  taken[key] = masks
  local i = floor(serial / 8) + 1
  masks[i] = bit.bor(masks[i] or 0, bit.lshift(1, serial % 8))
end
local function take(key, masks)
  local old, places = get(t, key) or string.rep('\0', 256), {}
  for i in pairs(masks) do places[#places + 1] = i end
  table.sort(places)
  local some, from = {}, 1
  for _, i in ipairs(places) do
    some[#some + 1] = sub(old, from, i - 1)
    some[#some + 1] = char(bit.bor(byte(old, i), masks[i]))
    from = i + 1
  end
  some[#some + 1] = sub(old, from)
  set(t, key, concat(some))
end

-- An entry counts once: its id and its position are known from then on.
local function knew(field, known)
  local bucket = fields[o][field]
  if find(bucket, known, 1, true) then return true end
  set(o, field, bucket .. known)
  grew(o, 1)
end

local function addAll()
  local starts, known, i = {}, {}, 6
  while i <= #ARGV do
    starts[#starts + 1], known[#known + 1] = i, sub(ARGV[i], 3)
    i = i + 1 + byte(ARGV[i], 1) * 256 + byte(ARGV[i], 2)
  end
  starts[#starts + 1] = i
  local added = 0
  for k, field in ipairs(bucketsOf(o, known)) do
    if not knew(field, known[k]) then
      added = added + 1
      packed, at = sub(known[k], 17), nil
      for j = starts[k] + 1, starts[k + 1] - 1 do op[byte(ARGV[j], 1)](ARGV[j]) end
    end
  end
  for key, masks in pairs(taken) do take(key, masks) end
  writeFirsts()
  writeLists()
  writeHeads()
  writeFields()
  for key, by in pairs(sums) do count(key, string.format('%.0f', by)) end
  return added
end
local ok, result = pcall(addAll)
if ok or type(result) == 'table' then return result end -- what Redis itself refused is a table
return -2
