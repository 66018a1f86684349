// Events as a shop's tracker makes them, and as it makes them on a bad day: {payload, raw, now}, `raw` being what the
// tracker's pb.getJson() holds of the same event.
import { createRandom } from './random.mjs';

const SNOWPLOW = 'iglu:com.snowplowanalytics.snowplow';
const ECOMMERCE = `${SNOWPLOW}.ecommerce`;
const START = Date.UTC(2026, 0, 5, 9);

const ACTIONS = ['product_view', 'add_to_cart', 'remove_from_cart', 'list_view', 'transaction', 'checkout_step'];
const PATHS = ['/', '/pricing', '/p/1', '/p/2?utm_campaign=spring&utm_medium=cpc', '/d%C3%A9j%C3%A0?gclid=x#top', '/blog'];
const REFERRERS = ['', 'https://shop.example/p/1', 'https://www.google.com/search?q=tea', 'https://news.example/a', 'android-app://x/y'];
const ODD_VALUES = ['12.5', 'abc', '', ' 7 ', null, true, false, 0, -0, 1e21, 5e-324, 0.1, -3, 'Grüße 👋', '\u0000\t\n"\\', [1, 'two', [3]], {}, { a: { b: [1] } }];
const ODD_SCALARS = ODD_VALUES.filter((value) => typeof value !== 'object');
const ODD_TYPES = ['zz', 'ad', '', undefined];

export function createEvents(seed) {
  const random = createRandom(seed);
  const users = Array.from({ length: 8 }, () => random.uuid());
  const sessions = Array.from({ length: 24 }, () => random.uuid());
  const recent = [];
  let now = START;

  const number = () => Math.round(random.next() * 20000) / 100;
  const value = (ordinary) => (random.chance(0.06) ? random.pick(ODD_VALUES) : ordinary());

  function product() {
    return {
      schema: `${ECOMMERCE}/product/jsonschema/${random.pick(['1-0-0', '1-0-1', '2-0-0'])}`,
      data: {
        id: `sku-${random.below(300)}`,
        category: value(() => random.pick(['tea', 'teaware', 'table', 'home/bath'])),
        price: value(number),
        currency: 'USD',
        sizes: random.chance(0.1) ? ['s', 1, null] : undefined,
      },
    };
  }

  function entities() {
    const list = Array.from({ length: random.below(4) }, product);
    if (random.chance(0.9)) list.push({ schema: `${SNOWPLOW}/web_page/jsonschema/1-0-0`, data: { id: random.uuid() } });
    if (random.chance(0.02)) list.push({ schema: 'not a schema', data: { price: 1 } });
    return list;
  }

  function selfDescribing() {
    if (random.chance(0.85)) {
      return {
        schema: `${ECOMMERCE}/snowplow_ecommerce_action/jsonschema/1-0-2`,
        data: { type: value(() => random.pick(ACTIONS)), total: { amount: value(number) } },
      };
    }
    const name = random.pick(['submit_form', 'focus_form', 'change_form']);
    const schema = random.chance(0.1) ? 'nonsense' : `${SNOWPLOW}/${name}/jsonschema/1-0-0`;
    return { schema, data: { formId: random.pick(['a', 'b']), elements: [{ name: 'x', value: value(number) }] } };
  }

  function identity() {
    const user = random.below(users.length);
    return {
      duid: random.chance(0.97) ? users[user] : undefined,
      sid: random.pick([sessions[user * 3], sessions[user * 3 + 1], sessions[user * 3 + 2].toUpperCase(), undefined]),
      uid: random.chance(0.3) ? `user ${user % 4}` : undefined,
      vid: 1 + random.below(5),
    };
  }

  function eventId() {
    const id = recent.length > 0 && random.chance(0.01) ? random.pick(recent) : random.uuid();
    recent.push(id);
    if (recent.length > 100) recent.shift();
    return random.chance(0.01) ? undefined : id;
  }

  function ownFields(type) {
    if (type === 'se') return { se_ca: 'shop', se_ac: random.pick(['open', 'close']), se_va: String(value(number)) };
    if (type === 'pp') return { pp_mix: '0', pp_max: String(random.below(900)), pp_may: random.pick(['12', 'x', '99999999999']) };
    if (type === 'tr') return { tr_id: `o${random.below(50)}`, tr_tt: String(value(number)), tr_cu: 'EUR' };
    return {};
  }

  function typeOf() {
    if (random.chance(0.01)) return random.pick(ODD_TYPES);
    return random.pick(['pv', 'pv', 'pp', 'ue', 'ue', 'ue', 'ue', 'se', 'tr']);
  }

  /** Mostly seconds apart, at times hours or days: windows slide and TTLs end. */
  function passTime() {
    const gap = random.chance(0.002) ? 86_400_000 * 9 : random.chance(0.01) ? 3_600_000 * 5 : 20_000;
    now += random.below(gap);
  }

  return function nextEvent() {
    passTime();
    const e = typeOf();
    const raw = [];
    const payload = {
      e,
      eid: eventId(),
      tv: 'js-4.10.1',
      tna: 'sp',
      aid: random.pick(['shop', 'blog']),
      p: 'web',
      tz: 'Europe/Berlin',
      lang: 'de-DE',
      cs: 'UTF-8',
      res: '1920x1080',
      cd: 24,
      cookie: '1',
      vp: random.pick(['1280x800', '390x844', '1280x']),
      dtm: String(now - random.below(random.chance(0.02) ? 5_000_000 : 900)),
      ttm: random.chance(0.01) ? String(now - 1000) : undefined,
      url: `https://shop.example${random.pick(PATHS)}`,
      page: random.chance(0.06) ? random.pick(ODD_SCALARS) : 'Tea & more',
      refr: random.pick(REFERRERS),
      ...identity(),
      ...ownFields(e),
    };
    for (const key of Object.keys(payload)) {
      // The tracker never adds these.
      if (payload[key] === undefined || payload[key] === null || payload[key] === '') delete payload[key];
    }
    if (e === 'ue') {
      const json = { schema: `${SNOWPLOW}/unstruct_event/jsonschema/1-0-0`, data: selfDescribing() };
      raw.push({ keyIfEncoded: 'ue_px', keyIfNotEncoded: 'ue_pr', json });
      payload.ue_pr = JSON.stringify(json);
    }
    const data = entities();
    if (data.length > 0) {
      const json = { schema: `${SNOWPLOW}/contexts/jsonschema/1-0-0`, data };
      raw.push({ keyIfEncoded: 'cx', keyIfNotEncoded: 'co', json });
      payload.co = JSON.stringify(json);
    }
    return { payload, raw, now };
  };
}
