import { useEffect, useState } from 'react';
import { addToCart } from '../shop';
import type { Product } from '../catalog';
import { Icon } from './Icon';

const CONFIRM_MS = 1600;

interface AddButtonProps {
  product: Product;
  pieces?: number;
  /** `round` is the small one on a card. */
  look?: 'wide' | 'round';
  children?: string;
}

/** Puts a product in the cart and says so for a moment. */
export function AddButton({ product, pieces = 1, look = 'wide', children = 'Add to cart' }: AddButtonProps) {
  const [addedCount, setAddedCount] = useState(0);
  const [isFresh, setFresh] = useState(false);

  useEffect(() => {
    if (addedCount === 0) return;
    setFresh(true);
    const timer = setTimeout(() => setFresh(false), CONFIRM_MS);
    return () => clearTimeout(timer);
  }, [addedCount]);

  const add = () => {
    addToCart(product.id, pieces);
    setAddedCount((count) => count + 1);
  };

  return (
    <>
      {look === 'round' ? (
        <button type="button" className="add-round" data-fresh={isFresh} onClick={add} aria-label={`Add ${product.name} to cart`}>
          <Icon name={isFresh ? 'check' : 'plus'} size={18} />
        </button>
      ) : (
        <button type="button" className="button button-wide add-wide" data-fresh={isFresh} onClick={add}>
          {isFresh ? <><Icon name="check" size={18} /> Added</> : children}
        </button>
      )}
      <span className="unseen" role="status">{isFresh ? `${product.name} is in your cart` : ''}</span>
    </>
  );
}
