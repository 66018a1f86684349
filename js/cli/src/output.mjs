import { once } from 'node:events';
import { clearProgress } from './progress.mjs';

const BATCH = 64 * 1024;

/**
 * Writes in batches and waits for a slow reader.
 * @param {NodeJS.WriteStream} stream
 */
export function createOutput(stream) {
  let waiting = '';
  // `oncue ... | head` closes the pipe early, which is no error of ours.
  stream.on('error', (/** @type {NodeJS.ErrnoException} */ error) => {
    if (error.code === 'EPIPE') process.exit(0);
    throw error;
  });

  async function flush() {
    const text = waiting;
    waiting = '';
    if (text === '') return;
    if (stream.isTTY) clearProgress();
    if (!stream.write(text)) await once(stream, 'drain');
  }

  return {
    /** @param {string} text without its line end */
    async line(text) {
      waiting += `${text}\n`;
      if (waiting.length >= BATCH) await flush();
    },
    flush,
  };
}
/** @typedef {ReturnType<typeof createOutput>} Output */
