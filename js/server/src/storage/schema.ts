// The data file's tables. A change is a new step at the end; steps that have shipped never change.

export const STEPS: readonly string[] = [
  `CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
   CREATE TABLE log (
     seq INTEGER PRIMARY KEY AUTOINCREMENT,
     at INTEGER NOT NULL,
     kind TEXT NOT NULL,
     format TEXT,
     event_id TEXT,
     body TEXT NOT NULL
   );
   CREATE UNIQUE INDEX log_event_id ON log (event_id) WHERE event_id IS NOT NULL;
   CREATE INDEX log_at ON log (at);
   CREATE TABLE snapshot (
     only INTEGER PRIMARY KEY CHECK (only = 1),
     seq INTEGER NOT NULL,
     host TEXT NOT NULL,
     engine BLOB NOT NULL
   );`,
  // Sync: ids are named by a hash, so that a forgotten one leaves nothing but its epoch.
  `CREATE TABLE sync_id (
     place TEXT PRIMARY KEY,
     key TEXT NOT NULL,
     epoch INTEGER NOT NULL,
     floor INTEGER NOT NULL,
     cursor INTEGER NOT NULL,
     dropped INTEGER NOT NULL,
     state_cursor INTEGER,
     state TEXT
   );
   CREATE TABLE sync_replica (
     place TEXT NOT NULL,
     replica TEXT NOT NULL,
     n INTEGER NOT NULL,
     chain TEXT NOT NULL,
     PRIMARY KEY (place, replica)
   ) WITHOUT ROWID;
   CREATE TABLE sync_log (
     place TEXT NOT NULL,
     cursor INTEGER NOT NULL,
     at INTEGER NOT NULL,
     kind TEXT NOT NULL,
     body TEXT NOT NULL,
     PRIMARY KEY (place, cursor)
   ) WITHOUT ROWID;
   CREATE TABLE sync_claim (
     place TEXT NOT NULL,
     name TEXT NOT NULL,
     version INTEGER NOT NULL,
     intervention_id TEXT NOT NULL,
     is_final INTEGER NOT NULL,
     until INTEGER NOT NULL,
     PRIMARY KEY (place, name, version)
   ) WITHOUT ROWID;
   CREATE TABLE sync_definitions (digest TEXT PRIMARY KEY, text TEXT NOT NULL);`,
  // A snapshot in parts: writing one at a time holds nobody up, and together they may be larger than a value of SQLite. Those of
  // a generation count once the row in snapshot names it; before, host and engine stood there themselves.
  `CREATE TABLE snapshot_part (
     generation INTEGER NOT NULL,
     room TEXT NOT NULL,
     part INTEGER NOT NULL,
     bytes BLOB NOT NULL,
     PRIMARY KEY (generation, room, part)
   );
   ALTER TABLE snapshot ADD COLUMN generation INTEGER;
   ALTER TABLE snapshot ADD COLUMN erasures TEXT;`,
];
