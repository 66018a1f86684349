// The page under test with components that use @oncue/react.
import { useState, version } from 'react';
import { createRoot } from 'react-dom/client';
import { Banner, useAttributes, useIntervention, useInterventions } from '@oncue/react';
import './plugin_page.mjs';

const host = document.body.appendChild(document.createElement('main'));
host.tabIndex = -1;
const counts = { renders: 0 };

function Values() {
  const values = useAttributes('ecom_attributes');
  counts.renders++;
  return <output id="views">{values ? String(values.count_product_views) : 'unknown'}</output>;
}

function Names({ id }: { id: string }) {
  const { intervention, dismiss } = useIntervention('cart_abandonment');
  return <p id={id}>{intervention?.name ?? 'none'} <button onClick={dismiss}>dismiss</button></p>;
}

function Page() {
  const [parts, setParts] = useState({ values: true, names: true, banners: true });
  Object.assign(window, { setParts });
  return (
    <>
      <button id="before">Before</button>
      {parts.values && <Values />}
      {parts.names && <><Names id="one" /><Names id="two" /></>}
      <p id="open">{useInterventions().map(({ name }) => name).join()}</p>
      {parts.banners && <>
        <Banner name="discount" label="Discount" className="first"><p>10% off your next purchase!</p></Banner>
        <Banner name="cart_abandonment" label="Your cart">{({ name }, close) => <><p>Do not forget your cart</p><button onClick={close}>Later {name}</button></>}</Banner>
      </>}
    </>
  );
}

createRoot(host).render(<Page />);
Object.assign(window, { counts, reactVersion: version });
