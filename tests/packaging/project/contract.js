// What sp.js does with its queue, by rule: addPlugin injects an async script and waits for it; on load it
// takes the global, which must be an object, calls the constructor with the arguments given, and from then on every other
// export is a command that gets the ids of the trackers as its second argument.
(async () => {
  window.getStats = () => (window.oncue ? oncue.getStats() : { state: 'idle' });
  const commands = { ...snowplowBrowserTracking };

  const loaded = (src) =>
    new Promise((resolve, reject) => {
      const script = Object.assign(document.createElement('script'), { async: true, src, onload: resolve, onerror: reject });
      document.head.append(script);
    });

  async function addPlugin(url, [name, constructor], args) {
    await loaded(url);
    const { [constructor]: construct, ...others } = window[name];
    snowplowBrowserTracking.addPlugin({ plugin: construct.apply(null, args) }, ['sp']);
    for (const [command, run] of Object.entries(others)) commands[command] = (argument) => run(argument, ['sp']);
  }

  for (const [command, ...args] of snowplow.q) {
    if (command === 'addPlugin') await addPlugin(...args);
    else commands[command](...args);
  }
})();
