import { encode, sized, wide } from './bytes.js';

/** What of the options decides how definitions are read. */
export interface Reading {
  includeUnpublished: boolean;
  defaultTtlMs: number;
  /** Whether events of some apps only count. */
  asksForApp: boolean;
}

const isFlag = (value: unknown): boolean => typeof value === 'boolean';
const isTexts = (value: unknown): boolean => Array.isArray(value) && value.every((text) => typeof text === 'string');
const isWhole = (value: unknown, least: number, most: number): boolean => Number.isInteger(value) && (value as number) >= least && (value as number) <= most;
const isTime = (value: unknown): boolean => isWhole(value, 0, Number.MAX_SAFE_INTEGER);

/**
 * Options, as JSON, for the plain artefact; undefined where the larger one has to look at them: they are wrong, or ask for
 * what it alone can do.
 */
export function readOptions(json: string): ({ bytes: Uint8Array } & Reading) | undefined {
  const {
    windowEventLimit = 100,
    defaultTtlMs = 0,
    timeDriven = true,
    wake = 'latest',
    refire = 'never',
    includeUnpublished = false,
    rememberIds = false,
    maxIdsPerKey = 0,
    sessionIdsMs = 0,
    explainFires = false,
    syncKeys = [],
    appIds = [],
    seed,
    // These are for fields that no plain definition reads.
    userAgent = '',
    internalDomains = [],
    campaignAttribution = true,
    ...rest
  } = JSON.parse(json);
  const isRight =
    (windowEventLimit === 'unlimited' || isWhole(windowEventLimit, 1, 1e5)) &&
    isTime(defaultTtlMs) &&
    isTime(sessionIdsMs) &&
    isWhole(maxIdsPerKey, 0, 2 ** 32 - 1) &&
    [includeUnpublished, campaignAttribution].every(isFlag) &&
    [syncKeys, appIds, internalDomains].every(isTexts) &&
    !syncKeys.length &&
    explainFires === false &&
    timeDriven === true &&
    rememberIds === false &&
    wake === 'latest' &&
    ['never', 'edge'].includes(refire) &&
    typeof userAgent === 'string' &&
    (isTime(seed) || (typeof seed === 'string' && /^\d{1,20}$/.test(seed))) &&
    !Object.keys(rest).length;
  if (!isRight) return;
  const bytes = encode([
    wide(BigInt(seed)),
    wide(BigInt(windowEventLimit === 'unlimited' ? 2 ** 32 - 1 : windowEventLimit) | (BigInt(maxIdsPerKey) << 32n)),
    wide(BigInt(sessionIdsMs)),
    +(refire === 'edge'),
    sized(appIds),
  ]);
  return { bytes, includeUnpublished, defaultTtlMs, asksForApp: appIds.length > 0 };
}
