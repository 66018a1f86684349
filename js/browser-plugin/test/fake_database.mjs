// IndexedDB as the plugin uses it, shared by the tabs of one browser: in memory, in the order of the standard's queues.

const turn = () => new Promise((resolve) => setImmediate(resolve));
const fire = (target, type, event = { target }) => target[`on${type}`]?.(event);

function createDatabase() {
  return { stores: new Map(), connections: new Set(), queue: Promise.resolve() };
}

function connect(database) {
  let isClosed = false;
  const connection = {
    createObjectStore: (name) => database.stores.set(name, new Map()),
    transaction(names) {
      if (isClosed) throw new DOMException('The database connection is closing.', 'InvalidStateError');
      return transact(database, [names].flat());
    },
    close() {
      isClosed = true;
      database.connections.delete(connection);
    },
  };
  database.connections.add(connection);
  return connection;
}

function transact(database, names) {
  const tx = { error: null };
  const before = database.queue;
  let open = 1;
  let isAborted = false;
  let saved;
  let finish;
  database.queue = new Promise((resolve) => (finish = resolve));
  const started = before.then(turn).then(() => (saved = names.map((name) => new Map(database.stores.get(name)))));

  async function settle() {
    await turn();
    if (--open) return;
    if (isAborted) names.forEach((name, n) => database.stores.set(name, saved[n]));
    finish();
    fire(tx, isAborted ? 'abort' : 'complete');
  }
  function ask(answer) {
    const request = {};
    open++;
    void started.then(() => {
      request.result = answer();
      fire(request, 'success');
      void settle();
    });
    return request;
  }
  void started.then(settle);

  const storeOf = (name) => {
    const rows = () => database.stores.get(name);
    return {
      get: (key) => ask(() => structuredClone(rows().get(key))),
      getAll: () => ask(() => structuredClone([...rows().values()])),
      put: (value, key) => ask(() => rows().set(key, structuredClone(value))),
      add: (value) => ask(() => rows().set(Math.max(0, ...rows().keys()) + 1, structuredClone(value))),
      clear: () => ask(() => rows().clear()),
    };
  };
  return Object.assign(tx, { objectStore: storeOf, commit() {}, abort: () => (isAborted = true) });
}

export function createDatabases() {
  const databases = new Map();
  const queues = new Map();
  const inLine = (name, task) => queues.set(name, (queues.get(name) ?? Promise.resolve()).then(turn).then(task));

  return {
    /** What is stored, by name of database. */
    databases,
    open(name) {
      const request = {};
      inLine(name, () => {
        const isNew = !databases.has(name);
        if (isNew) databases.set(name, createDatabase());
        request.result = connect(databases.get(name));
        let isAborted = false;
        request.transaction = { abort: () => (isAborted = true) };
        if (isNew) fire(request, 'upgradeneeded');
        if (isAborted) databases.delete(name);
        request.error = isAborted ? new DOMException('aborted', 'AbortError') : null;
        fire(request, isAborted ? 'error' : 'success');
      });
      return request;
    },
    deleteDatabase(name) {
      const request = {};
      inLine(name, async () => {
        const connections = databases.get(name)?.connections ?? [];
        for (const connection of connections) fire(connection, 'versionchange');
        while (connections.size) await turn();
        databases.delete(name);
        fire(request, 'success');
      });
      return request;
    },
    /** What browsers do of themselves, and when the visitor has them delete what sites have stored. */
    closeAll(name) {
      const { connections } = databases.get(name);
      for (const connection of [...connections]) {
        connection.close();
        fire(connection, 'close');
      }
    },
  };
}
