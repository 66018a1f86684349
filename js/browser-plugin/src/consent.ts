import type { Logger } from '@snowplow/browser-tracker';

/** What `enabled` says; when it throws, no, and the log says whose it is. */
export function isAllowed(enabled: boolean | (() => boolean) = true, of: string, log: Pick<Logger, 'error'>): boolean {
  try {
    return typeof enabled === 'function' ? !!enabled() : enabled;
  } catch (error) {
    log.error(`OnCue: enabled()${of} failed, which counts as no`, error);
    return false;
  }
}
