/** Neither keeps anything between two calls. */
export const encoder = /* @__PURE__ */ new TextEncoder();
export const decoder = /* @__PURE__ */ new TextDecoder();
