import { useSyncExternalStore } from 'react';

/** Says that the network is gone, and that it does not matter. */
export function OfflineNote() {
  const isOnline = useSyncExternalStore(subscribe, () => navigator.onLine);
  return <p className="offline" role="status">{isOnline ? '' : 'You are offline. The shop stays open, and what you do here is told later.'}</p>;
}

function subscribe(listener: () => void): () => void {
  addEventListener('online', listener);
  addEventListener('offline', listener);
  return () => {
    removeEventListener('online', listener);
    removeEventListener('offline', listener);
  };
}
