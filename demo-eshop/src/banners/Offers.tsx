import { useEffect, useRef, useState } from 'react';
import { applyCode, codes } from '../cart';
import { Icon, type IconName } from '../components/Icon';
import { Link } from '../components/Link';
import { useStore } from '../store';
import { banners, closeBanner, type Banner } from './banners';

const icons: Record<Banner['tone'], IconName> = { clay: 'tag', sage: 'cart', indigo: 'truck', honey: 'clock' };

/**
 * The open banners, newest first, and a line that reads the newest one out. On a phone the older ones fold away.
 * @param isInFlow stands them above the page instead of over its corner, where forms and sums must stay in reach
 */
export function Offers({ isInFlow }: { isInFlow: boolean }) {
  const open = useStore(banners);
  const region = useRef<HTMLElement>(null);
  const [isUnfolded, setUnfolded] = useState(false);
  useCloseOnEscape(open);
  const newest = open[0];

  const close = (name: string) => {
    const hadFocus = region.current?.contains(document.activeElement) ?? false;
    closeBanner(name);
    if (hadFocus) moveFocus(region.current, name);
  };

  return (
    <>
      <p className="unseen" role="status">{newest ? `${newest.title} ${newest.text} ${newest.code ?? ''}` : ''}</p>
      {open.length > 0 && (
        <section className="offers" aria-label="Offers" ref={region} data-flow={isInFlow} data-unfolded={isUnfolded}>
          {open.map((banner) => <Offer key={banner.name} banner={banner} onClose={() => close(banner.name)} />)}
          {open.length > 1 && (
            <button type="button" className="offers-more" aria-expanded={isUnfolded} onClick={() => setUnfolded(!isUnfolded)}>
              {isUnfolded ? 'Show only the newest' : `${open.length - 1} more`}
            </button>
          )}
        </section>
      )}
    </>
  );
}

function Offer({ banner, onClose }: { banner: Banner; onClose: () => void }) {
  const { code, link, tone } = banner;
  const isApplied = useStore(codes).some((applied) => applied === code);
  return (
    <article className="offer" data-tone={tone} data-banner={banner.name}>
      <span className="offer-icon"><Icon name={icons[tone]} size={22} /></span>
      <div className="offer-text">
        <h2>{banner.title}</h2>
        <p>{banner.text}{code && <> <b className="offer-code">{code}</b>.</>}</p>
      </div>
      {code && (
        <button type="button" className="offer-action" onClick={() => applyCode(code)} disabled={isApplied}>
          {isApplied ? 'Applied' : 'Apply'}<span className="unseen"> code {code}</span>
        </button>
      )}
      {link && <Link to={link.to} className="offer-action" onClick={onClose}>{link.label}</Link>}
      <button type="button" className="offer-close" onClick={onClose} aria-label={`Close: ${banner.title}`}>
        <Icon name="close" size={16} />
      </button>
    </article>
  );
}

/** Escape closes the newest banner, unless a dialog or the phone's drawer is open, which then takes the key. */
function useCloseOnEscape(open: Banner[]): void {
  useEffect(() => {
    const newest = open[0];
    if (!newest) return;
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== 'Escape' || event.defaultPrevented || document.querySelector('dialog[open], .shop[inert]')) return;
      closeBanner(newest.name);
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, [open]);
}

/** Keeps the keyboard where it was: on another banner's close button, else on the page. */
function moveFocus(region: HTMLElement | null, closedName: string): void {
  const next = region?.querySelector<HTMLElement>(`.offer:not([data-banner="${closedName}"]) .offer-close`);
  (next ?? document.getElementById('main'))?.focus({ preventScroll: true });
}
