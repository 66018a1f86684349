// node sync_server.mjs FILE SECRET: as `oncue serve`, but for devices that ask more often than people click.
import { startServer } from '@oncue/server';

const [data, secret] = process.argv.slice(2);
const { url } = await startServer({ data, port: 0, sync: { secrets: [secret], requestsPerSecond: 0 } });
console.log(`OnCue server: ${url}/`);
