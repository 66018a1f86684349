import { ProductPicture } from '../art';
import { cart, codes, sumUp } from '../cart';
import { CartLines } from '../components/CartLines';
import { Icon } from '../components/Icon';
import { Link } from '../components/Link';
import { Summary } from '../components/Summary';
import { showCents } from '../money';
import { useStore } from '../store';

export function CartPage() {
  const lines = useStore(cart);
  const { total } = sumUp(lines, useStore(codes));
  if (lines.length === 0) return <EmptyCart />;
  return (
    <>
      <div className="order-head">
        <h1 tabIndex={-1}>Your cart</h1>
        <Link to="/" className="hero-link">Keep looking around</Link>
      </div>
      <div className="order">
        <CartLines />
        <Summary>
          <div className="checkout-bar">
            <p className="checkout-bar-total"><span>Total</span> <b>{showCents(total)}</b></p>
            <Link to="/checkout" className="button button-wide">Go to checkout <Icon name="arrow" size={18} /></Link>
          </div>
        </Summary>
      </div>
    </>
  );
}

function EmptyCart() {
  return (
    <div className="empty">
      <div className="empty-picture"><ProductPicture id="moon-bowl" /></div>
      <h1 tabIndex={-1}>Your cart is empty</h1>
      <p className="lead">A bowl of clementines is a good place to begin. So is a pot of tea.</p>
      <div className="hero-actions">
        <Link to="/" className="button">Look around</Link>
        <Link to="/category/tea" className="hero-link">Start with tea</Link>
      </div>
    </div>
  );
}
