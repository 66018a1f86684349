// The console: plain calls of the API. The token stays in this tab.
import { drawDefinitions, drawWarnings, element } from './definitions.js';
import { value as inWords } from './words.js';

/** Ids of a preview that are shown. */
const MOST_MATCHES = 10;
const WATCH_MS = 1000;
const $ = (id) => document.getElementById(id);
let token = sessionStorage.getItem('token') ?? '';
let watched;
/** Values of the last time, by key and id: what is new since then is marked. */
const shown = new Map();

async function api(method, path, body) {
  const headers = { authorization: `Bearer ${token}`, ...(body !== undefined && { 'content-type': 'application/json' }) };
  const response = await fetch(`api/v1/${path}`, { method, headers, body: JSON.stringify(body) });
  const answer = await response.json();
  if (response.ok) return answer;
  throw new Error(answer.error ?? (Array.isArray(answer.detail) ? answer.detail.map(({ msg }) => msg).join(' ') : answer.detail));
}

const row = (...cells) => element('tr', '', ...cells.map((cell) => (typeof cell === 'string' ? element('td', cell) : element('td', '', cell))));

/** Draws only what differs from what is there, so that a selection or a scroll survives. */
const drawn = new Map();
function redraw(id, content, draw) {
  const text = JSON.stringify(content);
  if (drawn.get(id) === text) return;
  drawn.set(id, text);
  $(id).replaceChildren(...draw(content));
}

/** An id that is watched at a click. */
function watchable(key, id) {
  const button = element('button', id);
  button.type = 'button';
  button.title = `Watch this ${key}`;
  button.addEventListener('click', () => {
    $('values').elements.key.value = key;
    $('values').elements.id.value = id;
    $('values').requestSubmit();
    $('t-values').scrollIntoView({ block: 'nearest' });
  });
  return button;
}

function previewRule(criteria) {
  $('preview').elements.criteria.value = JSON.stringify(criteria, undefined, 1);
  $('preview').requestSubmit();
  $('t-preview').scrollIntoView({ block: 'nearest' });
}

const KINDS = ['attribute_keys', 'attribute_groups', 'services', 'interventions'];
let etag;

/** What is published is asked for each time, which costs nothing while it is the same; the rest with it. */
async function showDefinitions() {
  const answer = await fetch('definitions.json');
  if (answer.headers.get('etag') === etag) return;
  const [published, warnings, ...lists] = await Promise.all([answer.json(), api('GET', 'console/warnings'), ...KINDS.map((kind) => api('GET', `registry/${kind}/`))]);
  const registry = Object.fromEntries(KINDS.map((kind, i) => [kind, lists[i]]));
  const deliveryOf = ({ name, version }) => published.interventions.find((one) => one.name === name && one.version === version)?.delivery;
  $('definitions').replaceChildren(...drawWarnings(warnings), ...drawDefinitions(registry, deliveryOf, previewRule));
  await showKeys(registry);
  etag = answer.headers.get('etag');
}

/** The keys of most groups come first. */
async function showKeys({ attribute_groups: groups }) {
  const used = groups.filter(({ is_published }) => is_published).map(({ attribute_key }) => attribute_key.name);
  const times = (key) => used.filter((one) => one === key).length;
  const byUse = [...new Set(used)].sort((a, b) => times(b) - times(a));
  const names = [...new Set([...byUse, 'domain_userid', 'domain_sessionid', 'user_id'])];
  for (const form of ['values', 'push']) {
    const { key } = $(form).elements;
    const chosen = key.value;
    key.replaceChildren(...names.map((name) => new Option(name, name, false, name === chosen)));
    await suggestIds(form);
  }
}

/** Ids to choose from, of the key that the form has. */
async function suggestIds(form) {
  const ids = await api('GET', `console/ids/${encodeURIComponent($(form).elements.key.value)}`);
  $(`ids-${form}`).replaceChildren(...ids.map((id) => new Option(id, id)));
}

async function showValues() {
  if (!watched) return;
  const { key, id } = watched;
  const groups = (await api('GET', `registry/attribute_groups/?applied=true&attribute_key_or_name=${encodeURIComponent(key)}`)).filter(({ attributes }) => attributes?.length);
  const attributes = groups.flatMap(({ name, version, attributes: own }) => own.map((one) => `${name}_v${version}:${one.name}`));
  const values = attributes.length > 0 ? await api('POST', 'get-online-attributes', { attribute_keys: { [key]: [id] }, attributes, full_attribute_names: true }) : {};
  const before = shown.get(`${key} ${id}`);
  shown.set(`${key} ${id}`, values);
  const isNew = (name) => before !== undefined && JSON.stringify(before[name]) !== JSON.stringify(values[name]);
  redraw('attributes', [key, id, values], () =>
    attributes.map((name) => {
      const made = row(name, inWords(values[name][0]));
      made.classList.toggle('new', isNew(name));
      return made;
    }));
}

async function showFired() {
  const fired = await api('GET', 'console/fired');
  $('nothing-fired').hidden = fired.length > 0;
  redraw('fired', fired, () => fired.map(({ at, name, version, targets }) => row(new Date(at).toLocaleTimeString(), `${name} v${version}`, element('span', '', ...targets.map(({ name: key, id }) => element('div', `${key} `, watchable(key, id)))))));
}

let isBusy = false;
async function refresh() {
  if (!token || isBusy) return;
  isBusy = true;
  try {
    await showDefinitions();
    await Promise.all([showValues(), showFired()]);
    $('said').textContent = 'Connected.';
  } catch ({ message }) {
    $('said').textContent = message;
  }
  isBusy = false;
}

function onSubmit(form, act, said = 'said') {
  $(form).addEventListener('submit', async (event) => {
    event.preventDefault();
    try {
      const sentence = await act(Object.fromEntries(new FormData(event.target)));
      if (sentence) $(said).textContent = sentence;
    } catch ({ message }) {
      $(said).textContent = message;
    }
  });
}

onSubmit('door', async (fields) => {
  token = fields.token;
  sessionStorage.setItem('token', token);
  etag = undefined;
  await refresh();
});
onSubmit('values', async (fields) => {
  watched = fields;
  await refresh();
});
onSubmit('push', async ({ key, id, name, attributes }) => {
  const message = { name, version: 1, attributes: JSON.parse(attributes || '{}') };
  const { status } = await api('POST', `interventions?${new URLSearchParams({ [key]: id })}`, message);
  return status === 'success' ? 'Somebody got it.' : 'Nobody listens for this id now.';
}, 'pushed');
onSubmit('preview', async ({ criteria, window }) => {
  const intervention = { name: 'preview', version: 1, criteria: JSON.parse(criteria) };
  const { scanned_count, matched_count, matches } = await api('POST', 'testing/interventions/', { intervention, app_ids: [], window });
  const [[key, ids]] = Object.entries(matches);
  $('matches').replaceChildren(...ids.slice(0, MOST_MATCHES).map((id) => element('li', '', watchable(key, id))));
  if (ids.length > MOST_MATCHES) $('matches').append(element('li', `and ${ids.length - MOST_MATCHES} more`));
  return `${matched_count} of ${scanned_count} ids would match.`;
}, 'previewed');

for (const form of ['values', 'push']) $(form).addEventListener('focusin', () => token && suggestIds(form).catch(() => {}));

// Where nobody but this machine can reach the server, it may take any token.
if (!token) {
  token = 'any';
  await api('GET', 'console/fired').catch(() => (token = ''));
}
await refresh();
setInterval(refresh, WATCH_MS);
