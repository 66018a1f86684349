import { Form, Gleam, Mouth, Shadow, usePaint } from './Scene';

export function FennelVase() {
  const umbels: [number, number, number][] = [[150, 74, 30], [214, 52, 36], [262, 92, 26]];
  return (
    <>
      <Shadow x={204} width={130} />
      <g fill="none" stroke="#7b8a58" strokeWidth="3.5" strokeLinecap="round">
        <path d="M200 190 C196 150 176 120 152 88" />
        <path d="M204 190 C206 150 208 110 214 70" />
        <path d="M208 190 C216 160 240 130 262 104" />
        <path d="M199 166 C184 160 176 150 170 138" strokeWidth="2.5" />
      </g>
      <path d="M172 140 q-24 2 -32 -16 q24 -2 32 16 Z M228 146 q24 6 34 -8 q-22 -10 -34 8 Z" fill="#94a36a" />
      {umbels.map(([x, y, r]) => (
        <g key={x}>
          {[-60, -36, -12, 12, 36, 60].map((angle) => {
            const a = ((angle - 90) * Math.PI) / 180;
            const tx = x + Math.cos(a) * r;
            const ty = y + 18 + Math.sin(a) * r * 0.9;
            return (
              <g key={angle}>
                <path d={`M${x} ${y + 18} L${tx.toFixed(1)} ${ty.toFixed(1)}`} stroke="#8a9860" strokeWidth="1.8" />
                <circle cx={tx} cy={ty} r="6" fill="#e0b548" />
                <circle cx={tx - 1.5} cy={ty - 2} r="2.5" fill="#f4d988" />
              </g>
            );
          })}
        </g>
      ))}
      <Form d="M182 184 H226 C222 204 224 212 238 226 C266 254 266 292 244 314 C238 320 170 320 164 314 C142 292 142 254 170 226 C184 212 186 204 182 184 Z" fill="#d8c9b4" speck />
      <Form d="M150 262 C148 284 152 302 164 314 C170 320 238 320 244 314 C256 302 260 284 258 262 C230 252 178 272 150 262 Z" fill="#a85f45" speck />
      <Mouth x={204} y={184} rx={24} ry={7} rim="#e8dccb" inside="#9b8871" />
      <Gleam d="M166 252 C166 244 172 236 180 228" width={6} opacity={0.5} />
    </>
  );
}

export function BudVases() {
  return (
    <>
      <Shadow x={112} width={84} />
      <Shadow x={206} width={94} />
      <Shadow x={300} width={76} />
      <g fill="none" strokeLinecap="round">
        <path d="M112 222 C112 190 104 168 98 148" stroke="#7f8e59" strokeWidth="3" />
        <path d="M206 176 C206 140 214 112 212 86" stroke="#7f8e59" strokeWidth="3" />
        <path d="M300 240 C302 216 310 204 312 186" stroke="#8d7a4c" strokeWidth="3" />
      </g>
      <path d="M108 190 q-22 0 -26 -18 q22 0 26 18 Z M208 134 q20 -4 24 -20 q-22 2 -24 20 Z" fill="#8fa066" />
      <g transform="translate(97 138)">
        {[0, 60, 120, 180, 240, 300].map((a) => (
          <ellipse key={a} cy="-12" rx="8" ry="12" fill="#e9b9a4" transform={`rotate(${a})`} />
        ))}
        <circle r="7" fill="#c2623f" />
      </g>
      <g transform="translate(212 76)">
        <path d="M0 16 C-26 8 -26 -24 -8 -32 C-6 -20 6 -20 8 -32 C26 -24 26 8 0 16 Z" fill="#c2472f" />
        <path d="M0 16 C-12 4 -10 -18 0 -30 C10 -18 12 4 0 16 Z" fill="#dd6a49" />
      </g>
      <g fill="#f2e6cf">
        {[[312, 176], [304, 184], [320, 186], [309, 196], [317, 168]].map(([x, y]) => (
          <g key={`${x}`}>
            <circle cx={x} cy={y} r="8" />
            <circle cx={(x ?? 0) + 2} cy={(y ?? 0) + 2} r="8" fill="#d8c49d" opacity=".45" />
          </g>
        ))}
      </g>
      <Form d="M102 222 H122 C120 238 124 246 134 256 C156 278 150 318 112 318 C74 318 68 278 90 256 C100 246 104 238 102 222 Z" fill="#35566a" />
      <Form d="M195 174 H217 C214 204 218 224 230 248 C246 280 250 306 240 314 C232 320 180 320 172 314 C162 306 166 280 182 248 C194 224 198 204 195 174 Z" fill="#ece2d0" speck />
      <Form d="M288 238 H312 C310 250 314 256 322 264 C338 282 338 304 326 314 C320 320 280 320 274 314 C262 304 262 282 278 264 C286 256 290 250 288 238 Z" fill="#b9653f" />
      <Mouth x={112} y={222} rx={11} ry={4} rim="#55768a" inside="#1e3442" />
      <Mouth x={206} y={174} rx={12} ry={4} rim="#faf3e6" inside="#a8977d" />
      <Mouth x={300} y={238} rx={13} ry={4.5} rim="#d4865f" inside="#6d3219" />
      <Gleam d="M88 280 C88 272 93 266 98 261" width={5} />
      <Gleam d="M186 276 C188 264 193 252 198 242" width={5} opacity={0.45} />
      <Gleam d="M276 288 C276 280 281 274 286 269" width={5} opacity={0.45} />
    </>
  );
}

