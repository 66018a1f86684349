import { useAttributes } from '@oncue/react';
import { useEffect, useRef, useState } from 'react';
import { connectDevice, deviceAddress, isDeviceOpen, report, type DeviceOrder, type DeviceReport } from '../device';
import { navigate, place } from '../router';
import { signIn } from '../shop';
import { useStore } from '../store';
import { visitorName } from '../visitor';
import { Icon } from './Icon';

/** Whoever wants to see two devices and has no name yet. */
const SOMEBODY = 'Ada';

/** Product views of the visitor who is signed in, on all devices; null where nobody is. */
function useViews(): number | null {
  const name = useStore(visitorName);
  const activity = useAttributes('account_activity', { key: 'user_id', ...(name !== null && { id: name }) });
  return name === null ? null : Number(activity?.product_views ?? 0);
}

/** In the second device: keeps the page around it told. */
export function DeviceReporter() {
  const name = useStore(visitorName);
  const views = useViews();
  useEffect(() => report({ name, views }), [name, views]);
  return null;
}

/** A phone beside the shop: the same shop in a browser profile of its own, whose network can be cut. */
export function SecondDevice() {
  const address = useStore(deviceAddress);
  const name = useStore(visitorName);
  const views = useViews();
  const frame = useRef<HTMLIFrameElement>(null);
  const [phone, setPhone] = useState<DeviceReport>({ name: null, views: null });
  const [isOnline, setOnline] = useState(true);
  const tell = (order: DeviceOrder) => frame.current?.contentWindow?.postMessage(order, new URL(address!).origin);

  useEffect(() => {
    const listen = ({ data, source }: MessageEvent<DeviceReport>) => {
      if (source === frame.current?.contentWindow) setPhone(data);
    };
    addEventListener('message', listen);
    return () => {
      removeEventListener('message', listen);
      void connectDevice(true);
    };
  }, []);

  const toggle = async () => {
    await connectDevice(!isOnline);
    tell({ online: !isOnline });
    setOnline(!isOnline);
  };
  const signInBoth = () => {
    const person = name ?? phone.name ?? SOMEBODY;
    if (name === null) {
      signIn(person);
      // The next event says who is there.
      navigate(place.get().path);
    }
    if (phone.name !== person) tell({ signIn: person });
  };

  const isSame = name !== null && name === phone.name;
  const isInStep = isSame && views === phone.views;
  return (
    <section className="device" aria-labelledby="device-title">
      <div className="device-head">
        <h2 id="device-title">Two devices, one person</h2>
        <button type="button" className="icon-button" onClick={() => isDeviceOpen.set(false)} aria-label="Close the second device">
          <Icon name="close" />
        </button>
      </div>
      <div className="device-counts" data-in-step={isInStep}>
        <Count label="This page" value={isSame ? views : null} />
        <span className="device-link" aria-hidden="true">{isInStep ? '=' : '…'}</span>
        <Count label="The phone" value={isSame ? phone.views : null} />
        <p role="status">{isSame ? describe(isInStep, isOnline, name) : 'Sign in as the same person on both, and look at products.'}</p>
        {!isSame && <button type="button" className="button device-sign-in" onClick={signInBoth}>Sign in as {name ?? phone.name ?? SOMEBODY} on both</button>}
      </div>
      <div className="device-phone">
        <iframe ref={frame} title="The shop on a phone" src={address!} allow="cross-origin-isolated" />
      </div>
      <button type="button" className="device-switch" role="switch" aria-checked={isOnline} onClick={() => void toggle()}>
        <span className="device-knob" />
        The phone's network is {isOnline ? 'on' : 'off'}
      </button>
    </section>
  );
}

function Count({ label, value }: { label: string; value: number | null }) {
  return (
    <div className="device-count">
      <span>{label}</span>
      <b>{value ?? '–'}</b>
      <span>products seen</span>
    </div>
  );
}

function describe(isInStep: boolean, isOnline: boolean, name: string): string {
  if (!isOnline) return isInStep ? 'The phone is offline. It still counts what happens on it.' : 'The phone is offline: each counts for itself.';
  return isInStep ? `Both know what ${name} did on either.` : 'Catching up …';
}
