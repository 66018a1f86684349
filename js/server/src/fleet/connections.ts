// The connections of one server to Redis.
import { asStoreError, type Client, makeClient } from '../storage/redis/client.js';

/** Redis reads 16 KiB of each connection, then syncs what came of them: with one connection it would sync far more often. */
const WRITERS = 16;

export interface Connections {
  readonly client: Client;
  readonly writers: readonly Client[];
  /** These wait in blocking calls. */
  readonly partitionReader: Client;
  readonly commonReader: Client;
  readonly subscriber: Client;
}

const allOf = ({ client, writers, ...rest }: Connections): Client[] => [...writers, rest.partitionReader, rest.commonReader, rest.subscriber, client];

/** @throws {StoreError} */
export async function connect(url: string, onTrouble: (error: unknown, doing: string) => void): Promise<Connections> {
  const client = makeClient(url, onTrouble);
  // One of them tells of a lost connection for all.
  const another = () => client.duplicate().on('error', () => {}) as Client;
  const writers = Array.from({ length: WRITERS }, another);
  const connections: Connections = { client, writers, partitionReader: another(), commonReader: another(), subscriber: another() };
  try {
    await Promise.all(allOf(connections).map((one) => one.connect()));
    return connections;
  } catch (error) {
    destroy(connections);
    throw asStoreError(error);
  }
}

/** Ends all of them, whatever is under way. */
export function destroy(connections: Connections): void {
  for (const one of allOf(connections)) if (one.isOpen) one.destroy();
}
