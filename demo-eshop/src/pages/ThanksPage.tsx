import { ProductPicture } from '../art';
import { Link } from '../components/Link';
import { showCents } from '../money';
import { useStore } from '../store';
import { lastOrder } from '../visitor';

export function ThanksPage() {
  const order = useStore(lastOrder);
  if (!order) return null;
  return (
    <div className="empty">
      <div className="empty-picture"><ProductPicture id={order.productIds[0] ?? 'tide-mug'} view="dusk" /></div>
      <p className="kicker">Order {order.id}</p>
      <h1 tabIndex={-1}>Thank you, {order.firstName}.</h1>
      <p className="lead">
        {showCents(order.total)} worth of slow mornings would now be on its way, and a note to {order.email} with it.
        This being a demonstration, put the kettle on all the same.
      </p>
      <div className="hero-actions"><Link to="/" className="button">Back to the shop</Link></div>
    </div>
  );
}
