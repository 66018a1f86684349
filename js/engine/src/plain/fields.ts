// The atomic fields that plain definitions may read, and what makes them of a payload (core/src/event/payload_fields.def).

/** The value of a protocol text; undefined when it has none. */
export type Rule = (text: string) => string | number | undefined;

const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;
const INTEGER = /^[+-]?\d+$/;

export const plainText: Rule = (value) => value.replace(/\t/g, '    ').replace(/[\0-\x1f\x7f]/g, '') || undefined;
const uuid: Rule = (value) => (UUID.test(value) ? value.toLowerCase() : undefined);

/** Years 0 to 9999. */
export const time: Rule = (value) => {
  // Every event has another one, of as many digits for some centuries: no need to have it matched and parsed.
  // In two halves, of which each is a small integer.
  let high = 0;
  let low = 0;
  for (let i = 0; value.length === 13; i++) {
    if (i === 13) return high * 1e7 + low;
    const digit = value.charCodeAt(i) - 48;
    if (digit >>> 0 > 9) break;
    low = (low * 10 + digit) | 0;
    if (i === 5) {
      high = low;
      low = 0;
    }
  }
  const number = INTEGER.test(value) ? +value : NaN;
  return number >= -62167219200000 && number <= 253402300799999 ? number : undefined;
};

const integer: Rule = (value) => (INTEGER.test(value) && +value >= -(2 ** 31) && +value < 2 ** 31 ? +value + 0 : undefined);

/** Of core's own grammar of numbers (core/src/base/number_text.h). */
export function toNumber(value: string): number | undefined {
  const number = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(value) ? +value : NaN;
  return Number.isFinite(number) ? number + 0 : undefined;
}

type Source = [rule: Rule, key: string, other: string | undefined];

/** `field key [key]`: a field and the protocol keys it is made from, of which the first that has a text counts. */
const keysOf = (rule: Rule, lines: string): [string, Source][] =>
  lines.split(',').map((line) => {
    const [name, key, other] = line.split(' ') as [string, string, string?];
    return [name, [rule, key, other]];
  });

export const FIELDS: Map<string, Source> = /* @__PURE__ */ new Map(
  /* @__PURE__ */ [
    ...keysOf(
      plainText,
      'user_id uid,domain_userid duid,network_userid tnuid nuid,app_id aid,page_title page,page_referrer refr,se_category se_ca ev_ca,se_action se_ac ev_ac,se_label se_la ev_la,se_property se_pr ev_pr,br_lang lang',
    ),
    ...keysOf(uuid, 'domain_sessionid sid'),
    ...keysOf(integer, 'domain_sessionidx vid'),
    ...keysOf(toNumber, 'se_value se_va ev_va'),
  ],
);
