// @oncue/browser-plugin/sources: events from elsewhere than the tracker.
export { dataLayerSource } from './sources/data_layer.js';
export type {
  DataLayerMap,
  DataLayerPush,
  DataLayerRow,
  DataLayerSourceConfiguration,
  FromPush,
  SelfDescribingRow,
  StructuredRow,
} from './sources/types.js';
