import type { Intervention } from '@oncue/browser-plugin';
import { useEffect, useRef, type ComponentPropsWithoutRef, type ReactNode } from 'react';
import { closeOnEscape } from './escape.js';
import { useIntervention } from './interventions.js';
import { prepareRegion, speak } from './live_region.js';

export interface BannerProps extends Omit<ComponentPropsWithoutRef<'article'>, 'children' | 'title'> {
  /** Of the intervention. While it is not open, nothing is rendered. */
  name: string;
  children: ReactNode | ((intervention: Intervention, dismiss: () => void) => ReactNode);
  /** The accessible name of the banner. */
  label: string;
  /** The accessible name of the close button. Default `Close: <label>`. */
  closeLabel?: string;
  /** What the close button shows. Default ×. */
  closeContent?: ReactNode;
  closeClassName?: string;
  /** What is read out when the banner comes. Default: its text. */
  announcement?: string;
  /** Where the focus goes when the last banner that has it closes and the place it came from is gone. Default `main`. */
  returnFocusTo?: string;
  /** Called after the visitor closed it. */
  onDismiss?: (intervention: Intervention) => void;
}

const CLOSE = 'data-oncue-close';
const ARRIVAL: Keyframe[] = [{ opacity: 0, transform: 'translateY(12px)' }, { opacity: 1, transform: 'none' }];
const ARRIVAL_MS = 240;

/** Where the focus was before it went to a banner; walking from banner to banner does not change it. */
let cameFrom: Element | null = null;

/**
 * A banner for an intervention. It takes no focus when it comes and is read out politely; Escape closes the newest; the
 * focus of a banner that closes goes to the next one, else back to where it came from. It comes with a short movement
 * unless the visitor prefers less. It has no style of its own.
 */
export function Banner({ name, ...props }: BannerProps): ReactNode {
  const { intervention, dismiss } = useIntervention(name);
  useEffect(prepareRegion, []);
  return intervention && <Open key={intervention.intervention_id} {...props} intervention={intervention} dismiss={dismiss} />;
}

interface OpenProps extends Omit<BannerProps, 'name'> {
  intervention: Intervention;
  dismiss: () => void;
}

function Open({
  intervention, dismiss, children, label, closeLabel, closeContent = '×', closeClassName, announcement, returnFocusTo = 'main', onDismiss, ...rest
}: OpenProps) {
  const element = useRef<HTMLElement>(null);

  const close = (): void => {
    const banner = element.current;
    const hadFocus = !!banner?.contains(document.activeElement);
    const next = hadFocus ? findOtherClose(banner as HTMLElement) : null;
    dismiss();
    if (hadFocus) giveFocus(next ?? cameFrom, returnFocusTo);
    onDismiss?.(intervention);
  };
  const latestClose = useRef(close);
  useEffect(() => {
    latestClose.current = close;
  });

  useEffect(() => {
    const banner = element.current as HTMLElement;
    speak(announcement ?? textOf(banner));
    arrive(banner);
    return closeOnEscape(banner, () => latestClose.current());
  }, []);

  return (
    <article
      aria-label={label} data-oncue-banner={intervention.name} {...rest} ref={element}
      onFocus={(event) => {
        const { relatedTarget } = event;
        if (relatedTarget && !(relatedTarget as Element).closest('[data-oncue-banner]')) cameFrom = relatedTarget as Element;
        rest.onFocus?.(event);
      }}
    >
      {typeof children === 'function' ? children(intervention, close) : children}
      <button type="button" className={closeClassName} aria-label={closeLabel ?? `Close: ${label}`} onClick={close} {...{ [CLOSE]: '' }}>
        {closeContent}
      </button>
    </article>
  );
}

/** What a reader would hear: the words, without those on buttons. */
function textOf(banner: HTMLElement): string {
  const copy = banner.cloneNode(true) as HTMLElement;
  for (const button of copy.querySelectorAll('button')) button.remove();
  return (copy.textContent ?? '').replace(/\s+/g, ' ').trim();
}

function findOtherClose(banner: HTMLElement): HTMLElement | null {
  const others = [...document.querySelectorAll<HTMLElement>(`[${CLOSE}]`)];
  return others.find((button) => !banner.contains(button) && button.offsetParent !== null) ?? null;
}

function giveFocus(element: Element | null, fallback: string): void {
  const target = (element?.isConnected ? element : document.querySelector(fallback)) as HTMLElement | null;
  target?.focus({ preventScroll: true });
}

function arrive(banner: HTMLElement): void {
  if (matchMedia('(prefers-reduced-motion: reduce)').matches) return;
  banner.animate(ARRIVAL, { duration: ARRIVAL_MS, easing: 'ease-out' });
}
