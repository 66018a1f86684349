import type { Engine, EngineOptions } from '@oncue/engine';
import type { Logger } from '@snowplow/browser-tracker';
import type { Attach, Leader } from '../tabs/leader.js';
import type { OwnProfile } from '../tabs/profile_types.js';
import type { TabEvent } from '../tabs/protocol.js';
import type { Gate } from '../tabs/showing.js';
import type { SyncConfiguration } from '../types.js';
import { createClaims } from './claims.js';
import { createCommands } from './commands.js';
import type { Who } from './contract.js';
import { createSession, type Session } from './person_session.js';

/** Events of one gesture share a look and an upload, ms. */
const LOOK_AFTER_MS = 10;
/** A page's first event tells who is there; if none comes, the visitor of the last one is, ms. */
const FIRST_LOOK_MS = 1000;
/** How long a connection can outlive consent, ms. */
const CONSENT_MS = 1000;

/**
 * @param options those that engines will be made with; gets what sync needs
 * @param isEnabled consent
 * @returns what each leader of this page calls once it has the engine
 */
export function startSync(sync: SyncConfiguration, options: EngineOptions, profile: OwnProfile, log: Logger, isEnabled: () => boolean): Attach {
  const keys = sync.keys ?? ['user_id'];
  options.syncKeys = keys;
  return (engine, leader) => lead(engine, leader, { ...sync, keys }, profile, log, isEnabled);
}

/** Of the latest event, if any group uses the key; of `user_id` in any case. */
function findLatestId(engine: Engine, key: string, latest: TabEvent | undefined): string | undefined {
  const group = engine.catalog().groups.find(({ attribute_key, attributes }) => attribute_key === key && attributes.length);
  if (group) return (engine.explain(`${group.name}:${group.attributes[0]}`)?.id as string | null) ?? undefined;
  return key === 'user_id' && latest ? JSON.parse(latest.text).uid : undefined;
}

function lead(engine: Engine, leader: Leader, configuration: SyncConfiguration & { keys: string[] }, profile: OwnProfile, log: Logger, isEnabled: () => boolean): Gate {
  const commands = createCommands(engine, leader);
  const sessions = new Map<string, Session>();
  let latest: TabEvent | undefined;
  let isOver = false;
  let isTold = false;

  const find = ({ key, id }: Who): Session | undefined => {
    const session = sessions.get(key);
    return session?.id === id ? session : undefined;
  };
  const findNow = (who: Who): Session | undefined => {
    if (!find(who)) look();
    return find(who);
  };
  const claims = createClaims(configuration.mode, leader, commands, findNow, () => profile.leader !== leader);
  function erase(who: Who): void {
    claims.drop(who);
    // The log has the person's events.
    leader.journal.compact();
  }
  const host = { configuration, commands, log, isEnabled, onReached: claims.retry, onClaims: claims.learn, onForgotten: erase };

  /** Throws where the engine syncs nothing. */
  function tellLocal(): void {
    const { local } = commands.status();
    if (local && !isTold) log.warn(`OnCue: each device counts ${local.join(', ')} for itself: an id of a browser or a session never leaves it`);
    isTold = true;
  }

  function connect(key: string, id: string | undefined): void {
    const session = sessions.get(key);
    if (session && session.id === id && !session.isOver) return session.send();
    session?.end();
    sessions.delete(key);
    if (!id) return;
    tellLocal();
    if (configuration.stitch) commands.run({ do: 'stitch', key, id });
    sessions.set(key, createSession({ key, id }, host));
  }

  /** Who is there now, and has anything happened that others do not know? */
  function look(): void {
    clearTimeout(timer);
    timer = undefined;
    if (isOver) return;
    try {
      const isAllowed = isEnabled() && !latest?.anonymous;
      for (const key of configuration.keys) connect(key, isAllowed ? findLatestId(engine, key, latest) : undefined);
    } catch (error) {
      end();
      log.error('OnCue: sync is off until the page is loaded anew', error);
    }
  }

  let timer: ReturnType<typeof setTimeout> | undefined = setTimeout(look, FIRST_LOOK_MS);
  let isFirst = true;
  const stopListening = profile.onEvent((event) => {
    if (event.door) return;
    latest = event;
    if (isFirst) clearTimeout(timer);
    if (isFirst || !timer) timer = setTimeout(look, LOOK_AFTER_MS);
    isFirst = false;
  });
  const consent = setInterval(() => {
    if (sessions.size && !isEnabled()) look();
  }, CONSENT_MS);
  const stopWatching = profile.onRoleChange(end);

  function end(): void {
    isOver = true;
    clearTimeout(timer);
    clearInterval(consent);
    stopListening();
    stopWatching();
    for (const session of sessions.values()) session.end();
    sessions.clear();
  }

  return claims.decide;
}
