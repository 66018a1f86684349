// Whether Redis is set up so that what was acknowledged is still there after it crashed.
import type { Durability } from '../store.js';
import type { Client } from './client.js';

/** Each setting with the value that it needs and what happens otherwise. */
const NEEDED = [
  ['appendonly', 'yes', 'a crash of Redis loses what was acknowledged since its last snapshot'],
  ['appendfsync', 'always', 'a power cut loses what was acknowledged in the last second or more'],
  ['no-appendfsync-on-rewrite', 'no', 'a power cut while Redis rewrites its file loses what was acknowledged since the rewrite began'],
] as const;

/** What is set otherwise than it has to be; undefined where Redis does not let us look, as a hosted one may not. */
async function readProblems(client: Client): Promise<string[] | undefined> {
  const settings = await client.configGet([...NEEDED.map(([name]) => name), 'maxmemory', 'maxmemory-policy']).catch(() => undefined);
  if (!settings || settings.appendonly === undefined) return undefined;
  const problems = NEEDED.filter(([name, value]) => settings[name] !== value).map(([name, value, loss]) => `"${name}" is "${settings[name]}": set it to "${value}", or ${loss}`);
  const { maxmemory, 'maxmemory-policy': policy } = settings;
  if (maxmemory !== '0' && policy !== 'noeviction') problems.push(`"maxmemory-policy" is "${policy}": set it to "noeviction", or Redis drops what was acknowledged when its memory is full`);
  return problems;
}

/** @returns what Redis takes in memory and, of its append-only file, on the disk */
export async function readSizes(client: Client): Promise<Record<string, number>> {
  const text = `${await client.info('memory')}\n${await client.info('persistence')}`;
  const read = (name: string): number | undefined => {
    const value = new RegExp(`^${name}:(\\d+)`, 'm').exec(text)?.[1];
    return value === undefined ? undefined : Number(value);
  };
  const [memory, file] = [read('used_memory'), read('aof_current_size')];
  return { ...(memory !== undefined && { redis_memory: memory }), ...(file !== undefined && { redis_append_only_file: file }) };
}

/** Looks at the settings, and tells of what is wrong with them when that has changed. */
export class DurabilityCheck {
  state: Durability = 'unknown';
  private told: string | undefined;

  constructor(
    private readonly client: Client,
    private readonly onTrouble: (error: unknown, doing: string) => void,
  ) {}

  async run(): Promise<void> {
    const problems = await readProblems(this.client);
    // It was asked whether there is a connection: without one there is nothing new to say.
    if (!problems && !this.client.isReady) return;
    this.state = problems === undefined ? 'unknown' : problems.length === 0 ? 'synced' : 'unsynced';
    const sentence = problems?.join('; ') ?? 'Redis does not tell its settings (CONFIG GET is refused): see to "appendonly yes", "appendfsync always" and "maxmemory-policy noeviction" yourself';
    if (sentence !== '' && sentence !== this.told) this.onTrouble(new Error(sentence), 'checking Redis: acknowledged data could be lost');
    this.told = sentence;
  }
}
