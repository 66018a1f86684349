import type { Payload } from '@snowplow/browser-tracker';
import type { Outlet } from '../handlers.js';
import type { RawJson } from '../raw.js';
import type { Fetcher, Intervention } from '../types.js';
import { listenTo } from './stream.js';
import { extractIds, type Ids, type Targets } from './targets.js';

const DEFAULT_TARGETS: Targets = { domain_userid: '/domain_userid', domain_sessionid: '/domain_sessionid' };

/** A Fetcher that can be handed an event's JSON objects beside its text, and told to forget whom it receives for. */
export interface StreamFetcher extends Fetcher {
  update(payload?: Payload, explicitIds?: Ids, raw?: RawJson): void;
  forget(): void;
}

/**
 * Receives over one EventSource at `endpoint + apiPath ? key=id & ...`, opened anew whenever an id changes. Ids come from
 * events only: `getDomainUserInfo()` also answers while the visitor is anonymous. An id once seen stays.
 */
export function createFetcher({ tracker, log, canReceive, receive }: Outlet): StreamFetcher {
  let targets = DEFAULT_TARGETS;
  let givenIds: Ids = {};
  let ids = givenIds;
  let address: string | undefined;
  let timeoutMs: number;
  let openUrl: string | undefined;
  let close: (() => void) | undefined;

  function read(text: string): void {
    let intervention: Intervention;
    try {
      intervention = JSON.parse(text);
    } catch {
      return log.warn(`OnCue: ${address} sent a message that is no JSON: ${text.slice(0, 100)}`);
    }
    receive(intervention, tracker);
  }

  function connect(): void {
    const parameters = new URLSearchParams(ids).toString();
    const url = address && parameters && canReceive() ? `${address}?${parameters}` : undefined;
    if (url === openUrl) return;
    close?.();
    openUrl = url;
    if (!url) return;
    close = listenTo(url, timeoutMs, read, log);
  }

  function update(payload?: Payload, explicitIds?: Ids, raw?: RawJson): void {
    ids = { ...ids, ...(payload && extractIds(targets, payload, raw)), ...explicitIds };
    connect();
  }

  return {
    configure({ endpoint, apiPath = '/api/v1/interventions', attributeKeyTargets, attributeKeyIds, connectionTimeoutMs = 2500 }) {
      targets = { ...targets, ...attributeKeyTargets };
      givenIds = { ...givenIds, ...attributeKeyIds };
      address = (endpoint.includes('//') ? endpoint : `https://${endpoint}`) + apiPath;
      timeoutMs = connectionTimeoutMs;
      update(undefined, givenIds);
    },
    update,
    forget() {
      close?.();
      ids = givenIds;
      openUrl = undefined;
    },
  };
}
