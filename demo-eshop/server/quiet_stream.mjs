/** Without OnCue's server behind the shop nobody sends interventions: a page that listens for them hears nothing. */
export function answerStream(request, response, url) {
  if (request.method !== 'GET' || url.pathname !== '/api/v1/interventions') return false;
  response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' });
  response.flushHeaders();
  return true;
}
