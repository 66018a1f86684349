// What must happen in Redis without anything in between. KEYS are always those of one id, in the order of keysOf():
// meta, replicas, log, state, claims, and the lease where there is one. The last ARGV is the channel that wakes.

const PUBLISH = `
local function publish(kind, at, body)
  local cursor = string.format('%.0f', redis.call('HINCRBY', KEYS[1], 'cursor', 1))
  redis.call('XADD', KEYS[3], cursor .. '-0', 'kind', kind, 'at', at, 'body', body)
  redis.call('PUBLISH', ARGV[#ARGV], cursor)
  return cursor
end
local function epoch() return redis.call('HGET', KEYS[1], 'epoch') or '0' end
`;

/** Returns epoch, floor, cursor, dropped, cursor of the state, state, entries after it. */
export const LOAD = `
local meta = redis.call('HMGET', KEYS[1], 'epoch', 'floor', 'cursor', 'dropped', 'state')
local entries = redis.call('XRANGE', KEYS[3], '(' .. (meta[5] or '0') .. '-0', '+')
return {meta[1] or '0', meta[2] or '0', meta[3] or '0', meta[4] or '0', meta[5], redis.call('GET', KEYS[4]), entries}
`;

/** ARGV: epoch, replica, head before, head after, at, body, most replicas, floor. Returns an outcome and the cursor. */
export const APPEND = `${PUBLISH}
if epoch() ~= ARGV[1] or (redis.call('HGET', KEYS[1], 'floor') or '0') ~= ARGV[8] then return {'conflict'} end
local head = redis.call('HGET', KEYS[2], ARGV[2])
if head == ARGV[4] then return {'known'} end
if (head or '0:0000000000000000') ~= ARGV[3] then return {'conflict'} end
if not head and redis.call('HLEN', KEYS[2]) >= tonumber(ARGV[7]) then return {'replicas'} end
redis.call('HSET', KEYS[2], ARGV[2], ARGV[4])
return {'ok', publish('facts', ARGV[5], ARGV[6])}
`;

/** ARGV: epoch, intervention id, '1' when final, ms of the lease, at, body. Returns an outcome, and the epoch or '1' when published. */
export const CLAIM = `${PUBLISH}
if epoch() ~= ARGV[1] then return {'epoch', epoch()} end
local final = redis.call('HGET', KEYS[5], ARGV[6])
if final == ARGV[2] then return {'granted', '0'} end
if final then return {'taken'} end
local first = redis.call('SET', KEYS[6], ARGV[2], 'NX', 'PX', ARGV[4])
if not first then
  if redis.call('GET', KEYS[6]) ~= ARGV[2] then return {'taken'} end
  redis.call('PEXPIRE', KEYS[6], ARGV[4])
end
if ARGV[3] ~= '1' then return {'granted', '0'} end
redis.call('DEL', KEYS[6])
redis.call('HSET', KEYS[5], ARGV[6], ARGV[2])
publish('claim', ARGV[5], ARGV[6])
return {'granted', '1'}
`;

/** ARGV: at. Returns the new epoch, and '1' when something was known. Leases run out by themselves: their names have the epoch. */
export const FORGET = `${PUBLISH}
local known = redis.call('HLEN', KEYS[2]) + redis.call('HLEN', KEYS[5]) > 0
local cursor = redis.call('HGET', KEYS[1], 'cursor') or '0'
redis.call('DEL', KEYS[2], KEYS[3], KEYS[4], KEYS[5])
redis.call('HDEL', KEYS[1], 'floor', 'state')
redis.call('HSET', KEYS[1], 'dropped', cursor)
local next = string.format('%.0f', redis.call('HINCRBY', KEYS[1], 'epoch', 1))
publish('forget', ARGV[1], '{"epoch":' .. next .. '}')
return {next, known and '1' or '0'}
`;

/** ARGV: epoch, floor, at. Returns the cursor, '0' when it did not rise. */
export const RAISE_FLOOR = `${PUBLISH}
if epoch() ~= ARGV[1] or redis.call('EXISTS', KEYS[1]) == 0 then return '0' end
if tonumber(redis.call('HGET', KEYS[1], 'floor') or '0') >= tonumber(ARGV[2]) then return '0' end
redis.call('HSET', KEYS[1], 'floor', ARGV[2])
return publish('floor', ARGV[3], '{"floor":' .. ARGV[2] .. '}')
`;

/** ARGV: epoch, cursor of the state, state, entries up to which are dropped, the one after that. Keeps a newer state, and none of entries that it has not. */
export const COMPACT = `
local meta = redis.call('HMGET', KEYS[1], 'epoch', 'state', 'dropped', 'cursor')
if (meta[1] or '0') ~= ARGV[1] or tonumber(meta[2] or '0') > tonumber(ARGV[2]) then return 0 end
if tonumber(meta[4] or '0') < tonumber(ARGV[2]) then return 0 end
redis.call('SET', KEYS[4], ARGV[3])
redis.call('HSET', KEYS[1], 'state', ARGV[2])
if tonumber(ARGV[4]) > tonumber(meta[3] or '0') then
  redis.call('HSET', KEYS[1], 'dropped', ARGV[4])
  redis.call('XTRIM', KEYS[3], 'MINID', ARGV[5] .. '-0')
end
return 1
`;
