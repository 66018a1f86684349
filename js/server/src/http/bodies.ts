// Bodies: bytes to text to JSON, refused in the form of the endpoint.
import type { FastifyRequest } from 'fastify';
import { badRequest, type HttpError, unprocessable } from '../errors.js';

const decoder = new TextDecoder('utf-8', { fatal: true });

type Style = 'detail' | 'error';

/** The registry, engines and testing answer errors in `detail`, the rest in `error`. */
export function styleOf(path: string): Style {
  return /^\/api\/v1\/(registry|engines|testing|delivery)(\/|$|\?)/.test(path) ? 'detail' : 'error';
}

export function refusal(style: Style, sentence: string): HttpError {
  return style === 'error' ? badRequest(sentence) : unprocessable([{ loc: ['body'], msg: sentence, type: 'json_invalid' }]);
}

/** @throws {HttpError} when it is not UTF-8 */
export function readText(request: FastifyRequest): string {
  try {
    return decoder.decode((request.body as Buffer | undefined) ?? new Uint8Array());
  } catch {
    throw refusal(styleOf(request.url), 'the body is not UTF-8');
  }
}

/** @throws {HttpError} when it is not JSON */
export function readJson(request: FastifyRequest): unknown {
  const text = readText(request);
  try {
    return JSON.parse(text);
  } catch {
    throw refusal(styleOf(request.url), 'the body is not JSON');
  }
}

/** The query with repeated names, which Python clients send. */
export function queryOf(request: FastifyRequest): URLSearchParams {
  const start = request.url.indexOf('?');
  return new URLSearchParams(start < 0 ? '' : request.url.slice(start + 1));
}
