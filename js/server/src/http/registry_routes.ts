// registry/, delivery/ and engines/.
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Host } from '../engine_host/host.js';
import { notFound } from '../errors.js';
import { answerOf } from '../registry/answers.js';
import { planBatchSource } from '../registry/batch_source.js';
import { withDelivery } from '../registry/bundle.js';
import { isPublished, type Kind, type RegistryObject } from '../registry/objects.js';
import { keyNameOf } from '../registry/references.js';
import { streamAttributes } from '../registry/stream_attributes.js';
import { find, findLatest, planCreate, planDelete, planDelivery, planPublication, planUpdate } from '../registry/writes.js';
import { queryOf, readJson } from './bodies.js';

type Named = { Params: { name: string; version?: string } };

const isVersion = (text: string): boolean => /^[1-9]\d{0,6}$/.test(text) && Number(text) <= 1_000_000;

function idIn({ params: { name, version } }: FastifyRequest<Named>): string {
  if (version === undefined) return name;
  if (!isVersion(version)) throw notFound(`there is no version ${version}`);
  return `${name}/${version}`;
}

/** true and false of a query; anything else does not filter. */
function flag(query: URLSearchParams, name: string): boolean | undefined {
  const value = query.get(name);
  return value === 'true' ? true : value === 'false' ? false : undefined;
}

function matches(group: RegistryObject, query: URLSearchParams): boolean {
  const wanted: [boolean | undefined, boolean][] = [
    [flag(query, 'applied'), isPublished(group)],
    [flag(query, 'online'), group.online !== false],
    [flag(query, 'offline'), group.offline === true],
  ];
  const key = query.get('attribute_key_or_name');
  return wanted.every(([asked, is]) => asked === undefined || asked === is) && (key === null || keyNameOf(group) === key);
}

/** Built-in keys are listed too: who goes by the list, such as Signals' inspector, has to know that values may be asked for by them. */
function listed(host: Host, kind: Kind, query: URLSearchParams): readonly RegistryObject[] {
  if (kind === 'attribute_keys') return host.registry.keys();
  const objects = host.registry.list(kind);
  return kind === 'attribute_groups' ? objects.filter((group) => matches(group, query)) : objects;
}

function addKind(app: FastifyInstance, host: Host, kind: Kind): void {
  const collection = `/registry/${kind}`;
  const one = kind === 'attribute_groups' || kind === 'interventions' ? `${collection}/:name/versions/:version` : `${collection}/:name`;
  const answer = (object: RegistryObject) => answerOf(host.registry, kind, object);

  app.get(collection, async (request) => listed(host, kind, queryOf(request)).map(answer));
  app.post(collection, async (request, reply) => {
    const body = readJson(request);
    const { object } = await host.change((registry) => planCreate(registry, kind, body));
    return reply.status(201).send(answer(object));
  });
  app.get<Named>(one, async (request) => answer(find(host.registry, kind, idIn(request))));
  app.put<Named>(one, async (request) => {
    const body = readJson(request);
    const { object } = await host.change((registry) => planUpdate(registry, kind, idIn(request), body));
    return answer(object);
  });
  app.delete<Named>(one, async (request) => {
    await host.change((registry) => ({ changes: planDelete(registry, kind, idIn(request)) }));
    return { ok: true };
  });
  if (one.endsWith('/versions/:version')) {
    app.get<Named>(`${collection}/:name`, async ({ params }) => answer(findLatest(host.registry, kind, params.name)));
  }
}

const publishedAt = (host: Host): string | null => {
  const at = host.registry.publishedAt;
  return at === null ? null : new Date(at).toISOString();
};

function addEngines(app: FastifyInstance, host: Host): void {
  for (const [path, publish, done] of [['publish', true, 'published'], ['unpublish', false, 'unpublished']] as const) {
    app.post(`/engines/${path}`, async (request) => {
      const body = readJson(request);
      const { changes } = await host.change((registry) => ({ changes: planPublication(registry, body, publish) }));
      return { status: changes.length > 0 ? done : `nothing to ${path}` };
    });
  }
  app.get('/engines/interventions', async () => ({
    interventions: host.registry.published('interventions').map((one) => answerOf(host.registry, 'interventions', one)),
    published_at: publishedAt(host),
  }));
  app.get('/engines/stream_attributes', async () => ({ attributes: streamAttributes(host.registry), published_at: publishedAt(host) }));
}

/** All of these need a token. */
export function addRegistryRoutes(app: FastifyInstance, host: Host): void {
  for (const kind of ['attribute_keys', 'attribute_groups', 'services', 'interventions'] as const) addKind(app, host, kind);
  addEngines(app, host);
  app.get('/registry/templates/attribute_groups', async () => ({ templates: [] }));
  app.get<Named>('/registry/attribute_groups/:name/versions/:version/batch_sync_status', async (request) => {
    find(host.registry, 'attribute_groups', idIn(request));
    return { status: 'not_synced', errors: [] };
  });
  app.put<Named>('/registry/attribute_groups/:name/versions/:version/batch_source', async (request) => {
    const body = readJson(request);
    const { object } = await host.change((registry) => planBatchSource(registry, idIn(request), body));
    return answerOf(host.registry, 'attribute_groups', object);
  });
  app.put<Named>('/delivery/:name/:version', async (request) => {
    const body = readJson(request);
    await host.change((registry) => ({ changes: planDelivery(registry, idIn(request), body) }));
    return { ok: true };
  });
  app.get<Named>('/delivery/:name/:version', async (request) => {
    const intervention = find(host.registry, 'interventions', idIn(request));
    return withDelivery(host.registry, intervention).delivery ?? {};
  });
}
