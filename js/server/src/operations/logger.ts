// Structured logs: one JSON object a line.
import { type Logger, pino } from 'pino';

/** @param level of pino; tokens never reach the log: requests are not logged, and this removes them from errors */
export function createLogger(level = 'info'): Logger {
  return pino({ level, redact: { paths: ['*.headers.authorization', 'headers.authorization'], remove: true } }, pino.destination(2));
}
