// UMD: a script tag, sp.js's addPlugin, CommonJS and AMD.

/**
 * Banner and footer around a script that leaves its exports in `exported`. The global is set with AMD too, since sp.js
 * reads it; the module has a name, since loaders of AMD take offence at nameless ones in script tags.
 * @param {string} global name of the window's member
 * @param {string} module name for AMD
 */
export function umdWrapper(global, module) {
  const start =
    '(function(root,factory){"use strict";' +
    'if(typeof module==="object"&&module.exports)module.exports=factory();' +
    `else{var exported=root.${global}=factory();` +
    `if(typeof define==="function"&&define.amd)define(${JSON.stringify(module)},[],function(){return exported})}` +
    '})(typeof self!=="undefined"?self:this,function(){';
  return { globalName: 'exported', banner: { js: start }, footer: { js: 'return exported});' } };
}

/** In the global scope the plugin is `window.oncue`, one copy for all scripts. */
export const pluginFromGlobal = {
  name: 'plugin-from-global',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^\.\.?\/index\.js$/ }, ({ path }) => ({ path, namespace: 'global' }));
    onLoad({ filter: /.*/, namespace: 'global' }, () => ({ contents: 'module.exports = self.oncue', loader: 'js' }));
  },
};

/** Resolves `@oncue/engine` to `file`. */
export const engineFrom = (file) => ({
  name: 'engine-from',
  setup({ onResolve, resolve }) {
    onResolve({ filter: /^@oncue\/engine$/ }, ({ resolveDir }) => resolve(file, { kind: 'import-statement', resolveDir }));
  },
});
