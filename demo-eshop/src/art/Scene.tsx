import { createContext, useContext, useId, type ReactNode } from 'react';

/** Colours of the room a product stands in. */
export interface Tone {
  wall: string;
  glow: string;
  table: string;
  arch: string;
}

/** `day` is the catalogue picture, `detail` leans in, `dusk` is the same table by lamp light. */
export type View = 'day' | 'detail' | 'dusk';

const SceneId = createContext('scene');

/** Ids of the shared paints, unique per drawing so that many drawings live in one document. */
export function usePaint(): (name: string) => string {
  const id = useContext(SceneId);
  return (name) => `url(#${id}-${name})`;
}

interface SceneProps {
  tone: Tone;
  view?: View | undefined;
  title?: string | undefined;
  /** `square` is a product's picture, `hero` the wide one with a double arch. */
  frame?: 'square' | 'hero';
  children: ReactNode;
}

const ARCH = 'M92 400 V186 A108 108 0 0 1 308 186 V400 Z';
const HERO_ARCHES = 'M70 400 V190 A150 150 0 0 1 370 190 V400 Z M400 400 V230 A130 130 0 0 1 660 230 V400 Z';

export function Scene({ tone, view = 'day', title, frame = 'square', children }: SceneProps) {
  const id = useId().replace(/[^a-zA-Z0-9]/g, '');
  const dusk = view === 'dusk';
  const isHero = frame === 'hero';
  const width = isHero ? 760 : 400;
  const arch = isHero ? HERO_ARCHES : ARCH;
  return (
    <svg
      className="picture"
      viewBox={isHero ? '0 -20 760 420' : view === 'detail' ? '96 128 200 200' : '0 0 400 400'}
      preserveAspectRatio="xMidYMid slice"
      role={title ? 'img' : undefined}
      aria-label={title}
      aria-hidden={title ? undefined : true}
      focusable="false"
    >
      <SharedPaints id={id} tone={tone} />
      <rect y="-20" width={width} height="420" fill={`url(#${id}-wall)`} />
      <path d={arch} fill={tone.arch} />
      <path d={arch} fill={`url(#${id}-arch)`} />
      <path d={`M0 300 H${width} V400 H0 Z`} fill={tone.table} />
      <rect y="300" width={width} height="100" fill={`url(#${id}-table)`} />
      <path d={`M0 300 H${width}`} stroke="#fff" strokeOpacity=".35" strokeWidth="1.5" />
      <SceneId.Provider value={id}>{children}</SceneId.Provider>
      {dusk && <rect width="400" height="400" fill={`url(#${id}-dusk)`} />}
    </svg>
  );
}

function SharedPaints({ id, tone }: { id: string; tone: Tone }) {
  return (
    <defs>
      <radialGradient id={`${id}-wall`} cx=".3" cy=".18" r="1.05">
        <stop offset="0" stopColor={tone.glow} />
        <stop offset="1" stopColor={tone.wall} />
      </radialGradient>
      <linearGradient id={`${id}-arch`} x1="0" y1="0" x2="0" y2="1">
        <stop offset="0" stopColor="#fff" stopOpacity=".28" />
        <stop offset=".7" stopColor="#fff" stopOpacity="0" />
      </linearGradient>
      <linearGradient id={`${id}-table`} x1="0" y1="0" x2="0" y2="1">
        <stop offset="0" stopColor="#fff" stopOpacity=".22" />
        <stop offset="1" stopColor="#3a2416" stopOpacity=".12" />
      </linearGradient>
      <linearGradient id={`${id}-round`}>
        <stop offset="0" stopColor="#2b1a10" stopOpacity=".2" />
        <stop offset=".14" stopColor="#2b1a10" stopOpacity=".02" />
        <stop offset=".3" stopColor="#fff" stopOpacity=".34" />
        <stop offset=".48" stopColor="#fff" stopOpacity=".02" />
        <stop offset=".78" stopColor="#2b1a10" stopOpacity=".16" />
        <stop offset="1" stopColor="#2b1a10" stopOpacity=".36" />
      </linearGradient>
      <linearGradient id={`${id}-hollow`} x1="0" y1="0" x2="0" y2="1">
        <stop offset="0" stopColor="#1d120b" stopOpacity=".55" />
        <stop offset="1" stopColor="#1d120b" stopOpacity=".12" />
      </linearGradient>
      <linearGradient id={`${id}-fall`} x1="0" y1="0" x2="0" y2="1">
        <stop offset="0" stopColor="#fff" stopOpacity=".18" />
        <stop offset=".5" stopColor="#fff" stopOpacity="0" />
        <stop offset="1" stopColor="#2b1a10" stopOpacity=".24" />
      </linearGradient>
      <radialGradient id={`${id}-ball`} cx=".34" cy=".26" r=".8">
        <stop offset="0" stopColor="#fff" stopOpacity=".5" />
        <stop offset=".45" stopColor="#fff" stopOpacity="0" />
        <stop offset="1" stopColor="#2b1a10" stopOpacity=".38" />
      </radialGradient>
      <radialGradient id={`${id}-shadow`}>
        <stop offset="0" stopColor="#2b1810" stopOpacity=".5" />
        <stop offset=".5" stopColor="#2b1810" stopOpacity=".2" />
        <stop offset="1" stopColor="#2b1810" stopOpacity="0" />
      </radialGradient>
      <radialGradient id={`${id}-dusk`} cx=".34" cy=".3" r=".95">
        <stop offset="0" stopColor="#ffb45e" stopOpacity=".2" />
        <stop offset=".5" stopColor="#5b2d2a" stopOpacity=".32" />
        <stop offset="1" stopColor="#1b1730" stopOpacity=".66" />
      </radialGradient>
      <radialGradient id={`${id}-halo`}>
        <stop offset="0" stopColor="#fff2cf" stopOpacity=".95" />
        <stop offset=".4" stopColor="#ffe2a6" stopOpacity=".45" />
        <stop offset="1" stopColor="#ffd98f" stopOpacity="0" />
      </radialGradient>
      <pattern id={`${id}-speck`} width="90" height="90" patternUnits="userSpaceOnUse">
        <g fill="#4a3424" fillOpacity=".42">
          <circle cx="30" cy="16" r="1.4" />
          <circle cx="7" cy="72" r=".6" />
          <circle cx="46" cy="6" r=".9" />
          <circle cx="38" cy="23" r="1.1" />
          <circle cx="39" cy="72" r=".6" />
          <circle cx="83" cy="56" r="1.1" />
          <circle cx="36" cy="85" r=".6" />
          <circle cx="38" cy="48" r="1.1" />
          <circle cx="18" cy="52" r="1.4" />
          <circle cx="19" cy="11" r="1.4" />
          <circle cx="8" cy="8" r=".7" />
          <circle cx="68" cy="42" r=".9" />
          <circle cx="18" cy="69" r=".6" />
          <circle cx="51" cy="47" r=".8" />
          <circle cx="64" cy="27" r=".6" />
          <circle cx="13" cy="38" r=".8" />
          <circle cx="6" cy="59" r="1.1" />
          <circle cx="51" cy="77" r=".8" />
          <circle cx="32" cy="32" r=".9" />
          <circle cx="74" cy="82" r=".9" />
          <circle cx="62" cy="8" r="1.4" />
          <circle cx="62" cy="57" r="1.4" />
          <circle cx="35" cy="59" r=".6" />
          <circle cx="82" cy="33" r="1.1" />
          <circle cx="76" cy="10" r=".9" />
          <circle cx="49" cy="62" r=".8" />
        </g>
      </pattern>
    </defs>
  );
}

