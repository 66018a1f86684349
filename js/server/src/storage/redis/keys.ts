// Names of everything in Redis. What stands in braces decides the node of a cluster; a script stays within one.

const partition = (number: number): string => `{oncue:p${number}}`;

export const KEYS = {
  /** Hash: what was settled at the first start. */
  settings: '{oncue:registry}:settings',
  registry: '{oncue:registry}:log',
  revision: '{oncue:registry}:revision',
  /** Sorted set of server ids by their latest sign of life, epoch ms. */
  live: '{oncue:servers}:live',
  /** Hash: partition to server id. */
  owners: '{oncue:servers}:owners',
  /** Written to see whether Redis takes writes. */
  health: '{oncue:servers}:health',
  fires: '{oncue:fires}:log',
  /** That an intervention was put into the stream of fires. */
  fired: (interventionId: string): string => `{oncue:fires}:id:${interventionId}`,
  log: (number: number): string => `${partition(number)}:log`,
  /** Hash: seq, at and revision of the log's end; up to which entry fires were told. */
  meta: (number: number): string => `${partition(number)}:meta`,
  snapshot: (number: number): string => `${partition(number)}:snapshot`,
  /** That a copy of an event is in the partition's log. */
  event: (number: number, eventId: string): string => `${partition(number)}:event:${eventId}`,
  /** In the partition that the event's id names: the partitions to which it went when it first came, the first one first. */
  placed: (number: number, eventId: string): string => `${partition(number)}:placed:${eventId}`,
  /** Hash of one target: intervention to the id of the one that it was told of. */
  claims: (number: number, key: string, id: string): string => `${partition(number)}:claims:${key}:${id}`,
  /** Channel of one server. */
  server: (id: string): string => `oncue:server:${id}`,
} as const;
