const QUIET_MS = 500;
const EVERY_MS = 100;
const WIDTH = 30;

/** The one that is on the terminal. @type {{clear(): void} | undefined} */
let onTerminal;

/** Makes room for what is about to be written to the same terminal; the next update draws the bar below it. */
export function clearProgress() {
  onTerminal?.clear();
}

/**
 * A bar on a terminal, once reading takes longer than half a second; nothing anywhere else.
 * @param {NodeJS.WriteStream} terminal
 */
export function createProgress(terminal) {
  const begun = Date.now();
  let shown = 0;

  /** @param {number} done bytes @param {number | undefined} total bytes @param {number} events */
  function draw(done, total, events) {
    const text = `${events.toLocaleString('en')} events`;
    if (!total) return terminal.write(`\r\x1b[K${text}`);
    const share = Math.min(1, done / total);
    const bar = '#'.repeat(Math.round(share * WIDTH)).padEnd(WIDTH, '.');
    return terminal.write(`\r\x1b[K[${bar}] ${Math.floor(share * 100)} %, ${text}`);
  }

  const progress = {
    /** @param {number} done @param {number | undefined} total @param {number} events */
    update(done, total, events) {
      const now = Date.now();
      if (!terminal.isTTY || now - begun < QUIET_MS || now - shown < EVERY_MS) return;
      shown = now;
      onTerminal = progress;
      draw(done, total, events);
    },
    clear() {
      if (onTerminal === progress) terminal.write('\r\x1b[K');
      onTerminal = undefined;
    },
  };
  return progress;
}
