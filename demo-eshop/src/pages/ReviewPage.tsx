import { ProductPicture } from '../art';
import { cart, codes, fillLines, sumUp } from '../cart';
import { Icon } from '../components/Icon';
import { Link } from '../components/Link';
import { Steps } from '../components/Steps';
import { Summary } from '../components/Summary';
import { showCents, showPrice } from '../money';
import { placeOrder } from '../shop';
import { useStore } from '../store';
import { address } from '../visitor';

export function ReviewPage() {
  const to = useStore(address);
  const lines = useStore(cart);
  const { total } = sumUp(lines, useStore(codes));
  return (
    <>
      <div className="order-head">
        <h1 tabIndex={-1}>Review your order</h1>
        <Steps current={2} />
      </div>
      <div className="order">
        <div className="sheet">
          <div className="review-facts">
            <section>
              <div className="sheet-head"><h2>Delivery</h2><Link to="/checkout" className="text-button">Change</Link></div>
              <address>{to.name}<br />{to.street}<br />{to.postcode} {to.city}<br />{to.country}</address>
            </section>
            <section>
              <h2>Payment</h2>
              <p>Invoice in the parcel, due in 14 days. This is a demonstration: no money moves.</p>
            </section>
          </div>
          <section>
            <div className="sheet-head"><h2>Items</h2><Link to="/cart" className="text-button">Change</Link></div>
            <ul className="review-lines">
              {fillLines(lines).map(({ product, quantity }) => (
                <li key={product.id}>
                  <span className="review-picture"><ProductPicture id={product.id} /></span>
                  <span>{quantity} × {product.name}</span>
                  <b>{showPrice(product.price * quantity)}</b>
                </li>
              ))}
            </ul>
          </section>
        </div>
        <Summary>
          <button type="button" className="button button-wide" onClick={placeOrder}>Place order · {showCents(total)}</button>
          <Link to="/checkout" className="hero-link centered"><Icon name="back" size={18} /> Back to delivery</Link>
        </Summary>
      </div>
    </>
  );
}
