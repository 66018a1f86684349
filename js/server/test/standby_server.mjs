// node standby_server.mjs FILE [ASIDE_BYTES [PART_BYTES]]: a server that has loaded everything and opens its file at the first byte on standard input,
// so that another one can go on at once where one was killed. It prints the server's address.
import { once } from 'node:events';
import { load } from '@oncue/engine';
import { startServer } from '@oncue/server';

await load();
await once(process.stdin, 'data');
process.stdin.destroy();
// Snapshots often enough that some are saved in the middle of a kill, and that what has to be read stays short.
const [, , data, asideBytes, partBytes] = process.argv;
const { url } = await startServer({ data, port: 0, snapshotEvery: 400, ...(asideBytes && { snapshotAsideBytes: Number(asideBytes) }), ...(partBytes && { snapshotPartBytes: Number(partBytes) }) });
console.log(url);
