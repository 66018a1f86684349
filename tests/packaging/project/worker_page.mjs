const worker = new Worker(new URL('./worker.mjs', import.meta.url), { type: 'module' });
window.getStats = () => ({ state: window.failure ? 'failed' : 'loading', failure: window.failure });
worker.onmessage = ({ data }) => {
  window.failure = data.failure;
  if (data.name) document.title = data.name;
};
