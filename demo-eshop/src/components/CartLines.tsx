import { ProductPicture } from '../art';
import { cart, fillLines } from '../cart';
import { showPrice } from '../money';
import { changeQuantity } from '../shop';
import { useStore } from '../store';
import { Link } from './Link';
import { Stepper } from './Stepper';

export function CartLines() {
  const lines = fillLines(useStore(cart));
  return (
    <ul className="lines">
      {lines.map(({ product, quantity }) => (
        <li key={product.id} className="line">
          <Link to={`/product/${product.id}`} className="line-picture" tabIndex={-1} aria-hidden="true"><ProductPicture id={product.id} /></Link>
          <div className="line-name">
            <h2><Link to={`/product/${product.id}`}>{product.name}</Link></h2>
            <p className="quiet small">{product.line}</p>
            <p className="quiet small">{showPrice(product.price)} each</p>
          </div>
          <p className="price line-total">{showPrice(product.price * quantity)}</p>
          <div className="line-tools">
            <Stepper value={quantity} onChange={(next) => changeQuantity(product.id, next)} of={product.name} />
            <button type="button" className="text-button" onClick={() => changeQuantity(product.id, 0)} aria-label={`Remove ${product.name}`}>Remove</button>
          </div>
        </li>
      ))}
    </ul>
  );
}
