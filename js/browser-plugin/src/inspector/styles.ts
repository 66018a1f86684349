// Inside a shadow root. `!important` on :host outranks whatever the page says of its own elements.
export const STYLES = `
:host {
  all: initial !important;
  position: fixed !important;
  z-index: 2147483647 !important;
  inset: 0 0 0 auto !important;
  display: block !important;
  width: min(400px, 100vw) !important;
  color-scheme: light !important;
  --back: #fbfaf7; --raised: #f1efe9; --edge: #d9d5cb; --text: #22292a; --faint: #5d6866; --true: #1c6b3f; --true-back: #d3ecdc; --amber: #8a5600; --accent: #1f5f66;
}
:host([data-theme="dark"]) {
  color-scheme: dark !important;
  --back: #1f2a2b; --raised: #283536; --edge: #425455; --text: #eaf0ea; --faint: #a8b8b4; --true: #8fd3a6; --true-back: #224a35; --amber: #f1c478; --accent: #8cd0d6;
}
:host([data-docked]) { position: relative !important; inset: auto !important; z-index: auto !important; width: 100% !important; height: 100% !important; }
:host([data-folded]) { inset: auto 12px 12px auto !important; width: auto !important; }
* { box-sizing: border-box; }
.panel {
  display: flex; flex-direction: column; height: 100%; overflow-y: auto; overscroll-behavior: contain;
  background: var(--back); color: var(--text); border-left: 1px solid var(--edge);
  font: 400 14px/1.45 system-ui, -apple-system, "Segoe UI", sans-serif; scrollbar-width: thin; scrollbar-color: var(--edge) transparent;
}
:host(:not([data-docked])) .panel { box-shadow: -16px 0 48px rgb(0 0 0 / .28); }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 1px; border-radius: 4px; }
h2, h4, p, ol { margin: 0; padding: 0; }
h2 { font-size: 16px; font-weight: 650; }
h2:focus { outline: none; }
button, input { font: inherit; color: inherit; }
button { cursor: pointer; }
.faint { color: var(--faint); font-size: 12.5px; }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
code, .mono, .test-rule, .test-value, .attribute, .events { font-family: ui-monospace, "SF Mono", "Cascadia Mono", "DejaVu Sans Mono", Menlo, Consolas, monospace; font-size: 12.5px; font-variant-numeric: tabular-nums; }

.head { position: sticky; top: 0; z-index: 1; display: grid; gap: 8px; padding: 12px 16px; background: var(--back); border-bottom: 1px solid var(--edge); }
.head-row { display: flex; align-items: center; gap: 4px; }
.head-row h2 { flex: 1; }
.icon { display: grid; place-items: center; min-width: 36px; height: 36px; padding: 0 8px; border: 0; border-radius: 8px; background: none; font-size: 13px; }
.icon:hover { background: var(--raised); }
.icon svg { width: 16px; height: 16px; }
.travel { display: flex; align-items: center; gap: 10px; min-height: 32px; }
.travel input { flex: 1; min-width: 60px; accent-color: var(--accent); }
.travel output { font-size: 12.5px; white-space: nowrap; }
.live { padding: 3px 10px; border: 1px solid var(--edge); border-radius: 99px; background: none; font-size: 12.5px; white-space: nowrap; }
.live:disabled { border-color: transparent; color: var(--true); cursor: default; opacity: 1; }
:host([data-past]) .head { background: color-mix(in srgb, var(--amber) 14%, var(--back)); }
.filter { width: 100%; height: 32px; padding: 0 10px; border: 1px solid var(--edge); border-radius: 8px; background: var(--raised); font-size: 13px; }
.filter::placeholder { color: var(--faint); }

.section { border-bottom: 1px solid var(--edge); padding: 0 16px; }
.section > summary { display: flex; align-items: center; gap: 8px; min-height: 42px; font-weight: 600; font-size: 13.5px; cursor: pointer; list-style: none; }
.section > summary::before { content: ""; width: 6px; height: 6px; margin-right: 2px; border: solid var(--faint); border-width: 0 1.5px 1.5px 0; rotate: -45deg; transition: rotate .15s; }
.section[open] > summary::before { rotate: 45deg; }
summary::-webkit-details-marker { display: none; }
.section-count { color: var(--faint); font-weight: 400; }
.section-body { display: grid; gap: 8px; padding-bottom: 16px; }

.rule { padding: 0 12px; border: 1px solid transparent; border-radius: 10px; background: var(--raised); }
.rule[open] { padding-bottom: 10px; }
.rule[data-fired="true"] { border-color: color-mix(in srgb, var(--true) 50%, transparent); }
.rule > summary { display: flex; align-items: center; justify-content: space-between; gap: 8px; min-height: 38px; cursor: pointer; list-style: none; }
.rule-name { font-weight: 600; font-size: 13.5px; overflow-wrap: anywhere; }
.badge { flex: none; padding: 1px 9px; border-radius: 99px; background: var(--edge); font-size: 12px; font-weight: 600; }
.rule[data-fired="true"] .badge { background: var(--true-back); color: var(--true); }
.rule[data-state="holds"] .badge { color: var(--amber); }
.test { display: grid; grid-template-columns: auto minmax(0, 1fr) auto; gap: 4px 9px; align-items: center; padding: 2px 0; }
.test-rule { overflow-wrap: anywhere; }
.test-rule i { color: var(--amber); font-style: normal; }
.test-value { max-width: 12em; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; color: var(--faint); }
.test[data-truth="true"] .test-value { color: var(--true); }
.truth { flex: none; width: 10px; height: 10px; border: 1.5px solid var(--faint); border-radius: 50%; }
.truth[data-now="true"] { background: var(--true); border-color: var(--true); }
.progress { grid-column: 2 / -1; height: 3px; overflow: hidden; border-radius: 3px; background: var(--edge); }
.progress::before { content: ""; display: block; height: 100%; background: var(--amber); transform: scaleX(var(--share)); transform-origin: left; }
.test[data-truth="true"] .progress::before { background: var(--true); }
.branch-head { display: flex; align-items: center; gap: 9px; color: var(--faint); font-size: 12.5px; }
.branch > :not(.branch-head) { margin: 4px 0 0 4px; padding-left: 14px; border-left: 1.5px solid var(--edge); }
.rule-note { color: var(--amber); font-size: 12.5px; }
.rule-targets { margin-top: 6px; color: var(--faint); font-size: 12px; overflow-wrap: anywhere; }
.rule-targets [data-latched="true"] { color: var(--true); }

.group h4 { margin: 4px 0; color: var(--amber); font-size: 12.5px; font-weight: 600; }
.group h4 .faint { font-weight: 400; }
.attribute { border-bottom: 1px solid color-mix(in srgb, var(--edge) 55%, transparent); }
.attribute > summary { display: flex; justify-content: space-between; gap: 12px; padding: 5px 0; cursor: pointer; list-style: none; }
.attribute-name { overflow-wrap: anywhere; }
.attribute-value { max-width: 55%; overflow: hidden; text-overflow: ellipsis; text-align: right; }
.attribute-value b { color: var(--amber); font-weight: 400; }
.attribute[data-null="true"] .attribute-value { color: var(--faint); }
.attribute p { padding-bottom: 6px; font-family: system-ui, sans-serif; }

.events { list-style: none; }
.events button { display: grid; grid-template-columns: auto minmax(0, 1fr) auto; gap: 0 10px; width: 100%; padding: 5px 6px; border: 0; border-bottom: 1px solid color-mix(in srgb, var(--edge) 55%, transparent); background: none; text-align: left; }
.events button:hover { background: var(--raised); }
.events button[aria-pressed="true"] { background: color-mix(in srgb, var(--amber) 20%, var(--back)); }
.events time { color: var(--faint); }
.event-name { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
[data-type="tick"] .event-name { color: var(--faint); font-style: italic; }
.event-cost { color: var(--true); white-space: nowrap; }
.event-note, .event-fired { grid-column: 2 / -1; color: var(--amber); }

.facts { display: grid; grid-template-columns: 1fr auto; gap: 2px 12px; margin: 0; font-size: 13px; }
.facts dt { color: var(--faint); }
.facts dd { margin: 0; font-variant-numeric: tabular-nums; }
.exports { display: flex; flex-wrap: wrap; gap: 6px; }
.exports button { min-height: 34px; padding: 0 12px; border: 1px solid var(--edge); border-radius: 8px; background: var(--raised); font-size: 13px; }
.exports button:hover { border-color: var(--faint); }
code { display: block; padding: 8px 10px; border-radius: 8px; background: var(--raised); overflow-wrap: anywhere; user-select: all; font-size: 12px; }

.pill { display: inline-flex; align-items: center; gap: 8px; min-height: 44px; padding: 0 18px; border: 1px solid var(--edge); border-radius: 99px; background: var(--back); color: var(--text); box-shadow: 0 6px 24px rgb(0 0 0 / .25); font: 600 14px/1 system-ui, sans-serif; }

@media (max-width: 640px) {
  :host(:not([data-docked]):not([data-folded])) { inset: auto 0 0 0 !important; width: 100vw !important; height: min(72dvh, 640px) !important; }
  :host(:not([data-docked])) .panel { border: 0; border-top: 1px solid var(--edge); border-radius: 16px 16px 0 0; box-shadow: 0 -10px 40px rgb(0 0 0 / .3); }
  .icon { min-width: 44px; height: 44px; }
  .events button, .attribute > summary { padding-block: 9px; }
}
@media (prefers-reduced-motion: reduce) { * { transition: none !important; } }
@media print { :host { display: none !important; } }
`;
