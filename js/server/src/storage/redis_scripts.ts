// What must happen in Redis without anything in between.

/**
 * Checks, numbers and appends entries. KEYS: log, seq, at, revision, then one per entry (the event's own, or the log's).
 * ARGV: seconds for which an event's id is kept, then six per entry: kind, format, event id, wake, revision, body.
 * Returns the entries' numbers, 0 for those that were refused.
 */
export const APPEND = `
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
local last = tonumber(redis.call('GET', KEYS[3]) or '0')
if last > now then now = last end
local seqs = {}
for i = 1, (#ARGV - 1) / 6 do
  local first = 2 + (i - 1) * 6
  local kind, format, id, wake, revision, body = ARGV[first], ARGV[first + 1], ARGV[first + 2], ARGV[first + 3], ARGV[first + 4], ARGV[first + 5]
  local good = true
  if kind == 'event' and id ~= '' then
    good = redis.call('SET', KEYS[4 + i], '1', 'NX', 'EX', ARGV[1])
  elseif kind == 'tick' then
    good = last < tonumber(wake) and now >= tonumber(wake)
  elseif kind == 'registry' then
    good = tonumber(redis.call('GET', KEYS[4]) or '0') == tonumber(revision)
    if good then redis.call('INCR', KEYS[4]) end
  end
  if good then
    local seq = redis.call('INCR', KEYS[2])
    local at = string.format('%.0f', now)
    redis.call('XADD', KEYS[1], string.format('%.0f-0', seq), 'at', at, 'kind', kind, 'format', format, 'id', id, 'body', body)
    redis.call('SET', KEYS[3], at)
    last = now
    seqs[i] = seq
  else
    seqs[i] = 0
  end
end
return seqs
`;

/** Replaces the snapshot unless there is a newer one. KEYS: snapshot. ARGV: seq, host, engine. */
export const SAVE = `
local known = tonumber(redis.call('HGET', KEYS[1], 'seq') or '-1')
if known > tonumber(ARGV[1]) then return 0 end
redis.call('HSET', KEYS[1], 'seq', ARGV[1], 'host', ARGV[2], 'engine', ARGV[3])
return 1
`;
