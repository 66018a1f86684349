import { ProductPicture } from '../art';
import type { Product } from '../catalog';
import { showPrice } from '../money';
import { AddButton } from './AddButton';
import { Link } from './Link';

export function ProductCard({ product }: { product: Product }) {
  return (
    <li className="card">
      <div className="card-picture">
        <ProductPicture id={product.id} />
        {product.badge && <span className="badge">{product.badge}</span>}
      </div>
      <div className="card-text">
        <h3><Link to={`/product/${product.id}`}>{product.name}</Link></h3>
        <p className="card-line">{product.line}</p>
        <p className="price">{showPrice(product.price)}</p>
      </div>
      <AddButton product={product} look="round" />
    </li>
  );
}
