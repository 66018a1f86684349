// JSON text in parts: a JavaScript object would put members whose names look like integers first.

/**
 * The elements of an array, or the members of an object, each as its own text.
 * @param {string} text valid JSON without white space between its tokens, as the engine writes it
 */
export function partsOf(text) {
  /** @type {string[]} */
  const parts = [];
  let depth = 0;
  let start = 1;
  for (let i = 0; i < text.length; i++) {
    const char = text[i];
    if (char === '"') i = endOfString(text, i);
    else if (char === '{' || char === '[') depth++;
    else if (char === '}' || char === ']') depth--;
    if ((char === ',' && depth === 1) || (depth === 0 && i > start)) {
      parts.push(text.slice(start, i));
      start = i + 1;
    }
  }
  return parts;
}

/** @param {string} text @param {number} start of the opening quote @returns {number} of the closing one */
function endOfString(text, start) {
  let end = start + 1;
  while (text[end] !== '"') end += text[end] === '\\' ? 2 : 1;
  return end;
}

/**
 * Member name -> the text of its value.
 * @param {string} text of an object
 */
export function membersOf(text) {
  return new Map(
    partsOf(text).map((part) => {
      const colon = endOfString(part, 0) + 1;
      return [/** @type {string} */ (JSON.parse(part.slice(0, colon))), part.slice(colon + 1)];
    }),
  );
}
