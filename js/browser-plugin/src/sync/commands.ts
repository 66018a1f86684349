import type { Engine } from '@oncue/engine';
import type { Leader } from '../tabs/leader.js';
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

  function give(text: string, now: number): Answer {
    const answer = engine.sync(text as never, { now }) as Answer;
    if (answer.error) throw new Error(`${answer.error.code}: ${answer.error.message}`);
    return answer;
  }

  // No time passes: that would be an input too.
  const ask = (command: object): Answer => give(JSON.stringify(command), engine.now());
  const status = (): Status => ask({ do: 'status' }) as unknown as Status;

  return {
    ask,
    status,
    find: (who) => status().ids.find(({ key, id }) => key === who.key && id === who.id),
    run(command) {
      const at = Date.now();
      const text = JSON.stringify(command);
      const answer = give(text, at);
      journal.entry({ key: '', tab: '', tracker: '', at, text, door: 'sync' });
      for (const intervention of answer.fired) leader.deliver({ intervention });
      leader.wake();
      return answer;
    },
    durable: () => new Promise((resolve) => journal.whenDurable(resolve)),
  };
}
