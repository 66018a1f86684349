import { load } from '@oncue/engine';
import { createSchedule } from './schedule.mjs';
import { World } from './world.mjs';
import { verify } from './verify.mjs';
await load();
const [from, n] = process.argv.slice(2).map(Number);
const t0 = performance.now();
const bad = new Map();
for (let seed = from; seed < from + n; seed++) {
  const schedule = createSchedule(seed);
  try { const w = new World(schedule); w.run(); verify(w); } catch (e) { const k = e.message.replace(/\d+/g, '#').slice(0, 90); if (!bad.has(k)) bad.set(k, []); bad.get(k).push(seed); if (bad.get(k).length === 1) console.log(seed, e.name === 'Violation' ? e.message.slice(0, 300) : e.stack); }
}
console.log(((performance.now() - t0) / n).toFixed(2), 'ms each');
for (const [k, v] of bad) console.log(v.length, k, v.slice(0, 5).join());
