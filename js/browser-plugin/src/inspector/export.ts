import type { Segment } from './recorder.js';

export interface ExportedFile {
  name: string;
  type: string;
  /** Made when it is asked for: a session is shown far more often than it is saved. */
  content(): BlobPart;
}

export interface Export {
  files: { events: ExportedFile; definitions: ExportedFile; state: ExportedFile };
  /** What to type where the files are. */
  command: string;
}

/**
 * The recorded session as files that `oncue replay` runs: the state before, the definitions, and the events in NDJSON.
 * Each event gets its moment as `stm`, which is the clock of a replay; the tracker itself adds one when it sends.
 */
export function exportSession(segments: readonly Segment[]): Export | undefined {
  const [first] = segments;
  if (!first) return undefined;
  const steps = segments.flatMap((segment) => segment.steps);
  const writeEvents = (): string =>
    steps.flatMap(({ payload, at }) => (payload ? `${JSON.stringify({ ...JSON.parse(payload), stm: String(at) })}\n` : [])).join('');
  const asOf = new Date(Math.max(first.before.at, ...steps.map(({ at }) => at))).toISOString();
  return {
    files: {
      definitions: { name: 'oncue-definitions.json', type: 'application/json', content: () => first.before.definitions },
      events: { name: 'oncue-events.ndjson', type: 'application/x-ndjson', content: writeEvents },
      state: { name: 'oncue-state.bin', type: 'application/octet-stream', content: () => first.before.state },
    },
    command: `npx oncue replay --definitions oncue-definitions.json --state oncue-state.bin --events oncue-events.ndjson --as-of ${asOf}`,
  };
}

/** Hands a file to the reader's browser. */
export function download({ name, type, content }: ExportedFile): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([content()], { type }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
