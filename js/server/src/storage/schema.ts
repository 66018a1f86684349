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
];
