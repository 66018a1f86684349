// What this package exports. Adding an entry: its name here, `src/<name>.ts`, and its `exports` in package.json.
/**
 * The plugin keeps what it knows in modules of the first entry. Another entry reaches them through `./index.js` alone,
 * which stays outside of its files, so that there is one copy in the page whatever is imported.
 */
export const ENTRIES = ['index', 'inspector', 'sources', 'actions'];

/** Parts of the first entry that it loads when they are needed, with import('./<name>.js'): not exported. */
export const CHUNKS = ['receive', 'without_locks', 'everything', 'sync'];

/** Modules without state: an entry may bring a copy of its own. */
export const STATELESS = ['encoded', 'schemata', 'types', 'database', 'notes', 'within', 'consent'];

/**
 * Members that only modules of this package name, in code and never as text: short in dist/, which brotli notices. None of
 * them may be public, stored, exported, or part of a message between tabs; a header of such a name is quoted.
 */
const PRIVATE = [
  'accept', 'addDone', 'addFired', 'answer', 'arm', 'attach', 'awake', 'begin', 'begun', 'campaign', 'canReceive', 'compact', 'counts', 'deliver',
  'disarm', 'early', 'end', 'entry', 'erase', 'exists', 'extend', 'fail', 'flush', 'gate', 'hasHandlers', 'ingest', 'isAlone', 'isBeyond',
  'isBusy', 'isEnabled', 'isReady', 'isReceiving', 'isSyncing', 'isTakingPart', 'journal', 'latest', 'leader', 'leave', 'loaded', 'makeEngine',
  'mayNote', 'note', 'noted', 'offer', 'onBack', 'onClear', 'onDeposed', 'onEvent', 'onFailed', 'onOtherEvent', 'onReceiver', 'onRoleChange',
  'onSaved', 'openOutlet', 'post', 'prepare', 'receiver', 'resign', 'retry', 'runBackground', 'save', 'seize', 'setAside', 'settle',
  'settleNotes', 'show', 'showing', 'stop', 'submit', 'unhandled', 'unrecorded', 'whenDurable',
];
export const mangleProps = new RegExp(`^(${PRIVATE.join('|')})$`);
