import { StillLife } from '../art/StillLife';
import { Icon } from './Icon';
import { Link } from './Link';

export function Hero() {
  return (
    <div className="hero">
      <div className="hero-text">
        <p className="kicker">The autumn table</p>
        <h1 tabIndex={-1}>Slow mornings, <em>well made.</em></h1>
        <p className="lead">Tea, tableware and small comforts, thrown, woven and oiled by people who sign their work.</p>
        <div className="hero-actions">
          <Link to="/category/teaware" className="button">Shop teaware <Icon name="arrow" size={18} /></Link>
          <Link to="/product/dusk-lamp" className="hero-link">Meet the Dusk lamp</Link>
        </div>
      </div>
      <div className="hero-picture"><StillLife /></div>
    </div>
  );
}
