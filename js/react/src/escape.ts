interface Closer {
  element: HTMLElement;
  close: () => void;
}

/** Open banners, the newest last. */
const closers: Closer[] = [];

/** The key closes the banner that has the focus, else the newest; a dialog, or whoever else takes the key, comes first. */
function onKey(event: KeyboardEvent): void {
  if (event.key !== 'Escape' || event.defaultPrevented || document.querySelector('dialog[open], [aria-modal="true"]')) return;
  const focused = closers.find(({ element }) => element.contains(document.activeElement));
  const closer = focused ?? closers[closers.length - 1];
  if (!closer) return;
  event.preventDefault();
  closer.close();
}

/** Closes on Escape, one banner a press; returns a function that ends this. */
export function closeOnEscape(element: HTMLElement, close: () => void): () => void {
  const closer = { element, close };
  if (!closers.length) addEventListener('keydown', onKey);
  closers.push(closer);
  return () => {
    closers.splice(closers.indexOf(closer), 1);
    if (!closers.length) removeEventListener('keydown', onKey);
  };
}
