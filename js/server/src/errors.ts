/** An answer other than success: thrown by the rooms, sent by http/. */
export class HttpError extends Error {
  override name = 'HttpError';

  constructor(
    readonly status: number,
    /** What the client is told, as JSON. */
    readonly body: { readonly detail: unknown } | { readonly error: string },
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(JSON.stringify(body));
  }
}

/** One thing wrong with a body, in the registry's form. */
export interface Detail {
  readonly loc: readonly (string | number)[];
  readonly msg: string;
  readonly type: string;
}

/** Errors of the registry, engines and testing are `detail`, those of reading and interventions `error`. */
export const refuse = (detail: string): HttpError => new HttpError(400, { detail });
export const notFound = (detail: string): HttpError => new HttpError(404, { detail });
export const unprocessable = (detail: readonly Detail[]): HttpError => new HttpError(422, { detail });
export const badRequest = (error: string): HttpError => new HttpError(400, { error });
export const tooLarge = (error: string): HttpError => new HttpError(413, { error });
