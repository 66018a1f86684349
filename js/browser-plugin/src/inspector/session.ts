import type { PluginStats } from '../types.js';
import { h, type Item } from './dom.js';
import { download, type Export } from './export.js';
import { showBytes } from './format.js';

/** Counters, and the session as files. */
export function sessionView(stats: PluginStats, exported: Export | undefined): Item[] {
  const { skipped, engine, waiting, dropped, undelivered } = stats;
  const facts: [string, string | number][] = [
    ['Waiting for the engine', waiting],
    ['Lost while it loaded', dropped],
    ['Not taken in: opted out', skipped.optedOut],
    ['Not taken in: no consent', skipped.disabled],
    ['Not taken in: other tracker', skipped.otherTracker],
    ['Interventions without a handler', undelivered],
  ];
  const told = facts.filter(([, value]) => value !== 0);
  if (engine) told.push(['WebAssembly memory', showBytes(engine.memoryBytes)]);
  for (const [name, value] of Object.entries(engine ?? {})) {
    if (name !== 'memoryBytes' && typeof value === 'number' && value !== 0) told.push([name.replace(/_/g, ' '), value]);
  }
  return [
    h('dl', { class: 'facts' }, ...told.flatMap(([name, value]) => [h('dt', { key: name }, name), h('dd', { key: name }, String(value))])),
    ...(exported ? exportView(exported) : []),
  ];
}

function exportView({ files, command }: Export): Item[] {
  const buttons: [string, keyof Export['files']][] = [['Events', 'events'], ['Definitions', 'definitions'], ['State before', 'state']];
  return [
    h('p', { key: 'why', class: 'faint' }, 'Download the session and run it again on the command line. The files hold the visitor’s ids and events.'),
    h('div', { key: 'files', class: 'exports' }, ...buttons.map(([label, file]) => h('button', { key: file, type: 'button', onclick: () => download(files[file]) }, label))),
    h('code', { key: 'command', tabindex: 0, 'aria-label': 'Command' }, command),
  ];
}