export function Candle() {
  const paint = usePaint();
  return (
    <>
      <Shadow x={200} width={150} />
      <circle cx="200" cy="150" r="120" fill={paint('halo')} opacity=".75" />
      <Form d="M128 212 L132 298 C133 312 156 320 200 320 C244 320 267 312 268 298 L272 212 Z" fill="#5d6f73" speck />
      <Form d="M130 262 C160 272 240 254 270 262 L268 298 C267 312 244 320 200 320 C156 320 133 312 132 298 Z" fill="#43555a" />
      <Mouth x={200} y={212} rx={72} ry={17} rim="#7d8f92" inside="#d9c6a2" />
      <ellipse cx="200" cy="216" rx="62" ry="12" fill="#f0e1c2" />
      <ellipse cx="200" cy="216" rx="26" ry="5" fill="#fff3d4" />
      <path d="M200 216 V194" stroke="#3a2a1e" strokeWidth="3.5" strokeLinecap="round" />
      <path d="M200 202 C178 190 188 164 200 142 C212 164 222 190 200 202 Z" fill="#f2a33c" />
      <path d="M200 200 C190 192 194 176 200 164 C206 176 210 192 200 200 Z" fill="#fff0bd" />
      <rect x="170" y="244" width="60" height="44" rx="3" fill="#f3ead8" />
      <text x="200" y="263" textAnchor="middle" className="tin-name tin-name-small" fill="#43433c">Cedar</text>
      <text x="200" y="277" textAnchor="middle" className="tin-line" fill="#43433c">&amp; SALT</text>
      <Gleam d="M144 232 L147 290" width={6} opacity={0.35} />
    </>
  );
}

export function Lamp() {
  const paint = usePaint();
  return (
    <>
      <Shadow x={200} width={150} />
      <circle cx="200" cy="150" r="190" fill={paint('halo')} opacity=".8" />
      <path d="M196 196 H204 V236 H196 Z" fill="#a67c45" />
      <Form d="M186 226 H214 C214 236 222 242 232 250 C258 272 258 300 240 314 C232 320 168 320 160 314 C142 300 142 272 168 250 C178 242 186 236 186 226 Z" fill="#2f4d57" speck />
      <Gleam d="M160 286 C160 276 168 266 178 258" width={7} />
      <path d="M150 76 H250 L294 200 C270 212 130 212 106 200 Z" fill="#f3dfb9" />
      <path d="M150 76 H250 L294 200 C270 212 130 212 106 200 Z" fill={paint('halo')} />
      <g stroke="#d9bd8c" strokeWidth="1.5" opacity=".6">
        <path d="M166 76 L140 206 M183 76 L170 209 M200 76 V209 M217 76 L230 209 M234 76 L260 206" />
      </g>
      <ellipse cx="200" cy="76" rx="50" ry="8" fill="#fff6df" />
      <path d="M106 200 C130 212 270 212 294 200 L295 204 C270 217 130 217 105 204 Z" fill="#c9a468" />
      <path d="M228 210 V246" stroke="#a67c45" strokeWidth="2" />
      <circle cx="228" cy="249" r="4.5" fill="#c9975a" />
    </>
  );
}
