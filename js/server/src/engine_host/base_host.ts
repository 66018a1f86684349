// What a server's inside does alike on a file and on Redis.
import type { Registry } from '../registry/objects.js';
import type { Entry } from '../storage/store.js';
import { type PreviewJob, runAside } from './aside.js';
import type { HostOptions } from './host.js';
import { PREVIEW_EVENTS, readWhole, readWindow } from './preview.js';

export abstract class BaseHost {
  constructor(protected readonly options: HostOptions) {}

  private previewing: Promise<unknown> = Promise.resolve();

  abstract readonly registry: Registry;
  protected abstract events(since: number, limit: number): AsyncIterable<readonly Entry[]>;

  keyNames(): Set<string> {
    return this.registry.keyNames();
  }

  /** As Host.preview(): one after the other, as each may need much memory. */
  preview(kind: PreviewJob['kind'], text: string, now: number): Promise<object> {
    const previewed = this.previewing.catch(() => {}).then(() => this.previewNow(kind, text, now));
    this.previewing = previewed;
    return previewed;
  }

  private async previewNow(kind: PreviewJob['kind'], text: string, now: number): Promise<object> {
    const pages = this.events(now - readWindow(readWhole(text)), PREVIEW_EVENTS)[Symbol.asyncIterator]();
    return runAside<object>({ kind, registry: this.registry.toJSON(), text, now }, async () => {
      const { done, value } = await pages.next();
      return done ? null : value;
    });
  }

  /** @param isNew of each event @param start of adding them, by performance.now() */
  protected tellOfEvents(isNew: readonly boolean[], start: number): void {
    const accepted = isNew.filter(Boolean).length;
    this.options.onEvents?.(accepted, isNew.length - accepted, performance.now() - start);
  }
}
