import { createEngine, load } from '@oncue/engine';
import { DEFINITIONS } from './rules.mjs';

async function run() {
  await load();
  const engine = createEngine({ definitions: DEFINITIONS });
  const [fired] = engine.track({ e: 'pv', duid: 'ann', eid: '1' });
  return fired.name;
}

run().then(
  (name) => postMessage({ name }),
  ({ code, message }) => postMessage({ failure: `${code}: ${message}` })
);
