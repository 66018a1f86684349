// Whether the engine can go on: the engines of a process share one WebAssembly memory, which ends at 2 GiB and never shrinks.
import { HttpError } from '../errors.js';

/** Leaves room for what is applied already waiting, for definitions, and for a snapshot's parts. */
export const MOST_ENGINE_BYTES = 1.75 * 1024 ** 3;
const MIB = 1024 ** 2;
const RETRY_SECONDS = '60';

export type EngineState = 'ok' | 'full' | 'failed';

/** Whether the engine stopped in the middle of something: what it holds is not to be trusted any more. */
function isTrap(error: unknown): boolean {
  return error instanceof WebAssembly.RuntimeError;
}

export class EngineHealth {
  private bytes = 0;
  private failure: string | undefined;
  private isFull = false;
  private onFailure: () => void = () => {};

  /**
   * @param mostBytes of WebAssembly memory, from which on no events are taken
   * @param onTrouble told once of each
   */
  constructor(
    readonly mostBytes: number,
    private readonly onTrouble: (error: unknown, doing: string) => void,
  ) {}

  /** @param listener told once, when the engine has failed */
  whenFailed(listener: () => void): void {
    this.onFailure = listener;
  }

  get state(): EngineState {
    if (this.failure !== undefined) return 'failed';
    return this.isFull ? 'full' : 'ok';
  }

  /** What is wrong and what to do, for whoever runs the server; undefined when nothing is. */
  get reason(): string | undefined {
    if (this.failure !== undefined) {
      return `the engine failed (${this.failure}): the log has everything that was acknowledged; start the server again; if its memory was full, with --max-ids`;
    }
    if (!this.isFull) return undefined;
    return `the engine's memory is full: it has ${Math.round(this.bytes / MIB)} MiB and may have ${Math.round(this.mostBytes / MIB)}; no events are taken. Use several servers on Redis, or keep fewer ids: start it with --max-ids and, for one run, a higher --max-engine-memory`;
  }

  /** Bytes of WebAssembly memory; of an engine that failed those it had when it was last asked. */
  measure(read: () => number): number {
    if (this.failure === undefined) this.bytes = this.use(read);
    return this.bytes;
  }

  /** @throws {HttpError} 503 when no event can be taken */
  admit(read: () => number): void {
    const isFull = this.measure(read) >= this.mostBytes;
    if (isFull && !this.isFull) {
      this.isFull = true;
      this.onTrouble(new Error(this.reason), 'taking events');
    }
    if (this.state !== 'ok') throw this.refusal();
  }

  /** @throws {HttpError} 503 when the engine failed */
  check(): void {
    if (this.failure !== undefined) throw this.refusal();
  }

  /** Calls the engine. @throws {HttpError} 503 when it failed, before or now */
  use<T>(call: () => T): T {
    this.check();
    try {
      return call();
    } catch (error) {
      throw this.notice(error) ? this.refusal() : error;
    }
  }

  /** @returns whether this is the engine's end */
  notice(error: unknown, doing = 'using the engine'): boolean {
    if (!isTrap(error)) return false;
    if (this.failure === undefined) {
      this.failure = (error as Error).message;
      this.onTrouble(error, `${doing}; ${this.reason}`);
      this.onFailure();
    }
    return true;
  }

  refusal(): HttpError {
    const what = this.state === 'full' ? "the engine's memory is full and no event was taken" : 'the engine failed and nothing was done';
    return new HttpError(503, { error: `${what}: /healthz says what to do` }, { 'retry-after': RETRY_SECONDS });
  }
}
