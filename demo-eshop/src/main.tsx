import { createRoot } from 'react-dom/client';
import '@fontsource-variable/fraunces/opsz.css';
import '@fontsource-variable/fraunces/opsz-italic.css';
import '@fontsource-variable/instrument-sans/wght.css';
import './styles/base.css';
import './styles/controls.css';
import './styles/frame.css';
import './styles/list.css';
import './styles/product.css';
import './styles/order.css';
import './styles/offers.css';
import './styles/device.css';
import { App } from './App';
import { cart } from './cart';
import { findDevice, obey } from './device';
import { isInsideAsked, openInside } from './inside';
import { startOnCue } from './oncue';
import { navigate, place, startRouter, type Route } from './router';
import { signIn, signOut } from './shop';
import { identify, trackVisit } from './tracking';
import { address, isComplete, lastOrder, visitorName } from './visitor';

/** Pages that make no sense yet lead to the one that comes first. */
function guard(route: Route): string | undefined {
  const isEmpty = cart.get().length === 0;
  if ((route.page === 'checkout' || route.page === 'review') && isEmpty) return '/cart';
  if (route.page === 'review' && !isComplete(address.get())) return '/checkout';
  if (route.page === 'thanks' && !lastOrder.get()) return '/';
  return undefined;
}

// Before the first event, so that none is missing in it.
if (isInsideAsked) await openInside().catch((error: unknown) => console.error('The inspector could not be loaded', error));
startOnCue();
const name = visitorName.get();
if (name !== null) identify(name);

place.subscribe(() => trackVisit(place.get().route));
startRouter(guard);

obey((person) => {
  if (person === null) signOut();
  else signIn(person);
  navigate(place.get().path);
});
void findDevice();
createRoot(document.getElementById('root')!).render(<App />);

// The shop opens and counts without a network from the second visit on.
// Where a browser forbids that, it opens as any page does.
if (import.meta.env.PROD) navigator.serviceWorker?.register('/sw.js').catch((error: unknown) => console.info('No offline shop:', error));
