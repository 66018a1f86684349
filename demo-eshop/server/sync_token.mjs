/** Says to OnCue's server who a visitor is. A real shop asks its own session who has signed in, and never the page. */

/** @param {string | undefined} secret that OnCue's server knows too; without one there is no sync, which is said by 204 */
export function createTokens(secret) {
  const minting = secret ? import('@oncue/server') : undefined;

  return async function answerToken(request, response, url) {
    if (request.method !== 'GET' || url.pathname !== '/sync-token') return false;
    response.setHeader('Cache-Control', 'no-store');
    const id = url.searchParams.get('id');
    if (!minting || !id) {
      response.writeHead(minting ? 400 : 204).end();
      return true;
    }
    const { mintSyncToken } = await minting;
    const token = await mintSyncToken({ secret, key: 'user_id', id });
    response.writeHead(200, { 'Content-Type': 'text/plain; charset=utf-8' }).end(token);
    return true;
  };
}
