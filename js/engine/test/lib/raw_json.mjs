const decode = (text) => Buffer.from(text, 'base64url');

/**
 * What the tracker's pb.getJson() held before it made the payload's texts; undefined when no tracker made these texts:
 * they are not JSON, or not the base64url of anything.
 */
export function rawOf(payload) {
  const raw = [];
  for (const [keyIfEncoded, keyIfNotEncoded] of [
    ['ue_px', 'ue_pr'],
    ['cx', 'co'],
  ]) {
    const encoded = payload[keyIfEncoded];
    const text = payload[keyIfNotEncoded] || (encoded && String(decode(encoded)));
    if (!text) continue;
    if (!payload[keyIfNotEncoded] && decode(encoded).toString('base64url') !== encoded) return undefined;
    try {
      raw.push({ keyIfEncoded, keyIfNotEncoded, json: JSON.parse(text) });
    } catch {
      return undefined;
    }
  }
  return raw;
}
