import type { Logger } from '@snowplow/browser-tracker';

/** Milliseconds between two attempts: the first wait, doubled up to the last one; half of it is left to chance. */
const FIRST_WAIT = 1000;
const LAST_WAIT = 60_000;
/** A connection that held this many milliseconds was a good one: the next wait is the first again. */
const GOOD_AFTER = 5000;

type Listener = (text: string) => void;
/** Who listens to each address that is open. */
const shared = new Map<string, { listeners: Set<Listener>; close: () => void }>();

/** Like openStream, but there is one EventSource however many listen to `url`. */
export function listenTo(url: string, timeoutMs: number, listener: Listener, log: Logger): () => void {
  let stream = shared.get(url);
  if (!stream) {
    const listeners = new Set<Listener>();
    const close = openStream(url, timeoutMs, (text) => listeners.forEach((listen) => listen(text)), log);
    shared.set(url, (stream = { listeners, close }));
  }
  const { listeners, close } = stream;
  listeners.add(listener);
  return () => {
    if (!listeners.delete(listener) || listeners.size) return;
    close();
    shared.delete(url);
  };
}

/**
 * Keeps one EventSource open until the returned function is called. Connections that fail, end, or do not open within
 * `timeoutMs` are made anew after a while; the log says so once until a connection holds.
 * @param onMessage called with the text of each message
 */
function openStream(url: string, timeoutMs: number, onMessage: Listener, log: Logger): () => void {
  let source: EventSource | undefined;
  let timer: ReturnType<typeof setTimeout>;
  let failures = 0;

  function close(): void {
    clearTimeout(timer);
    source?.close();
  }

  function retry(reason: string): void {
    close();
    if (!failures) log.warn(`OnCue: ${url} ${reason}: check endpoint, CORS, and connect-src of the CSP; trying again`);
    timer = setTimeout(open, Math.min(FIRST_WAIT * 2 ** failures++, LAST_WAIT) * (0.5 + Math.random() / 2));
  }

  function open(): void {
    source = new EventSource(url);
    timer = setTimeout(retry, timeoutMs, `did not answer within ${timeoutMs} ms`);
    source.onopen = () => {
      clearTimeout(timer);
      timer = setTimeout(() => (failures = 0), GOOD_AFTER);
    };
    source.onerror = () => retry('cannot be reached');
    source.onmessage = ({ data }) => onMessage(data);
  }

  open();
  return close;
}
