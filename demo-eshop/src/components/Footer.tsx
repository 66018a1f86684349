import { categories } from '../catalog';
import { deviceAddress } from '../device';
import { idleMinutes, isShortened, showWait } from '../idle';
import { resetVisitor } from '../shop';
import { useStore } from '../store';
import { Icon, type IconName } from './Icon';
import { Link } from './Link';

const promises: [IconName, string, string][] = [
  ['truck', 'Sent within a day', 'Packed in straw and paper'],
  ['leaf', 'Made to last', 'Thirty years of spare lids'],
  ['gift', 'Wrapped on request', 'With a card in our handwriting'],
];

export function Footer() {
  const device = useStore(deviceAddress);
  return (
    <footer className="footer">
      <ul className="promises">
        {promises.map(([icon, title, text]) => (
          <li key={title}>
            <Icon name={icon} size={24} />
            <div><strong>{title}</strong><span>{text}</span></div>
          </li>
        ))}
      </ul>
      <div className="footer-row">
        <div className="footer-demo">
          <p>Kiln &amp; Kettle is a demonstration shop. Nothing is sold, and no data leaves this machine.</p>
          <p>
            A cart counts as abandoned after {showWait(idleMinutes)} without activity.{' '}
            <a href={otherWait()}>{isShortened ? 'Back to 15 minutes' : 'Make it 20 seconds'}</a>
          </p>
          {device && <p>Sign in here and on <a href={device} target="_blank">a second device</a>: both know what you did on either.</p>}
          <button type="button" className="text-button" onClick={resetVisitor}>Reset user data</button>
        </div>
        <nav aria-label="Categories">
          {categories.map(({ id, name }) => <Link key={id} to={`/category/${id}`}>{name}</Link>)}
        </nav>
      </div>
    </footer>
  );
}

/** This page with the other wait. */
function otherWait(): string {
  const url = new URL(location.href);
  if (isShortened) url.searchParams.delete('idle');
  else url.searchParams.set('idle', '20s');
  return url.pathname + url.search;
}
