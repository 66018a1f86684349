// @oncue/browser-plugin/actions: handlers that are ready to use.
export { customEventHandler, type CustomEventConfiguration } from './actions/custom_event.js';
export { webhookHandler } from './actions/webhook.js';
export type { WebhookConfiguration, WebhookFailure, WebhookHandler } from './actions/types.js';
