import { useEffect, useRef } from 'react';
import { Offers } from './banners/Offers';
import { Footer } from './components/Footer';
import { Header } from './components/Header';
import { OfflineNote } from './components/OfflineNote';
import { DeviceReporter, SecondDevice } from './components/SecondDevice';
import { CartPage } from './pages/CartPage';
import { CheckoutPage } from './pages/CheckoutPage';
import { ListPage } from './pages/ListPage';
import { LostPage } from './pages/LostPage';
import { ProductPage } from './pages/ProductPage';
import { ReviewPage } from './pages/ReviewPage';
import { ThanksPage } from './pages/ThanksPage';
import { isDeviceOpen, isSecondDevice } from './device';
import { inside, shelf } from './inside';
import { place, type Route } from './router';
import { useStore } from './store';

export function App() {
  const { route, visit } = useStore(place);
  const isDocked = useStore(inside) === 'docked';
  useFocusOnVisit(route, visit);
  return (
    <div className="app">
      <div className="shop">
        <a className="skip" href="#main">Skip to content</a>
        <Header />
        <OfflineNote />
        <Offers />
        <main id="main" className="content" tabIndex={-1}>
          <Page route={route} />
        </main>
        <Footer />
      </div>
      {isSecondDevice && <DeviceReporter />}
      {useStore(isDeviceOpen) && <SecondDevice />}
      {isDocked && <div className="aside" ref={(element) => { element?.append(shelf); }} />}
    </div>
  );
}

function Page({ route }: { route: Route }) {
  switch (route.page) {
    case 'list': return <ListPage category={route.category} />;
    case 'product': return <ProductPage key={route.id} id={route.id} />;
    case 'cart': return <CartPage />;
    case 'checkout': return <CheckoutPage />;
    case 'review': return <ReviewPage />;
    case 'thanks': return <ThanksPage />;
    case 'lost': return <LostPage />;
  }
}

/** Puts the focus on the new page's heading, as a full page load would put it at the top. */
function useFocusOnVisit(route: Route, visit: number): void {
  const before = useRef<Route>(route);
  const firstVisit = useRef(visit);
  useEffect(() => {
    const isFilter = before.current.page === 'list' && route.page === 'list';
    before.current = route;
    if (visit === firstVisit.current || isFilter) return;
    document.querySelector<HTMLElement>('main h1')?.focus({ preventScroll: true });
  }, [route, visit]);
}
