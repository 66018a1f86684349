import { Form, Gleam, Mouth, Shadow, usePaint } from './Scene';

export function MoonBowl() {
  return (
    <>
      <Shadow x={200} width={210} />
      <Form d="M82 214 C86 286 134 318 200 318 C266 318 314 286 318 214 Z" fill="#f3ece0" speck />
      <Form d="M91 252 C108 300 150 318 200 318 C250 318 292 300 309 252 C270 276 130 276 91 252 Z" fill="#c27a56" speck />
      <Mouth x={200} y={214} rx={118} ry={27} rim="#faf5ec" inside="#e3d7c3" />
      <g>
        <circle cx="152" cy="206" r="20" fill="#d9793e" />
        <circle cx="190" cy="199" r="22" fill="#e58f47" />
        <circle cx="232" cy="203" r="21" fill="#d9793e" />
        <circle cx="213" cy="216" r="18" fill="#ea9f57" />
        <circle cx="172" cy="217" r="17" fill="#e58f47" />
        <path d="M190 178 q12 -14 26 -8 q-10 14 -26 8 Z" fill="#6f8a4f" />
        <path d="M190 180 q-2 6 0 8" stroke="#5b4326" strokeWidth="2.5" fill="none" />
      </g>
      <path d="M82 214 A118 27 0 0 0 318 214 A113 22 0 0 1 87 215 Z" fill="#fbf7ef" />
      <Gleam d="M104 246 C112 266 124 282 140 294" width={7} opacity={0.5} />
    </>
  );
}

export function Platter() {
  return (
    <>
      <Shadow x={200} width={250} y={312} />
      <ellipse cx="200" cy="296" rx="146" ry="34" fill="#6f7a4c" />
      <ellipse cx="200" cy="288" rx="150" ry="36" fill="#8e9961" />
      <ellipse cx="200" cy="287" rx="150" ry="35" fill="#a3ad74" />
      <ellipse cx="200" cy="289" rx="118" ry="25" fill="#8e9961" />
      <ellipse cx="200" cy="291" rx="114" ry="22" fill="#9ba56c" />
      <Gleam d="M66 282 C84 268 120 258 156 255" width={4} opacity={0.6} />
      <Form d="M138 256 C138 222 176 210 208 218 C246 226 262 250 252 278 C244 292 150 294 142 282 C138 276 138 266 138 256 Z" fill="#d99f58" light="ball" />
      <g stroke="#8d5a26" strokeWidth="5" strokeLinecap="round" opacity=".75">
        <path d="M166 232 L158 262" />
        <path d="M192 226 L184 260" />
        <path d="M218 230 L210 262" />
      </g>
      <g stroke="#f2d6a4" strokeWidth="3" strokeLinecap="round" opacity=".7">
        <path d="M170 232 L162 260" />
        <path d="M196 226 L188 258" />
      </g>
      <circle cx="270" cy="282" r="12" fill="#4f5b32" />
      <circle cx="266" cy="278" r="3.5" fill="#c9d09c" />
      <circle cx="288" cy="290" r="11" fill="#5c3b4c" />
      <circle cx="284" cy="286" r="3" fill="#d3b1c2" />
      <circle cx="112" cy="288" r="12" fill="#4f5b32" />
      <circle cx="108" cy="284" r="3.5" fill="#c9d09c" />
      <path d="M104 266 C92 248 98 232 84 214" stroke="#66744a" strokeWidth="3" fill="none" strokeLinecap="round" />
      <g fill="#7f8e59">
        <path d="M96 248 q-20 -4 -24 -18 q20 2 24 18 Z" />
        <path d="M98 240 q18 -8 18 -24 q-18 6 -18 24 Z" />
        <path d="M88 222 q-16 -6 -18 -20 q16 4 18 20 Z" />
        <path d="M90 220 q14 -10 12 -24 q-14 8 -12 24 Z" />
      </g>
    </>
  );
}

export function HoneyPot() {
  return (
    <>
      <Shadow x={192} width={160} />
      <g transform="rotate(24 250 150)">
        <rect x="246" y="52" width="9" height="120" rx="4" fill="#b98549" />
        <g fill="#c99a5c">
          <rect x="234" y="150" width="33" height="8" rx="4" />
          <rect x="231" y="161" width="39" height="8" rx="4" />
          <rect x="234" y="172" width="33" height="8" rx="4" />
        </g>
      </g>
      <Form d="M116 196 C96 224 100 290 132 312 C148 322 236 322 252 312 C284 290 288 224 268 196 Z" fill="#e0a83f" />
      <path d="M108 236 H276 M105 262 H279 M113 288 H271" stroke="#b87f22" strokeWidth="3" opacity=".55" />
      <path d="M108 239 H276 M105 265 H279 M113 291 H271" stroke="#f7d587" strokeWidth="2" opacity=".6" />
      <Form d="M112 184 H272 C278 184 280 200 272 204 H112 C104 200 106 184 112 184 Z" fill="#c98e2d" />
      <Mouth x={192} y={184} rx={80} ry={17} rim="#efc469" inside="#a86c16" />
      <ellipse cx="192" cy="189" rx="66" ry="9" fill="#c67a12" />
      <path d="M214 184 C240 184 246 190 244 204 C242 220 232 222 230 240 C228 250 220 248 221 238 C222 222 214 216 214 198 Z" fill="#d98d16" />
      <path d="M222 190 C226 200 224 214 225 232" stroke="#ffdf94" strokeWidth="3.5" fill="none" strokeLinecap="round" />
      <g transform="translate(166 262)">
        <ellipse rx="17" ry="12" fill="#3c2a1a" />
        <path d="M-8 -11 V11 M1 -12 V12 M10 -10 V10" stroke="#f3c964" strokeWidth="4" />
        <ellipse cx="-6" cy="-15" rx="12" ry="7" fill="#fff" opacity=".75" transform="rotate(-24 -6 -15)" />
        <ellipse cx="9" cy="-15" rx="12" ry="7" fill="#fff" opacity=".6" transform="rotate(24 9 -15)" />
      </g>
      <Gleam d="M122 222 C114 246 116 272 126 292" width={7} opacity={0.5} />
    </>
  );
}

