import { ProductPicture } from '../art';
import { Link } from '../components/Link';

export function LostPage() {
  return (
    <div className="empty">
      <div className="empty-picture"><ProductPicture id="bud-vases" view="dusk" /></div>
      <h1 tabIndex={-1}>We could not find that</h1>
      <p className="lead">Perhaps it sold out, perhaps it never was. The shelves are this way.</p>
      <div className="hero-actions"><Link to="/" className="button">Look around</Link></div>
    </div>
  );
}
