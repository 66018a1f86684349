// What a server's inside does alike on a file and on Redis.
import type { Registry } from '../registry/objects.js';
import type { HostOptions } from './host.js';

export abstract class BaseHost {
  constructor(protected readonly options: HostOptions) {}

  abstract readonly registry: Registry;

  keyNames(): Set<string> {
    return this.registry.keyNames();
  }

  /** @param isNew of each event @param start of adding them, by performance.now() */
  protected tellOfEvents(isNew: readonly boolean[], start: number): void {
    const accepted = isNew.filter(Boolean).length;
    this.options.onEvents?.(accepted, isNew.length - accepted, performance.now() - start);
  }
}
