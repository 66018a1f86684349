import { useRef } from 'react';
import { cart, codes, sumUp } from '../cart';
import { categories } from '../catalog';
import { deviceAddress, isDeviceOpen } from '../device';
import { inside, toggleInside } from '../inside';
import { place } from '../router';
import { useStore } from '../store';
import { visitorName } from '../visitor';
import { AccountDialog } from './AccountDialog';
import { Icon } from './Icon';
import { Link } from './Link';

export function Header() {
  const { route } = useStore(place);
  const { itemCount } = sumUp(useStore(cart), useStore(codes));
  const name = useStore(visitorName);
  const device = useStore(deviceAddress);
  const isWithDevice = useStore(isDeviceOpen);
  const dialog = useRef<HTMLDialogElement>(null);
  return (
    <header className="header">
      <div className="header-row">
        <Link to="/" className="logo">
          <Mark />
          <span>Kiln <em>&amp;</em> Kettle</span>
        </Link>
        <nav className="header-nav" aria-label="Shop">
          {categories.map((category) => (
            <Link
              key={category.id} to={`/category/${category.id}`}
              aria-current={route.page === 'list' && route.category === category.id ? 'page' : undefined}
            >
              {category.name}
            </Link>
          ))}
        </nav>
        <div className="header-tools">
          <button type="button" className="tool" onClick={() => dialog.current?.showModal()} aria-haspopup="dialog" aria-label={name ?? 'Sign in'}>
            <Icon name="user" />
            <span className="tool-text tool-name">{name ?? 'Sign in'}</span>
          </button>
          <Link to="/cart" className="tool tool-cart" aria-label={`Cart, ${itemCount} ${itemCount === 1 ? 'item' : 'items'}`}>
            <Icon name="cart" />
            <span className="tool-text">Cart</span>
            {itemCount > 0 && <span key={itemCount} className="count">{itemCount}</span>}
          </Link>
          {device && (
            <button
              type="button" className="tool tool-device" aria-expanded={isWithDevice}
              onClick={() => isDeviceOpen.set(!isDeviceOpen.get())} aria-label="Second device"
            >
              <Icon name="phone" />
            </button>
          )}
          <button
            type="button" className="tool tool-inside" aria-expanded={useStore(inside) !== 'closed'}
            onClick={toggleInside} aria-label="Look inside"
          >
            <Icon name="eye" />
            <span className="tool-text">Look inside</span>
          </button>
        </div>
      </div>
      <AccountDialog dialog={dialog} />
    </header>
  );
}

function Mark() {
  return (
    <svg className="mark" viewBox="0 0 32 32" width="30" height="30" aria-hidden="true" focusable="false">
      <path d="M6 14h16v5a6.5 6.5 0 0 1-6.5 6.500h-3A6.5 6.5 0 0 1 6 19z" fill="var(--clay)" />
      <path d="M22 15.500h1.500a3 3 0 0 1 0 6H21.5" fill="none" stroke="var(--clay)" strokeWidth="2.2" />
      <path d="M11 10.500c-1.8-2 1.8-3.4 0-5.800M17 10.500c-1.8-2 1.8-3.4 0-5.8" fill="none" stroke="var(--honey)" strokeWidth="2" strokeLinecap="round" />
      <path d="M8 28h12" stroke="var(--clay)" strokeWidth="2" strokeLinecap="round" />
    </svg>
  );
}
