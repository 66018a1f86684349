import { categories } from '../catalog';
import { Icon, type IconName } from './Icon';
import { Link } from './Link';

const promises: [IconName, string, string][] = [
  ['truck', 'Sent within a day', 'Packed in straw and paper'],
  ['leaf', 'Made to last', 'Thirty years of spare lids'],
  ['gift', 'Wrapped on request', 'With a card in our handwriting'],
];

export function Footer() {
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
        <p>Kiln &amp; Kettle is a demonstration shop. Nothing is sold, and no data leaves this machine.</p>
        <nav aria-label="Categories">
          {categories.map(({ id, name }) => <Link key={id} to={`/category/${id}`}>{name}</Link>)}
        </nav>
      </div>
    </footer>
  );
}
