import { Banner, useInterventions } from '@oncue/react';
import { useState } from 'react';
import { applyCode, codes } from '../cart';
import { Icon, type IconName } from '../components/Icon';
import { Link } from '../components/Link';
import { useStore } from '../store';
import { answerTo, type Answer } from './answers';

const icons: Record<Answer['tone'], IconName> = { clay: 'tag', sage: 'cart', indigo: 'truck', honey: 'clock' };

/** The open banners, newest first. On a phone the older ones fold away. */
export function Offers() {
  const open = useInterventions();
  const [isUnfolded, setUnfolded] = useState(false);
  if (open.length === 0) return null;
  return (
    <section className="offers" aria-label="Offers" data-unfolded={isUnfolded}>
      {open.map((intervention) => <Offer key={intervention.name} name={intervention.name} answer={answerTo(intervention)} />)}
      {open.length > 1 && (
        <button type="button" className="offers-more" aria-expanded={isUnfolded} onClick={() => setUnfolded(!isUnfolded)}>
          {isUnfolded ? 'Show only the newest' : `${open.length - 1} more`}
        </button>
      )}
    </section>
  );
}

function Offer({ name, answer }: { name: string; answer: Answer }) {
  const { title, text, code, link, tone } = answer;
  const isApplied = useStore(codes).some((applied) => applied === code);
  return (
    <Banner
      name={name} label={title} className="offer" data-tone={tone} data-banner={name} returnFocusTo="#main"
      announcement={`${title} ${text} ${code ?? ''}`} closeClassName="offer-close" closeContent={<Icon name="close" size={16} />}
    >
      {(_intervention, dismiss) => (
        <>
          <span className="offer-icon"><Icon name={icons[tone]} size={20} /></span>
          <div className="offer-text">
            <h2>{title}</h2>
            <p>{text}{code && <> <b className="offer-code">{code}</b>.</>}</p>
          </div>
          {code && (
            <button type="button" className="offer-action" onClick={() => applyCode(code)} disabled={isApplied}>
              {isApplied ? 'Applied' : 'Apply'}<span className="unseen"> code {code}</span>
            </button>
          )}
          {link && <Link to={link.to} className="offer-action" onClick={dismiss}>{link.label}</Link>}
        </>
      )}
    </Banner>
  );
}
