import { useState } from 'react';
import { ProductPicture } from '../art';
import type { View } from '../art/Scene';
import { categoryName, findProduct, products, type Product } from '../catalog';
import { AddButton } from '../components/AddButton';
import { Icon } from '../components/Icon';
import { Link } from '../components/Link';
import { ProductCard } from '../components/ProductCard';
import { Stepper } from '../components/Stepper';
import { showPrice } from '../money';
import { LostPage } from './LostPage';

const views: { view: View; label: string }[] = [
  { view: 'day', label: 'in daylight' },
  { view: 'detail', label: 'up close' },
  { view: 'dusk', label: 'by lamp light' },
];

export function ProductPage({ id }: { id: string }) {
  const product = findProduct(id);
  const [quantity, setQuantity] = useState(1);
  if (!product) return <LostPage />;
  return (
    <>
      <nav className="crumbs" aria-label="Breadcrumb">
        <Link to="/">Everything</Link>
        <span aria-hidden="true">/</span>
        <Link to={`/category/${product.category}`}>{categoryName(product.category)}</Link>
      </nav>
      <article className="product">
        <Gallery product={product} />
        <div className="product-info">
          <p className="kicker">{product.line}</p>
          <h1 tabIndex={-1}>{product.name}</h1>
          <p className="price price-large">{showPrice(product.price)}</p>
          <p className="product-text">{product.description}</p>
          <div className="buy">
            <Stepper value={quantity} onChange={setQuantity} of={product.name} />
            <AddButton product={product} pieces={quantity}>{`Add to cart · ${showPrice(product.price * quantity)}`}</AddButton>
          </div>
          <ul className="details">
            {product.details.map((detail) => <li key={detail}><Icon name="check" size={16} />{detail}</li>)}
          </ul>
          <p className="delivery"><Icon name="truck" size={20} /><span>In stock. Sent tomorrow, with you in two to three days. Shipping {showPrice(8)}.</span></p>
        </div>
      </article>
      <GoesWith product={product} />
    </>
  );
}

function Gallery({ product }: { product: Product }) {
  const [chosen, setChosen] = useState<View>('day');
  const label = views.find(({ view }) => view === chosen)?.label ?? '';
  return (
    <div className="gallery">
      <div className="gallery-main">
        <ProductPicture id={product.id} view={chosen} title={`${product.name}, ${label}`} />
        {product.badge && <span className="badge">{product.badge}</span>}
      </div>
      <div className="thumbs" role="group" aria-label="Pictures">
        {views.map(({ view, label: name }) => (
          <button key={view} type="button" aria-pressed={view === chosen} aria-label={`Show ${name}`} onClick={() => setChosen(view)}>
            <ProductPicture id={product.id} view={view} />
          </button>
        ))}
      </div>
    </div>
  );
}

/** Two neighbours from the same shelf and two from elsewhere. */
function GoesWith({ product }: { product: Product }) {
  const start = products.indexOf(product);
  const rest = [...products.slice(start + 1), ...products.slice(0, start)];
  const near = rest.filter(({ category }) => category === product.category).slice(0, 2);
  const far = rest.filter(({ category }) => category !== product.category).slice(0, 2);
  return (
    <section className="goes-with" aria-labelledby="goes-with-title">
      <h2 id="goes-with-title">Goes well with</h2>
      <ul className="grid">
        {[...near, ...far].map((other) => <ProductCard key={other.id} product={other} />)}
      </ul>
    </section>
  );
}
