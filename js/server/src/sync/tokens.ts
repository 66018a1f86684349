// Who may sync which id: tokens that the shop's back end signs (JWT, HS256).

// Loaded with the first token: a server without sync has none.
type Jose = typeof import('jose');
const loadJose = (): Promise<Jose> => import('jose');

/** RFC 7518 3.2: a key as long as the hash. */
const LEAST_SECRET_BYTES = 32;
const LONGEST_LIFE_SECONDS = 86_400;
const CLOCK_TOLERANCE_SECONDS = 5;
/** As in DELETE /api/v1/{key}/{id}: what is synced can be erased. */
const LONGEST_ID = 128;

export interface SyncToken {
  readonly key: string;
  readonly id: string;
  /** Only pages of this origin may use it. */
  readonly origin?: string;
  /** Epoch ms. */
  readonly expires: number;
}

export interface MintOptions {
  /** The server's `--sync-secret`: at least 32 bytes. */
  readonly secret: string;
  /** Attribute key, such as `user_id`. */
  readonly key: string;
  /** Whom your back end has signed in, never what a page says. */
  readonly id: string;
  /** Origin of the page, such as `https://shop.example`. */
  readonly origin?: string;
  /** Default 600, at most 86,400. */
  readonly ttlSeconds?: number;
}

/** @throws when it is too short to be safe */
export function secretBytes(secret: string): Uint8Array {
  const bytes = new TextEncoder().encode(secret);
  if (bytes.length >= LEAST_SECRET_BYTES) return bytes;
  throw new Error(`The secret of sync must have at least ${LEAST_SECRET_BYTES} bytes, not ${bytes.length}: openssl rand -base64 32`);
}

/** A token for one id, for the back end of a shop. */
export async function mintSyncToken({ secret, key, id, origin, ttlSeconds = 600 }: MintOptions): Promise<string> {
  if (!(ttlSeconds > 0 && ttlSeconds <= LONGEST_LIFE_SECONDS)) throw new Error(`ttlSeconds must be from 1 to ${LONGEST_LIFE_SECONDS}, not ${ttlSeconds}`);
  if (!isId(key) || !isId(id)) throw new Error(`key and id must be texts of 1 to ${LONGEST_ID} characters`);
  const { SignJWT } = await loadJose();
  const token = new SignJWT({ key, id, ...(origin !== undefined && { origin }) });
  const now = Math.floor(Date.now() / 1000);
  return token.setProtectedHeader({ alg: 'HS256' }).setIssuedAt(now).setExpirationTime(now + Math.floor(ttlSeconds)).sign(secretBytes(secret));
}

const isId = (value: unknown): value is string => typeof value === 'string' && value.length > 0 && value.length <= LONGEST_ID;

/** @returns what is wrong, or the token */
type Verified = { readonly token: SyncToken } | { readonly problem: string };

async function verifyWith(secret: Uint8Array, text: string, now: number): Promise<Verified> {
  const options = { algorithms: ['HS256'], requiredClaims: ['exp', 'key', 'id'], clockTolerance: CLOCK_TOLERANCE_SECONDS, currentDate: new Date(now) };
  const { jwtVerify } = await loadJose();
  const { payload } = await jwtVerify(text, secret, options);
  const { key, id, origin, exp = 0 } = payload;
  if (!isId(key) || !isId(id)) return { problem: `"key" and "id" must be texts of 1 to ${LONGEST_ID} characters` };
  if (origin !== undefined && typeof origin !== 'string') return { problem: '"origin" must be a text' };
  if (exp * 1000 > now + (LONGEST_LIFE_SECONDS + CLOCK_TOLERANCE_SECONDS) * 1000) return { problem: 'it lives longer than a day: mint short-lived ones' };
  return { token: { key, id, ...(origin !== undefined && { origin }), expires: exp * 1000 } };
}

function problemOf(error: unknown, errors: Jose['errors']): string {
  if (error instanceof errors.JWTExpired) return 'it has expired';
  if (error instanceof errors.JWTClaimValidationFailed) return `its "${error.claim}" is missing or wrong`;
  if (error instanceof errors.JWSSignatureVerificationFailed) return 'its signature is not ours';
  return 'it is no JWT with HS256';
}

/** @param secrets any of which may have signed, so that they can be changed one by one */
export async function verifySyncToken(secrets: readonly Uint8Array[], text: string, now: number): Promise<Verified> {
  const { errors } = await loadJose();
  let problem = 'there is no secret';
  for (const secret of secrets) {
    try {
      return await verifyWith(secret, text, now);
    } catch (error) {
      problem = problemOf(error, errors);
      if (!(error instanceof errors.JWSSignatureVerificationFailed)) break;
    }
  }
  return { problem };
}
