// The console page: files without any data, and what only it asks for.
import { readFileSync } from 'node:fs';
import type { Problem } from '@oncue/engine';
import type { FastifyInstance } from 'fastify';
import type { Delivery } from '../engine_host/delivery.js';
import type { Host } from '../engine_host/host.js';
import type { Erasure } from '../storage/store.js';

const FILES = [
  ['/', 'index.html', 'text/html; charset=utf-8'],
  ['/console/icon.svg', 'icon.svg', 'image/svg+xml'],
  ['/console/console.css', 'console.css', 'text/css; charset=utf-8'],
  ['/console/console.js', 'console.js', 'text/javascript; charset=utf-8'],
  ['/console/definitions.js', 'definitions.js', 'text/javascript; charset=utf-8'],
  ['/console/words.js', 'words.js', 'text/javascript; charset=utf-8'],
] as const;
const POLICY = "default-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'";
const KEPT_FIRES = 200;
const SUGGESTED_IDS = 100;

export interface Fired extends Pick<Delivery, 'intervention_id' | 'name' | 'version' | 'targets'> {
  /** Epoch ms. */
  readonly at: number;
}

/** The latest interventions of this process, newest first. */
export class FiredList {
  private list: Fired[] = [];

  add({ intervention_id, name, version, targets }: Delivery): void {
    this.list.unshift({ at: Date.now(), intervention_id, name, version, targets });
    if (this.list.length > KEPT_FIRES) this.list.pop();
  }

  /** Leaves an erased id out; an intervention that nobody else was told of leaves with it. */
  forget({ key, id }: Erasure): void {
    const others = (one: Fired): Fired => ({ ...one, targets: one.targets.filter((target) => target.name !== key || target.id !== id) });
    this.list = this.list.map(others).filter(({ targets }) => targets.length > 0);
  }

  toJSON(): readonly Fired[] {
    return this.list;
  }
}

export function addConsolePage(app: FastifyInstance): void {
  for (const [path, file, type] of FILES) {
    const content = readFileSync(new URL(`./console/${file}`, import.meta.url));
    app.get(path, async (_request, reply) => reply.headers({ 'content-security-policy': POLICY, 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer', 'cache-control': 'no-cache' }).type(type).send(content));
  }
}

/** Needs a token. */
export function addConsoleApi(app: FastifyInstance, host: Host, { fired, warnings }: { readonly fired: FiredList; warnings(): readonly Problem[] }): void {
  app.get('/console/fired', async () => fired.toJSON());
  app.get('/console/warnings', async () => warnings());
  app.get<{ Params: { key: string } }>('/console/ids/:key', async ({ params }) => host.ids(params.key, SUGGESTED_IDS));
}
