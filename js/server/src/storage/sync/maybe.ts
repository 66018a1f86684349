// Steps that wait only where there is something to wait for: on a store in memory they run through at once, so that a
// simulation needs no event loop; on a disk or a network they are ordinary asynchronous code.

export type Maybe<T> = T | Promise<T>;
export type Steps<T> = Generator<unknown, T, unknown>;

const isPromise = (value: unknown): value is Promise<unknown> => value instanceof Promise;

/** `yield* wait(x)` is what `await x` is in an async function. */
export function* wait<T>(value: Maybe<T>): Steps<T> {
  return isPromise(value) ? ((yield value) as T) : value;
}

async function runOn<T>(steps: Steps<T>, first: unknown): Promise<T> {
  for (let waiting = first; ; ) {
    let next: IteratorResult<unknown, T>;
    try {
      next = steps.next(await waiting);
    } catch (error) {
      // What was waited for failed, or the steps themselves did; the former may be caught inside.
      next = steps.throw(error);
    }
    if (next.done) return next.value;
    waiting = next.value;
  }
}

/** Runs steps to their end. @returns a promise only when they had to wait */
export function run<T>(steps: Steps<T>): Maybe<T> {
  const first = steps.next();
  return first.done ? first.value : runOn(steps, first.value);
}

/** Runs the steps of one name one after the other, those of different names at the same time. */
export class Queues {
  private readonly last = new Map<string, Promise<unknown>>();

  run<T>(name: string, begin: () => Steps<T>): Maybe<T> {
    const before = this.last.get(name);
    const result = before ? before.then(() => run(begin())) : run(begin());
    if (!isPromise(result)) return result;
    const settled: Promise<unknown> = result.catch(() => {}).then(() => {
      if (this.last.get(name) === settled) this.last.delete(name);
    });
    this.last.set(name, settled);
    return result as Promise<T>;
  }
}
