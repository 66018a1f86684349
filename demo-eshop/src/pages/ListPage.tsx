import { Hero } from '../components/Hero';
import { Link } from '../components/Link';
import { ProductCard } from '../components/ProductCard';
import { categories, products } from '../catalog';
import { LostPage } from './LostPage';

export function ListPage({ category }: { category?: string | undefined }) {
  const chosen = categories.find(({ id }) => id === category);
  if (category !== undefined && !chosen) return <LostPage />;
  const shown = chosen ? products.filter((product) => product.category === chosen.id) : products;
  return (
    <>
      {chosen ? (
        <div className="list-head">
          <h1 tabIndex={-1}>{chosen.name}</h1>
          <p className="lead">{chosen.line}</p>
        </div>
      ) : <Hero />}
      <div className="filter-row" id="all">
        <nav className="chips" aria-label="Filter by category">
          <Link to="/" className="chip" aria-current={chosen ? undefined : 'page'}>Everything</Link>
          {categories.map(({ id, name }) => (
            <Link key={id} to={`/category/${id}`} className="chip" aria-current={id === chosen?.id ? 'page' : undefined}>{name}</Link>
          ))}
        </nav>
        <p className="quiet small" role="status">{shown.length} things</p>
      </div>
      <h2 className="unseen">Products</h2>
      <ul className="grid">
        {shown.map((product) => <ProductCard key={product.id} product={product} />)}
      </ul>
    </>
  );
}
