let region: HTMLElement | undefined;

/** Of one pixel, out of sight and not out of the accessibility tree. Set by script: a policy may forbid inline styles. */
const UNSEEN: Partial<CSSStyleDeclaration> = {
  position: 'absolute',
  width: '1px',
  height: '1px',
  margin: '-1px',
  overflow: 'hidden',
  clipPath: 'inset(50%)',
  whiteSpace: 'nowrap',
};

/** Makes the region that screen readers listen to, which must be there before its text is. */
export function prepareRegion(): void {
  if (region?.isConnected) return;
  region = document.createElement('div');
  region.setAttribute('role', 'status');
  region.setAttribute('data-oncue-status', '');
  Object.assign(region.style, UNSEEN);
  document.body.append(region);
}

/** Has a text read out when the reader is done with what is being read. */
export function speak(text: string): void {
  prepareRegion();
  setTimeout(() => {
    if (region) region.textContent = text;
  }, 50);
}
