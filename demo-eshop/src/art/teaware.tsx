import { Form, Gleam, Mouth, Shadow, Tube, usePaint } from './Scene';

export function Teapot() {
  return (
    <>
      <Shadow x={206} width={190} />
      <Tube d="M288 212 C346 190 358 268 286 280" fill="#8fae9f" edge="#6c8c7d" width={19} />
      <Form d="M136 268 C98 254 92 222 58 200 C54 194 70 180 78 184 C108 202 112 214 140 212 Z" fill="#8fae9f" />
      <ellipse cx="68" cy="191" rx="13" ry="6" transform="rotate(-38 68 191)" fill="#5d7b6d" />
      <Form d="M110 250 C110 196 158 168 206 168 C254 168 302 196 302 250 C302 294 262 318 206 318 C150 318 110 294 110 250 Z" fill="#9dbbac" speck />
      <Form d="M117 274 C132 306 166 318 206 318 C246 318 280 306 295 274 C262 292 150 292 117 274 Z" fill="#c98f68" speck />
      <Form d="M150 176 C152 168 260 168 262 176 C262 186 150 186 150 176 Z" fill="#7f9f90" />
      <Form d="M156 174 C160 144 252 144 256 174 C240 180 172 180 156 174 Z" fill="#a6c3b5" speck />
      <Form d="M193 138 a13 12 0 1 1 26 0 c0 8 -6 10 -6 14 h-14 c0 -4 -6 -6 -6 -14 Z" fill="#c98f68" light="ball" />
      <Gleam d="M136 238 C138 216 152 200 170 192" width={7} />
      <Gleam d="M172 164 C178 156 190 152 200 151" width={4} />
    </>
  );
}

export function Mug() {
  const paint = usePaint();
  return (
    <>
      <Shadow x={190} width={150} />
      <Tube d="M262 206 C322 198 322 284 256 280" fill="#efe5d2" edge="#cdbfa6" width={20} />
      <Form d="M116 178 L120 288 C121 308 140 318 190 318 C240 318 259 308 260 288 L264 178 Z" fill="#f1e8d7" speck />
      <Form d="M117.6 226 C138 244 152 222 174 238 C198 254 216 224 238 238 C248 244 256 238 262 234 L260 288 C259 308 240 318 190 318 C140 318 121 308 120 288 Z" fill="#34566b" />
      <path d="M117.6 226 C138 244 152 222 174 238 C198 254 216 224 238 238 C248 244 256 238 262 234" fill="none" stroke="#7c9fac" strokeWidth="3" />
      <Mouth x={190} y={178} rx={74} ry={17} rim="#f8f1e4" inside="#d7c8ae" />
      <ellipse cx="190" cy="183" rx="62" ry="10" fill="#8a5226" />
      <ellipse cx="176" cy="181" rx="34" ry="4" fill="#c98b4d" opacity=".65" />
      <Gleam d="M134 204 L137 270" width={7} opacity={0.45} />
      <g fill="none" stroke="#fff" strokeWidth="7" strokeLinecap="round" opacity=".42">
        <path d="M172 160 C158 142 186 130 172 106" />
        <path d="M204 160 C190 138 222 126 206 96" />
      </g>
      <ellipse cx="190" cy="120" rx="60" ry="44" fill={paint('halo')} opacity=".18" />
    </>
  );
}

export function Kettle() {
  return (
    <>
      <Shadow x={204} width={206} />
      <Form d="M286 238 C318 232 322 196 350 172 C358 168 368 178 364 186 C344 214 342 266 292 284 Z" fill="#a8452c" />
      <ellipse cx="358" cy="177" rx="11" ry="6" transform="rotate(38 358 177)" fill="#6b2717" />
      <Form d="M100 262 C100 208 142 176 204 176 C266 176 308 208 308 262 C308 298 290 318 266 318 H142 C118 318 100 298 100 262 Z" fill="#bd5437" />
      <Form d="M104 282 H304 C300 304 286 318 266 318 H142 C122 318 108 304 104 282 Z" fill="#93391f" />
      <path d="M105 281 H303" stroke="#e08e6b" strokeWidth="2.5" opacity=".7" />
      <Form d="M152 182 C156 160 252 160 256 182 C242 192 166 192 152 182 Z" fill="#a8452c" />
      <Form d="M192 150 a12 11 0 1 1 24 0 c0 8 -4 10 -4 16 h-16 c0 -6 -4 -8 -4 -16 Z" fill="#d9a76f" light="ball" />
      <Tube d="M132 200 C118 92 290 92 276 200" fill="#3a302a" edge="#221a16" width={13} />
      <Tube d="M152 130 C174 104 234 104 256 130" fill="#c98f5d" edge="#9a6638" width={21} />
      <circle cx="132" cy="202" r="8" fill="#3a302a" />
      <circle cx="276" cy="202" r="8" fill="#3a302a" />
      <Gleam d="M122 252 C126 226 142 208 164 200" width={8} />
      <Gleam d="M120 268 L121 272" width={8} opacity={0.4} />
    </>
  );
}

export function MatchaSet() {
  const tines = Array.from({ length: 11 }, (_, i) => i);
  return (
    <>
      <Shadow x={158} width={170} />
      <Shadow x={304} width={66} y={320} />
      <Form d="M62 208 C62 286 100 318 158 318 C216 318 254 286 254 208 Z" fill="#3f4a45" speck />
      <Form d="M110 306 C124 316 192 316 206 306 L202 322 H114 Z" fill="#2d3531" />
      <Form d="M62 208 C64 236 72 250 84 240 C96 230 104 262 120 248 C134 236 146 268 164 250 C180 234 194 262 210 246 C226 232 246 250 254 208 Z" fill="#6f8a63" />
      <Mouth x={158} y={208} rx={96} ry={22} rim="#82997a" inside="#4d5b50" />
      <ellipse cx="158" cy="213" rx="80" ry="14" fill="#93ad3f" />
      <ellipse cx="158" cy="213" rx="80" ry="14" fill="#fff" opacity=".08" />
      <g fill="#c6d77d" opacity=".85">
        <ellipse cx="132" cy="212" rx="26" ry="4.5" />
        <ellipse cx="180" cy="217" rx="18" ry="3" />
        <circle cx="204" cy="210" r="3" />
        <circle cx="112" cy="217" r="2.5" />
      </g>
      <Gleam d="M82 244 C86 268 96 284 110 296" width={6} opacity={0.35} />
      <Form d="M288 178 C288 168 320 168 320 178 L322 246 H286 Z" fill="#d6b277" />
      <path d="M286 222 H322 M286 229 H322" stroke="#5c3f1f" strokeWidth="3" />
      <Form d="M286 246 H322 C330 272 336 296 332 318 C324 324 284 324 276 318 C272 296 278 272 286 246 Z" fill="#dfc08b" />
      <g stroke="#a67f45" strokeWidth="1.6" fill="none" opacity=".8">
        {tines.map((i) => (
          <path key={i} d={`M${288 + i * 3.2} 247 C${286 + i * 3.6} 270 ${281 + i * 4.6} 296 ${279 + i * 5} 320`} />
        ))}
      </g>
    </>
  );
}
