// The console: plain calls of the API. The token stays in this tab.
const WATCH_MS = 1000;
const $ = (id) => document.getElementById(id);
let token = sessionStorage.getItem('token') ?? '';
let watched;

async function api(method, path, body) {
  const headers = { authorization: `Bearer ${token}`, ...(body !== undefined && { 'content-type': 'application/json' }) };
  const response = await fetch(`api/v1/${path}`, { method, headers, body: JSON.stringify(body) });
  const answer = await response.json();
  if (response.ok) return answer;
  throw new Error(answer.error ?? (Array.isArray(answer.detail) ? answer.detail.map(({ msg }) => msg).join(' ') : answer.detail));
}

const row = (...cells) => {
  const tr = document.createElement('tr');
  for (const cell of cells) tr.insertCell().textContent = cell;
  return tr;
};
const text = (value) => (typeof value === 'string' ? value : JSON.stringify(value));

async function showDefinitions() {
  const kinds = { attribute_keys: 'Attribute keys', attribute_groups: 'Attribute groups', services: 'Services', interventions: 'Interventions' };
  const tables = await Promise.all(
    Object.entries(kinds).map(async ([kind, title]) => {
      const table = document.createElement('table');
      table.createCaption().textContent = title;
      for (const { name, version, is_published } of await api('GET', `registry/${kind}/`)) {
        const tr = row(name, version ? `v${version}` : '', is_published ? 'published' : 'not published');
        tr.classList.toggle('off', !is_published);
        table.append(tr);
      }
      return table;
    }),
  );
  $('definitions').replaceChildren(...tables);
}

async function showKeys() {
  const groups = await api('GET', 'registry/attribute_groups/?applied=true');
  const names = [...new Set(['domain_userid', 'domain_sessionid', 'user_id', ...groups.map(({ attribute_key }) => attribute_key.name)])];
  for (const form of ['values', 'push']) {
    $(form).elements.key.replaceChildren(...names.map((name) => new Option(name, name)));
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
  $('attributes').replaceChildren(...attributes.map((name) => row(name, text(values[name][0]))));
}

async function showFired() {
  const fired = await api('GET', 'console/fired');
  $('fired').replaceChildren(...fired.map(({ at, name, version, targets }) => row(new Date(at).toLocaleTimeString(), `${name} v${version}`, targets.map(({ name: key, id }) => `${key} ${id}`).join(', '))));
}

async function refresh() {
  if (!token) return;
  try {
    await Promise.all([showValues(), showFired()]);
    $('said').textContent = 'Connected.';
  } catch ({ message }) {
    $('said').textContent = message;
  }
}

async function open() {
  if (!token) return;
  try {
    await Promise.all([showDefinitions(), showKeys()]);
    await refresh();
  } catch ({ message }) {
    $('said').textContent = message;
  }
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
  await open();
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
  const { scanned_count, matched_count } = await api('POST', 'testing/interventions/', { intervention, app_ids: [], window });
  return `${matched_count} of ${scanned_count} ids would match.`;
}, 'previewed');

for (const form of ['values', 'push']) $(form).addEventListener('focusin', () => token && suggestIds(form).catch(() => {}));

// Where nobody but this machine can reach the server, it may take any token.
if (!token) {
  token = 'any';
  await api('GET', 'console/fired').catch(() => (token = ''));
}
await open();
setInterval(refresh, WATCH_MS);