export function OakTray() {
  const paint = usePaint();
  return (
    <>
      <Shadow x={200} width={280} y={316} />
      <path d="M64 262 H336 L364 312 C364 320 356 324 348 324 H52 C44 324 36 320 36 312 Z" fill="#b07f48" />
      <path d="M70 262 H330 L352 306 H48 Z" fill="#cb9b62" />
      <g stroke="#a87640" strokeWidth="2" fill="none" opacity=".6">
        <path d="M66 272 C140 266 240 278 334 270" />
        <path d="M60 283 C150 276 230 292 340 282" />
        <path d="M54 295 C130 288 260 302 346 294" />
      </g>
      <path d="M64 262 H336 L364 312 C364 320 356 324 348 324 H52 C44 324 36 320 36 312 Z" fill={paint('fall')} opacity=".5" />
      <path d="M36 311 H364 C364 320 356 326 348 326 H52 C44 326 36 320 36 311 Z" fill="#8d6032" />
      <path d="M60 262 C60 246 96 246 100 262 M300 262 C304 246 340 246 340 262" fill="none" stroke="#8d6032" strokeWidth="9" strokeLinecap="round" />
      <Form d="M106 222 L110 282 C111 294 164 294 165 282 L169 222 Z" fill="#f1e8d7" speck />
      <Mouth x={137.5} y={222} rx={31.5} ry={9} rim="#faf5ec" inside="#8a5226" />
      <Form d="M218 236 C218 288 238 298 260 298 C282 298 302 288 302 236 Z" fill="#8ea9a2" speck />
      <Mouth x={260} y={236} rx={42} ry={11} rim="#b3c9c2" inside="#6a857e" />
      <g fill="#b33b42">
        <circle cx="246" cy="233" r="8" />
        <circle cx="262" cy="230" r="9" />
        <circle cx="277" cy="234" r="8" />
      </g>
      <g stroke="#55703f" strokeWidth="2" fill="none">
        <path d="M246 226 C248 214 256 206 266 204 M262 222 C262 214 264 208 266 204" />
      </g>
      <g fill="none" stroke="#fff" strokeWidth="6" strokeLinecap="round" opacity=".4">
        <path d="M128 204 C116 188 140 178 128 158" />
        <path d="M150 204 C138 184 164 174 150 150" />
      </g>
    </>
  );
}

export function LinenTowels() {
  return (
    <>
      <Shadow x={200} width={220} />
      <Form d="M96 290 C94 284 98 278 106 278 H296 C304 278 308 284 306 290 L308 310 C308 316 304 320 298 320 H104 C98 320 94 316 94 310 Z" fill="#c9b08f" light="fall" />
      <Form d="M98 262 C96 256 100 250 108 250 H292 C300 250 304 256 302 262 L304 280 C304 286 300 290 294 290 H106 C100 290 96 286 96 280 Z" fill="#8d5a4a" light="fall" />
      <Form d="M100 234 C98 228 102 222 110 222 H290 C298 222 302 228 300 234 L302 252 C302 258 298 262 292 262 H108 C102 262 98 258 98 252 Z" fill="#eee4d1" light="fall" />
      <Form d="M104 196 C120 186 280 186 296 196 C304 200 304 228 298 234 H102 C96 228 96 200 104 196 Z" fill="#7d9099" light="fall" />
      <g stroke="#f3ecdd" strokeWidth="3.5" opacity=".85">
        <path d="M98 206 C150 198 250 198 302 206" fill="none" />
        <path d="M97 214 C150 206 250 206 303 214" fill="none" />
      </g>
      <g stroke="#b4553a" strokeWidth="3" opacity=".75">
        <path d="M99 238 H301 M99 245 H301" />
      </g>
      <path d="M186 190 H214 V320 H186 Z" fill="#e8d6b6" />
      <path d="M186 190 H190 V320 H186 Z M210 190 H214 V320 H210 Z" fill="#cdb68e" opacity=".6" />
      <circle cx="200" cy="256" r="22" fill="#b4553a" />
      <path d="M191 254 h14 v4 a6 6 0 0 1 -6 6 h-2 a6 6 0 0 1 -6 -6 Z M205 255 h2 a3 3 0 0 1 0 6 h-2" fill="#fbf3e4" />
      <g transform="translate(200 190)">
        <path d="M0 0 C-12 -30 -6 -50 -16 -72 M0 0 C4 -30 10 -44 20 -64" stroke="#7f8e59" strokeWidth="3" fill="none" strokeLinecap="round" />
        <g fill="#8f7fb0">
          {[0, 1, 2, 3, 4].map((i) => (
            <g key={i}>
              <ellipse cx={-10 - i * 1.8} cy={-40 - i * 9} rx="6.5" ry="5" />
              <ellipse cx={11 + i * 2.6} cy={-36 - i * 8} rx="6" ry="4.6" fill="#a394c0" />
            </g>
          ))}
        </g>
      </g>
    </>
  );
}
