import type { Activity } from '../types.js';
import { exportSession } from './export.js';
import type { Look } from './look.js';
import { showPanel, TITLE, type Actions, type View } from './panel.js';
import { record, type Step } from './recorder.js';
import { pageSource, type InspectedPlugin } from './source.js';
import { STYLES } from './styles.js';

export interface InspectorOptions {
  /** An element to stand in, filling it; default: an overlay at the edge of the window. */
  container?: Element;
  /** Default: as the reader's system asks for. */
  theme?: 'light' | 'dark';
  /** Starts as a small button; not with a container. Default false. */
  isFolded?: boolean;
  /** Called once when it closes, by the reader or by `close()`. */
  onClose?: () => void;
  /** A better name for an event than its `event_name`, asked for while the event happens. */
  nameEvent?: (activity: Activity) => string | undefined;
  /** The plugin to look into, where it is not the page's `@oncue/browser-plugin`: the global of a script tag, say. */
  plugin?: InspectedPlugin;
}

export interface Inspector {
  /** The element that holds it; its shadow root is open. */
  readonly element: HTMLElement;
  unfold(): void;
  close(): void;
}

/** Time moves values too. */
const REFRESH_MS = 1000;
/** What the reader does in here is no activity on the page: page pings, link and button tracking, the page's own keys. */
const OWN_EVENTS = ['click', 'auxclick', 'mousedown', 'mouseup', 'mousemove', 'pointerdown', 'pointerup', 'wheel', 'touchstart', 'touchend', 'keydown', 'keyup', 'keypress', 'input', 'change', 'focusin', 'focusout', 'submit'];

export function openPanel(plugin: InspectedPlugin, options: InspectorOptions): Inspector {
  const source = pageSource(plugin);
  const { element, root, release } = createHost(options);
  const view: View = { stats: plugin.getStats(), whereabouts: 'here', look: undefined, trouble: undefined, steps: [], chosen: undefined, filter: '', isFolded: !!options.isFolded && !options.container, isDocked: !!options.container, exported: undefined };
  const before = document.activeElement as HTMLElement | null;
  let pending: ReturnType<typeof setTimeout> | undefined;
  let isClosed = false;

  const recorder = record(source, showSoon, (activity) => options.nameEvent?.(activity));
  const timer = setInterval(showSoon, REFRESH_MS);

  /** Once for all that happens in one task. */
  function showSoon(): void {
    pending ??= setTimeout(() => {
      pending = undefined;
      show().catch((error) => console.error('OnCue inspector:', error));
    }, 0);
  }

  async function show(): Promise<void> {
    view.steps = recorder.steps();
    if (!view.isFolded) {
      view.stats = await source.stats();
      view.whereabouts = source.whereabouts();
      await look();
      view.exported = exportSession(recorder.segments());
    }
    if (isClosed) return;
    element.toggleAttribute('data-folded', view.isFolded);
    element.toggleAttribute('data-past', !!view.chosen);
    showPanel(root, view, actions);
  }

  /** What keeps it from looking is shown in its place. */
  async function look(): Promise<void> {
    try {
      view.look = await lookAt(view.chosen);
      view.trouble = undefined;
    } catch (error) {
      view.look = undefined;
      view.trouble = (error as Error)?.message ?? String(error);
    }
  }

  async function lookAt(step: Step | undefined): Promise<Look | undefined> {
    const past = step && (await recorder.travel(step, view.filter));
    if (!past) view.chosen = undefined;
    return past ?? source.look(view.filter);
  }

  const actions: Actions = {
    choose(step) {
      view.chosen = step;
      showSoon();
    },
    filter(text) {
      view.filter = text;
      showSoon();
    },
    fold(isFolded) {
      view.isFolded = isFolded;
      show().then(() => root.querySelector<HTMLElement>(isFolded ? '.pill' : 'h2')?.focus());
    },
    close,
  };

  function close(): void {
    if (isClosed) return;
    isClosed = true;
    const hadFocus = document.activeElement === element;
    recorder.stop();
    clearInterval(timer);
    element.remove();
    release();
    if (hadFocus && before?.isConnected) before.focus();
    options.onClose?.();
  }

  root.addEventListener('keydown', (event) => {
    if ((event as KeyboardEvent).key !== 'Escape') return;
    if (view.chosen) actions.choose(undefined);
    else close();
  });
  // Beside the body, so that a page that transforms or hides its body does not take it along.
  (options.container ?? document.documentElement).append(element);
  show().then(() => {
    if (!options.container && !view.isFolded) root.querySelector<HTMLElement>('h2')?.focus();
  });
  return { element, unfold: () => actions.fold(false), close };
}

function createHost({ container, theme }: InspectorOptions): { element: HTMLElement; root: ShadowRoot; release: () => void } {
  const element = document.createElement('oncue-inspector');
  element.setAttribute('role', 'complementary');
  element.setAttribute('aria-label', TITLE);
  element.toggleAttribute('data-docked', !!container);
  const dark = matchMedia('(prefers-color-scheme: dark)');
  const paint = (): void => element.setAttribute('data-theme', theme ?? (dark.matches ? 'dark' : 'light'));
  paint();
  dark.addEventListener('change', paint);
  const root = element.attachShadow({ mode: 'open' });
  // A <style> element would need 'unsafe-inline' in the page's Content-Security-Policy.
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(STYLES);
  root.adoptedStyleSheets = [sheet];
  for (const name of OWN_EVENTS) element.addEventListener(name, (event) => event.stopPropagation());
  return { element, root, release: () => dark.removeEventListener('change', paint) };
}
