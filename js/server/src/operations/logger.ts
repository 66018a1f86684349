// Structured logs: one JSON object a line.
import { type DestinationStream, type Logger, pino } from 'pino';

/** Where a token can be in what is logged: the headers of a request, and the bytes of one that Node could not read. */
const SECRET = ['*.headers.authorization', 'headers.authorization', '*.headers.cookie', 'headers.cookie', '*.rawPacket', 'rawPacket'];

/**
 * @param level of pino; tokens never reach the log: requests are not logged, and this removes them from errors
 * @param to default standard error
 */
export function createLogger(level = 'info', to: DestinationStream = pino.destination(2)): Logger {
  return pino({ level, redact: { paths: SECRET, remove: true } }, to);
}
