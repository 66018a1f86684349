// What Prometheus is told of sync.
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

const SECONDS = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 1, 5];

export class SyncMetrics {
  readonly uploads;
  readonly uploadedFacts;
  readonly uploadTime;
  readonly claims;
  readonly forgets;
  readonly sent;
  readonly dropped;

  constructor(private readonly registry: Registry) {
    const registers = [registry];
    this.uploads = new Counter({ name: 'oncue_sync_uploads_total', help: 'Uploads by outcome, and whether the definitions of the device are published now, were before, or never', labelNames: ['outcome', 'definitions'] as const, registers });
    this.uploadedFacts = new Counter({ name: 'oncue_sync_facts_total', help: 'Facts of accepted uploads, repeated ones among them', registers });
    this.uploadTime = new Histogram({ name: 'oncue_sync_upload_seconds', help: 'Time until an upload is durable and answered', buckets: SECONDS, registers });
    this.claims = new Counter({ name: 'oncue_sync_claims_total', help: 'Claims by outcome', labelNames: ['outcome'] as const, registers });
    this.forgets = new Counter({ name: 'oncue_sync_forgets_total', help: 'Ids erased', registers });
    this.sent = new Counter({ name: 'oncue_sync_messages_total', help: 'Messages sent to streams of sync', registers });
    this.dropped = new Counter({ name: 'oncue_sync_dropped_total', help: 'Streams of sync dropped because they did not read', registers });
  }

  watch(streams: () => number, loadedIds: () => number): void {
    const registers = [this.registry];
    const gauge = (name: string, help: string, read: () => number) => new Gauge({ name, help, registers, collect() { this.set(read()); } });
    gauge('oncue_sync_streams', 'Open streams of sync', streams);
    gauge('oncue_sync_loaded_ids', 'Ids that the engine of sync holds', loadedIds);
  }
}