interface FormProps {
  d: string;
  fill: string;
  /** How light falls on it: `round` turns left to right, `ball` from above left, `fall` top to bottom, `flat` not at all. */
  light?: 'round' | 'ball' | 'fall' | 'flat';
  speck?: boolean;
}

/** A solid shape: colour, speckled clay when asked for, then light. */
export function Form({ d, fill, light = 'round', speck = false }: FormProps) {
  const paint = usePaint();
  return (
    <>
      <path d={d} fill={fill} />
      {speck && <path d={d} fill={paint('speck')} />}
      {light !== 'flat' && <path d={d} fill={paint(light)} />}
    </>
  );
}

/** The soft shadow under a thing that stands at (`x`, `y`), `width` wide; light comes from the left. */
export function Shadow({ x, y = 318, width }: { x: number; y?: number; width: number }) {
  const paint = usePaint();
  return (
    <>
      <ellipse cx={x + width * 0.14} cy={y + 3} rx={width * 0.72} ry={width * 0.13 + 4} fill={paint('shadow')} />
      <ellipse cx={x + 2} cy={y} rx={width * 0.5} ry="6" fill={paint('shadow')} />
    </>
  );
}

/** A bent tube such as a handle: `edge` under `fill`, with a thin line of light. */
export function Tube({ d, fill, edge, width }: { d: string; fill: string; edge: string; width: number }) {
  return (
    <g fill="none" strokeLinecap="round" strokeLinejoin="round">
      <path d={d} stroke={edge} strokeWidth={width} />
      <path d={d} stroke={fill} strokeWidth={width * 0.68} />
      <path d={d} stroke="#fff" strokeOpacity=".28" strokeWidth={width * 0.16} transform={`translate(${-width * 0.14} ${-width * 0.16})`} />
    </g>
  );
}

/** A gleam on a glaze. */
export function Gleam({ d, width = 5, opacity = 0.55 }: { d: string; width?: number; opacity?: number }) {
  return <path d={d} fill="none" stroke="#fff" strokeOpacity={opacity} strokeWidth={width} strokeLinecap="round" />;
}

/** The mouth of a vessel: rim, then the hollow inside. */
export function Mouth({ x, y, rx, ry, rim, inside }: { x: number; y: number; rx: number; ry: number; rim: string; inside: string }) {
  const paint = usePaint();
  return (
    <>
      <ellipse cx={x} cy={y} rx={rx} ry={ry} fill={rim} />
      <ellipse cx={x} cy={y + 1} rx={rx - 5} ry={Math.max(ry - 3.5, 1)} fill={inside} />
      <ellipse cx={x} cy={y + 1} rx={rx - 5} ry={Math.max(ry - 3.5, 1)} fill={paint('hollow')} />
    </>
  );
}
