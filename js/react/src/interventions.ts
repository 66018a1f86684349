import { addInterventionHandlers, type Intervention } from '@oncue/browser-plugin';
import { useCallback, useSyncExternalStore } from 'react';

/** Interventions that are open: received, not dismissed yet; one per name, newest first. */
let open: readonly Intervention[] = [];
const NONE: readonly Intervention[] = [];
const listeners = new Set<() => void>();
let isHandling = false;

function put(next: readonly Intervention[]): void {
  open = next;
  for (const listener of listeners) listener();
}

/**
 * The handler behind the hooks. They add it by themselves when the first one mounts; give it to `OnCuePlugin({ handlers })`
 * when the page has other handlers, since those would get what fires before.
 */
export function receiveIntervention(intervention: Intervention): void {
  isHandling = true;
  put([intervention, ...open.filter(({ name }) => name !== intervention.name)]);
}

/** Closes an intervention, for every component that shows it. Nothing happens when it is not open. */
export function dismissIntervention(name: string): void {
  if (open.some((one) => one.name === name)) put(open.filter((one) => one.name !== name));
}

// On mount and not on import: a server renders too, and it has no visitor.
function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  if (!isHandling) addInterventionHandlers({ react: receiveIntervention });
  isHandling = true;
  return () => listeners.delete(listener);
}

/** All open interventions, newest first; none on the server. The array is the same until something changes. */
export function useInterventions(): readonly Intervention[] {
  return useSyncExternalStore(subscribe, () => open, () => NONE);
}

export interface UsedIntervention {
  /** Undefined until it fires, and once it is dismissed. */
  intervention: Intervention | undefined;
  /** Closes it, for every component that shows it. */
  dismiss: () => void;
}

/** One intervention by its name. It stays open over unmounting, so a page that is left and entered again shows it again. */
export function useIntervention(name: string): UsedIntervention {
  const find = (): Intervention | undefined => open.find((one) => one.name === name);
  const intervention = useSyncExternalStore(subscribe, find, () => undefined);
  const dismiss = useCallback(() => dismissIntervention(name), [name]);
  return { intervention, dismiss };
}
