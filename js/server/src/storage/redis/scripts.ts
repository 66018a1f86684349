// What must happen in Redis without anything in between.
import { createHash } from 'node:crypto';
import type { Client } from './client.js';

export class Script {
  private readonly sha: string;

  constructor(private readonly text: string) {
    this.sha = createHash('sha1').update(text).digest('hex');
  }

  /** Sends the text only when Redis does not have it yet. */
  async run(client: Client, keys: string[], args: string[]): Promise<unknown> {
    try {
      return await client.evalSha(this.sha, { keys, arguments: args });
    } catch (error) {
      if (!(error instanceof Error && error.message.startsWith('NOSCRIPT'))) throw error;
      return await client.eval(this.text, { keys, arguments: args });
    }
  }
}

/** Arguments of one entry of APPEND. */
const APPEND_FIELDS = 8;

/**
 * Checks, numbers and appends entries of one partition. KEYS: log, meta, then one per entry (the event's own, or the log's).
 * ARGV: seconds for which an event's id is kept, then per entry: kind, format, event id, keys, "1" for the event's first
 * copy, wake, revision, body. Returns for each its number; 0: repeated, or too late; -n: the partition has reached revision
 * n, and this event was sent by an older one. Of kind "placed" the body, where an event goes, is kept under its id and
 * nothing is appended: 1, or 0 when another one is kept.
 */
export const APPEND = new Script(`
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
local meta = redis.call('HMGET', KEYS[2], 'seq', 'at', 'revision')
local seq, last, revision = tonumber(meta[1] or '0'), tonumber(meta[2] or '0'), tonumber(meta[3] or '0')
if last > now then now = last end
local at = string.format('%.0f', now)
local function add(...)
  seq = seq + 1
  last = now
  redis.call('XADD', KEYS[1], string.format('%.0f-0', seq), 'at', at, ...)
  return seq
end
local seqs = {}
for i = 1, (#ARGV - 1) / ${APPEND_FIELDS} do
  local first = 2 + (i - 1) * ${APPEND_FIELDS}
  local kind, format, id, keys = ARGV[first], ARGV[first + 1], ARGV[first + 2], ARGV[first + 3]
  local copy, wake, planned, body = ARGV[first + 4], tonumber(ARGV[first + 5]), tonumber(ARGV[first + 6]), ARGV[first + 7]
  local reached = 0
  if planned > revision then
    revision = planned
    reached = add('kind', 'registry', 'body', string.format('%.0f', revision))
  end
  if kind == 'registry' then
    seqs[i] = reached
  elseif planned > 0 and planned < revision then
    seqs[i] = -revision
  elseif kind == 'placed' then
    seqs[i] = redis.call('SET', KEYS[2 + i], body, 'NX', 'EX', ARGV[1]) and 1 or 0
  elseif kind == 'event' and id ~= '' and not redis.call('SET', KEYS[2 + i], '1', 'NX', 'EX', ARGV[1]) then
    seqs[i] = 0
  elseif kind == 'event' then
    seqs[i] = add('kind', kind, 'format', format, 'id', id, 'keys', keys, 'first', copy, 'body', body)
  elseif kind == 'tick' and not (last < wake and now >= wake) then
    seqs[i] = 0
  else
    seqs[i] = add('kind', kind, 'body', body)
  end
end
redis.call('HSET', KEYS[2], 'seq', string.format('%.0f', seq), 'at', string.format('%.0f', last), 'revision', string.format('%.0f', revision))
return seqs
`);

/** Replaces the snapshot unless there is a newer one. KEYS: snapshot. ARGV: seq, host, engine, erasures, told. */
export const SAVE = new Script(`
local known = tonumber(redis.call('HGET', KEYS[1], 'seq') or '-1')
if known > tonumber(ARGV[1]) then return 0 end
redis.call('HSET', KEYS[1], 'seq', ARGV[1], 'host', ARGV[2], 'engine', ARGV[3], 'erasures', ARGV[4], 'told', ARGV[5])
return 1
`);

/** Notes up to which entry fires were told. KEYS: meta. ARGV: seq. */
export const TOLD = new Script(`
if tonumber(redis.call('HGET', KEYS[1], 'told') or '0') < tonumber(ARGV[1]) then redis.call('HSET', KEYS[1], 'told', ARGV[1]) end
return 1
`);

/** Appends a change of the registry made for its present revision. KEYS: log, revision. ARGV: revision, body. Returns the new one, or 0. */
export const CHANGE = new Script(`
local revision = tonumber(redis.call('GET', KEYS[2]) or '0')
if revision ~= tonumber(ARGV[1]) then return 0 end
revision = redis.call('INCR', KEYS[2])
local time = redis.call('TIME')
local at = string.format('%.0f', tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000))
redis.call('XADD', KEYS[1], string.format('%.0f-0', revision), 'at', at, 'body', ARGV[2])
return revision
`);

/** Puts an intervention into the stream that every server reads, once. KEYS: log, that it is in there. ARGV: seconds, ms that the stream holds, body. */
export const FIRE = new Script(`
if not redis.call('SET', KEYS[2], '1', 'NX', 'EX', ARGV[1]) then return 0 end
local time = redis.call('TIME')
local oldest = tonumber(time[1]) * 1000 - tonumber(ARGV[2])
redis.call('XADD', KEYS[1], 'MINID', '~', string.format('%.0f-0', oldest), '*', 'body', ARGV[3])
return 1
`);

/** Whether this intervention is the one that the target is told of. KEYS: claims of the target. ARGV: name and version, intervention id. */
export const CLAIM = new Script(`
redis.call('HSETNX', KEYS[1], ARGV[1], ARGV[2])
return redis.call('HGET', KEYS[1], ARGV[1]) == ARGV[2] and 1 or 0
`);

/**
 * A server's sign of life; it takes what is free up to its share. KEYS: live, owners. ARGV: server, lease in ms, partitions.
 * Returns its share, then the owner of every partition, '' for none.
 */
export const BEAT = new Script(`
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
local partitions = tonumber(ARGV[3])
redis.call('ZADD', KEYS[1], now, ARGV[1])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - tonumber(ARGV[2]))
local share = math.ceil(partitions / redis.call('ZCARD', KEYS[1]))
local owners, own = {}, 0
for i = 1, partitions do
  local owner = redis.call('HGET', KEYS[2], i - 1) or ''
  if owner ~= '' and not redis.call('ZSCORE', KEYS[1], owner) then owner = '' end
  if owner == ARGV[1] then own = own + 1 end
  owners[i] = owner
end
for i = 1, partitions do
  if owners[i] == '' and own < share then
    owners[i] = ARGV[1]
    own = own + 1
    redis.call('HSET', KEYS[2], i - 1, ARGV[1])
  end
end
table.insert(owners, 1, tostring(share))
return owners
`);

/** KEYS: owners. ARGV: server, partition. */
export const RELEASE = new Script(`
if redis.call('HGET', KEYS[1], ARGV[2]) == ARGV[1] then redis.call('HDEL', KEYS[1], ARGV[2]) end
return 1
`);
