export { useAttributes, type AttributesOptions, type UseAttributes } from './attributes.js';
export { Banner, type BannerProps } from './banner.js';
export {
  dismissIntervention,
  receiveIntervention,
  useIntervention,
  useInterventions,
  type UsedIntervention,
} from './interventions.js';
export type { Intervention } from '@oncue/browser-plugin';
