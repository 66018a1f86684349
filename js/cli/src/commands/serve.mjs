import { describeOptions, parseArguments } from '../arguments.mjs';
import { Failure } from '../failure.mjs';

/** @type {import('../arguments.mjs').Options} */
const OPTIONS = {
  port: { kind: 'text', value: 'N', help: 'default 8787; 0 takes a free one' },
  host: { kind: 'text', value: 'ADDRESS', help: 'default 127.0.0.1: only this machine' },
  data: { kind: 'text', value: 'FILE', help: 'where everything is kept; default oncue.db' },
  redis: { kind: 'text', value: 'URL', help: 'keep everything in this Redis 7 instead, which any number of servers may share; also ONCUE_REDIS, which keeps a password out of the list of processes' },
  partitions: { kind: 'text', value: 'N', help: 'with --redis: into how many parts ids are spread; default 64, fixed by the first server that starts on it' },
  retention: { kind: 'text', value: 'DAYS', help: 'how long events are kept, for previews and to recognise repeated ones; default 30' },
  token: { kind: 'list', value: 'TOKEN...', help: 'bearer tokens for what is protected; also ONCUE_TOKENS, separated by commas' },
  'token-file': { kind: 'text', value: 'FILE', help: 'more of them, one a line; read again when it changes, or at SIGHUP: a token is valid while it stands there' },
  origin: { kind: 'list', value: 'ORIGIN...', help: 'pages that may call, scheme and host alone, such as https://shop.example; default all' },
  'sync-secret': { kind: 'text', value: 'SECRET', help: 'turns sync on: signs the tokens of pages (HS256), at least 32 bytes; also ONCUE_SYNC_SECRET, several separated by commas' },
  'sync-keys': { kind: 'list', value: 'KEY...', help: 'attribute keys that devices sync; default user_id' },
  rate: { kind: 'text', value: 'N', help: 'requests a second from one address, twice that at once; default 1000, and no limit for this machine itself; 0 for none at all' },
  'max-connections': { kind: 'text', value: 'N', help: 'at a time; default 20000' },
  'max-connections-per-address': { kind: 'text', value: 'N', help: 'of these, from one address; default 1000, and no limit for this machine itself; 0 for none at all' },
  'max-body': { kind: 'text', value: 'BYTES', help: 'largest body of a request; default 1048576' },
  'trust-proxy': { kind: 'list', value: 'ADDRESS...', help: 'proxies in front whose X-Forwarded-For says which address asks: addresses, networks such as 10.0.0.0/8, or loopback, linklocal, uniquelocal' },
  'max-ids': { kind: 'text', value: 'N', help: 'ids kept of each attribute key, those seen last; default all' },
  'max-engine-memory': { kind: 'text', value: 'MIB', help: 'of the engine: with more no events are taken, and values are still read; default 1792, at most 2048' },
  log: { kind: 'text', value: 'LEVEL', choices: ['debug', 'info', 'warn', 'error', 'silent'], help: 'default info; JSON lines on standard error' },
  help: { kind: 'flag', help: 'this text' },
};

export const summary = "run the server: Signals' API, a collector, interventions over SSE";
export const help = `oncue serve [--port N] [--host ADDRESS] [--data FILE | --redis URL [--partitions N]] [--retention DAYS] [--token TOKEN...] [--token-file FILE] [--origin ORIGIN...] [--sync-secret SECRET] [--sync-keys KEY...] [--rate N] [--max-connections N] [--max-connections-per-address N] [--max-body BYTES] [--max-ids N] [--max-engine-memory MIB] [--trust-proxy ADDRESS...] [--log LEVEL]

Answers the Signals API, takes what trackers send, and tells subscribers what fires. Without a token every bearer token
will do, which is allowed only where nobody but this machine can reach the server. Needs the package @oncue/server.

${describeOptions(OPTIONS)}`;

/** @param {string | undefined} text */
function readPort(text) {
  const port = Number(text ?? 8787);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535 && text !== '') return port;
  throw new Failure(`--port "${text}" must be a whole number from 0 to 65535`, 2);
}

/** @param {string | undefined} text @param {string} name @returns {number | undefined} */
function readLimit(text, name) {
  if (text === undefined) return undefined;
  const limit = Number(text);
  if (Number.isFinite(limit) && limit >= 0 && text !== '') return limit;
  throw new Failure(`--${name} "${text}" must be a number, 0 for no limit`, 2);
}

/** @param {string | undefined} text @param {string} name @param {boolean} whole */
function readPositive(text, name, whole) {
  const number = Number(text);
  if (text === undefined) return undefined;
  if (Number.isFinite(number) && number > 0 && (!whole || Number.isInteger(number))) return number;
  throw new Failure(`--${name} "${text}" must be a ${whole ? 'whole ' : ''}number above 0`, 2);
}

