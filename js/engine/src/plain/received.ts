// An intervention that a server sent, for wasm/plain/receive.cc: what core's own reader takes of it (core/src/engine/receive.cc).
import { encode, wide } from './bytes.js';

type Member = unknown;
type Fields = Record<string, Member>;

const isObject = (value: Member): value is Fields => Object(value) === value && !Array.isArray(value);
const textOf = (value: Member): string => (typeof value === 'string' ? value : '');

/** Empty when it is malformed. */
export function readReceived(json: string, now: number): Uint8Array {
  let sent: unknown;
  try {
    sent = JSON.parse(json);
  } catch {}
  if (isObject(sent)) {
    const { intervention_id, name, version, target_attribute_key: target = null, attributes = null } = sent;
    const isRight =
      textOf(intervention_id) && textOf(name) && Number.isInteger(version) && (version as number) >= 0 && (version as number) < 2 ** 32;
    if (isRight && [target, attributes].every((one) => one === null || isObject(one))) {
      const { name: key, id } = (target ?? {}) as Fields;
      const entry = { intervention_id, name, version, target_attribute_key: target ?? undefined, attributes: attributes ?? {}, at: Math.trunc(now), event_id: null };
      return encode([textOf(intervention_id), textOf(name), wide(version as number), textOf(key), textOf(id), JSON.stringify(entry)]);
    }
  }
  return new Uint8Array();
}
