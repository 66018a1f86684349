export type Code = 'SAVE10' | 'STAY15' | 'FREE';

interface Terms {
  label: string;
  percentOff?: number;
  freeShippingOver?: number;
}

export const terms: Record<Code, Terms> = {
  SAVE10: { label: '10% off', percentOff: 10 },
  STAY15: { label: '15% off', percentOff: 15 },
  FREE: { label: 'Free shipping', freeShippingOver: 10_000 },
};

export function parseCode(text: string): Code | undefined {
  const code = text.trim().toUpperCase();
  return code in terms ? (code as Code) : undefined;
}

/** Adds `code`; of two percentages only the newer one stays. */
export function addCode(codes: Code[], code: Code): Code[] {
  const isPercent = terms[code].percentOff !== undefined;
  const kept = codes.filter((other) => other !== code && !(isPercent && terms[other].percentOff !== undefined));
  return [...kept, code];
}
