// What this package exports. Adding an entry: its line here, and its `exports` in package.json.
/**
 * Name -> source. The plugin keeps what it knows in modules of `index`. Another entry reaches them through
 * `@oncue/browser-plugin` alone, which stays outside of its files: so there is one copy of the plugin in a page.
 */
export const ENTRIES = {
  index: 'src/index.ts',
  inspector: 'src/inspector/index.ts',
};

/** Modules without state: an entry may bring a copy of its own. */
export const STATELESS = ['src/schemata.ts', 'src/types.ts'];
