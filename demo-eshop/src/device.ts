import { createStore } from './store';

/**
 * Two devices of one person beside each other: this page, and the same shop under another port, which to the browser is
 * another profile. What follows is how the two windows speak; their counts come by OnCue's server alone.
 */

/** Whether this page is the second device. */
export const isSecondDevice = new URLSearchParams(location.search).get('device') === 'second';

/** What the second device tells the page around it. */
export interface DeviceReport {
  name: string | null;
  /** Product views of that name on all devices, as the second device knows them. */
  views: number | null;
}

/** What the page around it tells the second device. */
export interface DeviceOrder {
  signIn?: string | null;
  online?: boolean;
}

/** Where the second device is; null when the shop has none. */
export const deviceAddress = createStore<string | null>(null);
export const isDeviceOpen = createStore(false);

/** Asks the shop's server for a second device. */
export async function findDevice(): Promise<void> {
  if (isSecondDevice || !navigator.onLine) return;
  try {
    const { port } = await (await fetch('/second-device')).json() as { port: number | null };
    if (port) deviceAddress.set(`${location.protocol}//${location.hostname}:${port}/?device=second`);
  } catch {
    // A shop without this server has no second device.
  }
}

/** Cuts the second device's network, or connects it. */
export async function connectDevice(online: boolean): Promise<void> {
  await fetch('/second-device', { method: 'POST', body: JSON.stringify({ online }) });
}

/** In the second device: does what the page around it says. */
export function obey(signIn: (name: string | null) => void): void {
  if (!isSecondDevice || parent === window) return;
  let isOnline = true;
  // Only this frame's network is cut, of which the browser knows nothing.
  Object.defineProperty(navigator, 'onLine', { get: () => isOnline });
  addEventListener('message', ({ data, source }: MessageEvent<DeviceOrder>) => {
    if (source !== parent) return;
    if (data.signIn !== undefined) signIn(data.signIn);
    if (data.online === undefined || data.online === isOnline) return;
    isOnline = data.online;
    dispatchEvent(new Event(isOnline ? 'online' : 'offline'));
  });
}

/** In the second device: tells the page around it. */
export function report(what: DeviceReport): void {
  if (isSecondDevice && parent !== window) parent.postMessage(what, '*');
}
