// Which pages may call.

type Headers = Record<string, string>;

/** Answers cross-origin questions. An empty list allows every origin. */
export class Cors {
  constructor(private readonly origins: readonly string[]) {}

  isAllowed(origin: string | undefined): origin is string {
    return origin !== undefined && (this.origins.length === 0 || this.origins.includes(origin));
  }

  /** For what anybody may read, without cookies: definitions and streams. */
  open(origin: string | undefined): Headers {
    if (this.origins.length === 0) return { 'access-control-allow-origin': '*' };
    return { vary: 'Origin', ...(this.isAllowed(origin) && { 'access-control-allow-origin': origin }) };
  }

  /** For trackers, which send cookies along: then the origin has to be named. */
  withCredentials(origin: string | undefined): Headers {
    if (!this.isAllowed(origin)) return { vary: 'Origin' };
    return { vary: 'Origin', 'access-control-allow-origin': origin, 'access-control-allow-credentials': 'true' };
  }

  /** What a preflight is told beside that. */
  preflight(requested: { headers?: string }): Headers {
    return {
      'access-control-allow-methods': 'GET, POST, PUT, DELETE, OPTIONS',
      'access-control-allow-headers': requested.headers ?? 'Content-Type, SP-Anonymous, Authorization',
      'access-control-max-age': '600',
    };
  }
}
