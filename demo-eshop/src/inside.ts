import type { Inspector } from '@oncue/browser-plugin/inspector';
import { createStore } from './store';
import { nameCurrentAction } from './tracking';

/** The plugin's inspector: beside the shop where there is room, over it elsewhere. Loaded when somebody asks for it. */

const PARAMETER = 'oncue-inspect';
const desk = matchMedia('(min-width: 64rem)');

/** `docked`: it stands on the shelf, beside the shop. */
export const inside = createStore<'closed' | 'docked' | 'over'>('closed');
/** What the inspector stands in while it is docked. */
export const shelf = document.createElement('div');
shelf.className = 'shelf';

export const isInsideAsked = new URLSearchParams(location.search).has(PARAMETER);

let inspector: Inspector | undefined;

export async function openInside(): Promise<void> {
  const { openInspector } = await import('@oncue/browser-plugin/inspector');
  if (inspector) return;
  const isDocked = desk.matches;
  inspector = openInspector({
    theme: 'dark',
    nameEvent: nameCurrentAction,
    onClose: () => {
      inspector = undefined;
      inside.set('closed');
      keepInAddress();
    },
    ...(isDocked && { container: shelf }),
  });
  inside.set(isDocked ? 'docked' : 'over');
  keepInAddress();
}

export function toggleInside(): void {
  if (inspector) inspector.close();
  else openInside().catch((error: unknown) => console.error('The inspector could not be loaded', error));
}

/** A reload, and whoever is sent the address, finds it open. */
function keepInAddress(): void {
  const url = new URL(location.href);
  if (inspector) url.searchParams.set(PARAMETER, '');
  else url.searchParams.delete(PARAMETER);
  history.replaceState(history.state, '', url);
}

desk.addEventListener('change', () => {
  if (!inspector) return;
  inspector.close();
  toggleInside();
});
