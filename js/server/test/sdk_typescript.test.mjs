// server-api 1 and 4: the Signals SDK for TypeScript, unmodified, reads values from the server.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { describe, test } from 'node:test';
import { SignalsAPIError, SignalsCore } from '@snowplow/signals-core';
import { Signals } from '@snowplow/signals-node';
import { action, ECOM, useServers } from './support.mjs';

const withServer = useServers();
const TOKEN = 'local';

/** The core leaves fetching to whoever uses it, such as an edge worker. */
class FetchingSignals extends SignalsCore {
  fetch(url, options) {
    return fetch(url, options);
  }
}

const NOTHING = { count_product_views: null, count_add_to_cart: null, total_cart_value: null };

for (const [name, Sdk] of Object.entries({ '@snowplow/signals-node': Signals, '@snowplow/signals-core': FetchingSignals })) {
  describe(`server 1: ${name}`, () => {
    const withSdk = (body, token = TOKEN) =>
      withServer({ tokens: [TOKEN] }, async (client) => {
        await client.publish(ECOM);
        // A slash at the end of the address is left out by the SDK.
        await body(new Sdk({ baseUrl: `${client.url}/`, sandboxToken: token }), client);
      });
    const attribute_key = 'domain_userid';

    test('server 4: getServiceAttributes: the key and every attribute of the service, null where nothing is known', () =>
      withSdk(async (signals, client) => {
        const identifier = randomUUID();
        const read = () => signals.getServiceAttributes({ name: 'ecom_attributes', attribute_key, identifier });
        assert.deepEqual(await read(), { domain_userid: identifier, ...NOTHING });
        await client.track(action('product_view', identifier), action('add_to_cart', identifier, { prices: [12.5] }));
        assert.deepEqual(await read(), { domain_userid: identifier, count_product_views: 1, count_add_to_cart: 1, total_cart_value: 12.5 });
      }));

    test('server 4: getGroupAttributes: of one version of a group, those asked for', () =>
      withSdk(async (signals, client) => {
        const identifier = randomUUID();
        await client.track(action('add_to_cart', identifier, { prices: [40] }));
        const attributes = ['total_cart_value', 'count_add_to_cart'];
        const answer = await signals.getGroupAttributes({ name: 'ecom_attributes', version: 1, attributes, attribute_key, identifier });
        assert.deepEqual(answer, { domain_userid: identifier, total_cart_value: 40, count_add_to_cart: 1 });
      }));

    test('server 4: getBatchServiceAttributes: a list for each attribute, in the order of the ids', () =>
      withSdk(async (signals, client) => {
        const identifiers = [randomUUID(), randomUUID(), randomUUID()];
        await client.track(action('product_view', identifiers[2]), action('add_to_cart', identifiers[0], { prices: [1] }));
        const answer = await signals.getBatchServiceAttributes({ name: 'ecom_attributes', attribute_key, identifiers });
        assert.deepEqual(answer, {
          domain_userid: identifiers, count_product_views: [null, null, 1], count_add_to_cart: [1, null, null], total_cart_value: [1, null, null],
        });
      }));

    test('server 4: what the server refuses is an error that says why', () =>
      withSdk(async (signals) => {
        await assert.rejects(signals.getServiceAttributes({ name: 'no_such', attribute_key, identifier: 'x' }), /400[^]*no_such/);
      }));

    test('server 8: a wrong token is refused', () =>
      withSdk(async (signals) => {
        await assert.rejects(signals.getServiceAttributes({ name: 'ecom_attributes', attribute_key, identifier: 'x' }), /401[^]*unauthorized/);
      }, 'wrong'));
  });
}

test('server 1: the core keeps status and text of an error', () =>
  withServer({ tokens: [TOKEN] }, async ({ url }) => {
    const signals = new FetchingSignals({ baseUrl: url, sandboxToken: 'wrong' });
    await assert.rejects(signals.getBatchServiceAttributes({ name: 'x', attribute_key: 'domain_userid', identifiers: ['x'] }), (error) => {
      assert.ok(error instanceof SignalsAPIError);
      assert.deepEqual([error.status, JSON.parse(error.response)], [401, { error: 'unauthorized' }]);
      return true;
    });
  }));
