// Which texts can be origins of pages, as browsers send them.

/** Extensions and apps: their origin is whatever stands before the path. */
const OWN_SCHEME = /^[a-z][a-z0-9+.-]*:\/\/[^\s/?#@]+$/;
/** Of files, and of frames in a sandbox. */
const NO_ORIGIN = 'null';

const originOf = (text: string): string | undefined => (URL.canParse(text) ? new URL(text).origin : undefined);

/** Lists and patterns, which hosts could be named by for all that URLs know. */
const SEVERAL = /[,*]/;

function isOrigin(text: string): boolean {
  if (SEVERAL.test(text)) return false;
  const origin = originOf(text);
  return text === NO_ORIGIN || origin === text || (origin === NO_ORIGIN && OWN_SCHEME.test(text));
}

/** What was probably meant, such as https://shop.example of shop.example. */
function meant(text: string): string {
  const candidates = text.includes('://') ? [text] : [text, `https://${text}`];
  const found = SEVERAL.test(text) ? undefined : candidates.map(originOf).find((origin) => origin !== undefined && origin !== NO_ORIGIN && isOrigin(origin));
  return found ?? 'one such as https://shop.example, each on its own';
}

/** @throws when no page ever has it */
export function checkOrigin(text: string): void {
  if (text === '*') throw new Error('The origin "*" is no page\'s: leave origins out to let all pages call');
  if (isOrigin(text)) return;
  throw new Error(`The origin "${text}" is none that a browser sends, which is scheme, host and port alone: write ${meant(text)}`);
}