/** @param {string | undefined} secret @param {readonly string[]} keys */
function readSync(secret, keys) {
  const secrets = [secret ?? '', ...(process.env.ONCUE_SYNC_SECRET ?? '').split(',')].filter(Boolean);
  if (secrets.length > 0) return { sync: { secrets, ...(keys.length > 0 && { keys }) } };
  if (keys.length === 0) return {};
  throw new Failure('--sync-keys needs --sync-secret: without a secret there are no tokens, so nothing is synced', 2);
}

async function importServer() {
  try {
    return await import('@oncue/server');
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'ERR_MODULE_NOT_FOUND') throw error;
    throw new Failure('oncue serve needs the package @oncue/server: npm install @oncue/server');
  }
}

/**
 * Wrappers such as npx pass signals on that the whole group has received, so one request arrives twice: what follows the first
 * this soon (ms) is no second one.
 */
const SAME_REQUEST_MS = 500;
const CHECK_PARENT_MS = 200;

/** Resolves when the process is asked to end. A second request ends it at once: what was acknowledged is on the disk. */
function untilAsked() {
  return new Promise((resolve) => {
    let asked = 0;
    for (const [signal, number] of /** @type {const} */ ([['SIGINT', 2], ['SIGTERM', 15]])) {
      process.on(signal, () => {
        if (asked === 0) asked = Date.now();
        else if (Date.now() - asked > SAME_REQUEST_MS) process.exit(128 + number);
        resolve(undefined);
      });
    }
    // npm hands a signal to the shell that it runs commands in, which dies of it and tells nobody.
    if (process.env.npm_command !== undefined) {
      const parent = process.ppid;
      const timer = setInterval(() => process.ppid !== parent && (clearInterval(timer), resolve(undefined)), CHECK_PARENT_MS);
      timer.unref();
    }
  });
}

/** @param {Record<string, any>} values */
function readLimits(values) {
  const engineMiB = readPositive(values['max-engine-memory'], 'max-engine-memory', false);
  if (engineMiB && engineMiB > 2048) throw new Failure(`--max-engine-memory "${engineMiB}" must be at most 2048: WebAssembly here can have no more`, 2);
  const options = {
    mostEngineBytes: engineMiB && engineMiB * 1024 ** 2,
    requestsPerSecond: readLimit(values.rate, 'rate'),
    connectionsPerAddress: readLimit(values['max-connections-per-address'], 'max-connections-per-address'),
    maxConnections: readPositive(values['max-connections'], 'max-connections', true),
    maxIdsPerKey: readPositive(values['max-ids'], 'max-ids', true),
    bodyLimit: readPositive(values['max-body'], 'max-body', true),
  };
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}

/** @param {readonly string[]} args @param {import('../output.mjs').Output} output */
export async function run(args, output) {
  const { values, files } = parseArguments('serve', OPTIONS, args);
  if (values.help) {
    await output.line(help);
    return 0;
  }
  if (files.length > 0) throw new Failure(`"${files[0]}" belongs to no option\nSee "oncue serve --help".`, 2);
  const { createLogger, startServer } = await importServer();
  const partitions = readPositive(values.partitions, 'partitions', true);
  const retentionDays = readPositive(values.retention, 'retention', false);
  const redis = values.redis || process.env.ONCUE_REDIS;
  const options = {
    ...(partitions && { partitions }),
    ...(retentionDays && { retentionDays }),
    port: readPort(values.port),
    host: values.host,
    ...(redis ? { redis } : { data: values.data ?? 'oncue.db' }),
    tokens: [...values.token, ...(process.env.ONCUE_TOKENS ?? '').split(',').map((token) => token.trim()).filter(Boolean)],
    ...(values['token-file'] !== undefined && { tokenFile: values['token-file'] }),
    origins: values.origin,
    ...readLimits(values),
    trustProxies: values['trust-proxy'],
    ...readSync(values['sync-secret'], values['sync-keys']),
    logger: createLogger(values.log),
  };
  const server = await startServer(options).catch((error) => {
    throw new Failure(`oncue serve: ${error.message}`);
  });
  if (options.tokenFile !== undefined) process.on('SIGHUP', () => server.reloadTokens());
  // Whoever has read the address may ask at once.
  const asked = untilAsked();
  await output.line(`OnCue server: ${server.url}/`);
  await output.flush();
  await asked;
  await server.close();
  options.logger.info('ended: what was asked is answered, the state is saved');
  return 0;
}
