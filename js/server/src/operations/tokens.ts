// Which texts can be bearer tokens.

/** What a header can carry after "Bearer". */
const USABLE = /^[\x21-\x7e]+$/;

/**
 * @param tokens that are nowhere repeated: an error may end up in a log
 * @param place where they are written, as "Token 2 <place>" reads
 * @param how to write them instead
 * @throws when one of them could never open anything
 */
export function checkTokens(tokens: readonly string[], place: string, how: string): void {
  const unusable = tokens.findIndex((token) => !USABLE.test(token));
  if (unusable < 0) return;
  const reason = tokens[unusable] === '' ? 'is empty' : 'has a space or a letter that no header can carry';
  throw new Error(`Token ${unusable + 1} ${place} ${reason}: ${how}`);
}
