import type { Engine } from '@oncue/engine';
import type { Leader } from '../tabs/leader.js';
import type { Intervention } from '../types.js';
import type { Answer, OwnState, Status, Who } from './contract.js';

/** The engine's side of sync. Every command that changes something is an input like an event, and is journaled like one. */
export interface Commands {
  /** For commands that change nothing. */
  ask(command: object): Answer;
  status(): Status;
  /** Undefined while the engine has nothing of this id. */
  find(who: Who): OwnState | undefined;
  /** Hands a command over, writes it down, and has shown what it fires. */
  run(command: object): Answer;
  /** Resolves when everything that was said so far is durable. */
  durable(): Promise<void>;
}

export function createCommands(engine: Engine, leader: Leader): Commands {
  const { journal } = leader;

  function run(command: object): Answer {
    const at = Date.now();
    const text = JSON.stringify(command);
    const fired = engine.sync(text, { now: at }) as Intervention[];
    const answer: Answer = engine.answer();
    if (answer.error) throw new Error(`${answer.error.code}: ${answer.error.message}`);
    // A status other than ok says that nothing has changed.
    if ((answer.status ?? 'ok') === 'ok') journal.entry({ key: '', tab: '', tracker: '', at, text, door: 'sync' });
    for (const intervention of fired) leader.deliver({ intervention });
    leader.wake();
    return answer;
  }

  function ask(command: object): Answer {
    engine.sync(JSON.stringify(command), { now: Date.now() });
    return engine.answer();
  }

  const status = (): Status => ask({ do: 'status' }) as unknown as Status;

  return {
    ask,
    run,
    status,
    find: (who) => status().ids.find(({ key, id }) => key === who.key && id === who.id),
    durable: () => new Promise((resolve) => journal.whenDurable(resolve)),
  };
}
