// What Prometheus is told.
import { setTimeout as sleep } from 'node:timers/promises';
import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';

/** What is read when Prometheus asks. */
interface Gauges {
  streams(): number;
  waiting(): number;
  applied(): number;
  partitions(): number;
  told(): number;
  memoryBytes(): number;
  engine(): number;
  synced(): number;
  storeBytes(): Promise<Readonly<Record<string, number>>>;
  snapshot?(): number;
  pushes(): number;
}

const EVALUATION_SECONDS = [0.000_01, 0.000_02, 0.000_05, 0.000_1, 0.000_2, 0.000_5, 0.001, 0.005, 0.02, 0.1, 1];
const LONGEST_READ_MS = 1_000;
const COMMIT_SECONDS = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 1, 5];

export class Metrics {
  readonly registry = new Registry();
  readonly contentType = this.registry.contentType;
  private readonly registers = [this.registry];
  readonly events = new Counter({ name: 'oncue_events_total', help: 'Events received', labelNames: ['outcome'] as const, registers: this.registers });
  readonly rejected = new Counter({ name: 'oncue_events_rejected_total', help: 'Events accepted that count for nothing, as the engine cannot read them', labelNames: ['reason'] as const, registers: this.registers });
  readonly evaluation = new Histogram({ name: 'oncue_evaluation_seconds', help: 'Time to apply one entry of the log', labelNames: ['kind'] as const, buckets: EVALUATION_SECONDS, registers: this.registers });
  readonly commit = new Histogram({ name: 'oncue_commit_seconds', help: 'Time from the arrival of events to their being durable and applied', buckets: COMMIT_SECONDS, registers: this.registers });
  readonly fires = new Counter({ name: 'oncue_interventions_total', help: 'Interventions fired', labelNames: ['name', 'version'] as const, registers: this.registers });
  readonly sent = new Counter({ name: 'oncue_sse_messages_total', help: 'Messages sent to streams', registers: this.registers });
  readonly dropped = new Counter({ name: 'oncue_sse_dropped_total', help: 'Streams dropped because they did not read', registers: this.registers });
  readonly troubles = new Counter({ name: 'oncue_errors_total', help: 'What went wrong outside of any request', registers: this.registers });
  readonly requests = new Counter({ name: 'oncue_http_requests_total', help: 'Answers by route and status', labelNames: ['route', 'status'] as const, registers: this.registers });

  readonly refused = new Counter({ name: 'oncue_connections_refused_total', help: 'Connections not taken, as their address had too many', registers: this.registers });

  constructor() {
    collectDefaultMetrics({ register: this.registry });
  }

  /** Adds what is read at the moment of asking. */
  watch({ streams, waiting, applied, partitions, told, memoryBytes, synced, engine, storeBytes, snapshot, pushes }: Gauges): void {
    const gauge = (name: string, help: string, read: () => number) =>
      new Gauge({ name, help, registers: this.registers, collect() { this.set(read()); } });
    gauge('oncue_sse_streams', 'Open streams', streams);
    gauge('oncue_store_waiting_entries', 'Entries waiting to be written', waiting);
    gauge('oncue_log_seq', 'Entries of the log that were applied', applied);
    if (snapshot) gauge('oncue_snapshot_seq', 'Entries of the log that are in the snapshot', snapshot);
    gauge('oncue_partitions', 'Partitions that this process computes', partitions);
    gauge('oncue_told_targets', 'Targets of interventions with several target keys that were told, once for each intervention', told);
    gauge('oncue_pushes_waiting', 'Direct interventions that other servers have not answered yet', pushes);
    gauge('oncue_store_synced', '1: what is acknowledged outlives a crash of the store; 0: some may not; -1: the store does not tell', synced);
    this.watchSizes(storeBytes);
    gauge('oncue_engine_memory_bytes', 'WebAssembly memory', memoryBytes);
    gauge('oncue_engine_ok', '1: events are taken; 0: the memory of the engine is full; -1: the engine failed', engine);
  }

  private watchSizes(read: Gauges['storeBytes']): void {
    new Gauge({
      name: 'oncue_store_bytes',
      help: 'What the store takes',
      labelNames: ['of'] as const,
      registers: this.registers,
      async collect() {
        this.reset();
        // A store that is away, or hangs, has no size, and must not keep the other figures back.
        const none = {} as Readonly<Record<string, number>>;
        const late = sleep(LONGEST_READ_MS, none, { ref: false });
        const sizes = await Promise.race([late, read().catch(() => none)]);
        for (const [of, bytes] of Object.entries(sizes)) this.set({ of }, bytes);
      },
    });
  }

  text(): Promise<string> {
    return this.registry.metrics();
  }
}
