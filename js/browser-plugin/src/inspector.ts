import { getStats, inspect, subscribeToActivity } from './index.js';
import { openPanel, type Inspector, type InspectorOptions } from './inspector/overlay.js';

export { nameEvent } from './inspector/event_name.js';
export type { Inspector, InspectorOptions } from './inspector/overlay.js';
export type { InspectedPlugin } from './inspector/source.js';

let current: Inspector | undefined;

/**
 * Opens the inspector on this page, or brings the open one back into view.
 * @returns a handle to close it
 */
export function openInspector(options: InspectorOptions = {}): Inspector {
  if (current) {
    current.unfold();
    return current;
  }
  const { plugin = { inspect, getStats, subscribeToActivity }, onClose } = options;
  const close = (): void => {
    current = undefined;
    onClose?.();
  };
  current = openPanel(plugin, { ...options, onClose: close });
  return current;
}
