import type { ComponentType } from 'react';
import { BudVases, Candle, FennelVase, Lamp } from './home';
import { Scene, type Tone, type View } from './Scene';
import { HoneyPot, LinenTowels, MoonBowl, OakTray, Platter } from './table';
import { ChamomileTin, LapsangTin, SenchaTin } from './tea';
import { Kettle, MatchaSet, Mug, Teapot } from './teaware';

const tones = {
  clay: { wall: '#e3c3ad', glow: '#f6e6d8', table: '#c99b7d', arch: '#d7ab91' },
  sage: { wall: '#cbd3bd', glow: '#eceedd', table: '#a9b294', arch: '#b7c1a4' },
  sand: { wall: '#e9dcc3', glow: '#faf4e6', table: '#cdb692', arch: '#dcc8a5' },
  mist: { wall: '#c8d5d6', glow: '#edf2ef', table: '#a3b5b6', arch: '#b3c5c6' },
  honey: { wall: '#efd7a3', glow: '#fcf1d6', table: '#d5b273', arch: '#e5c587' },
  rose: { wall: '#e8c9c0', glow: '#f9ebe4', table: '#cd9f94', arch: '#dbb2a7' },
} satisfies Record<string, Tone>;

const drawings: Record<string, { Drawing: ComponentType; tone: Tone }> = {
  'dawn-teapot': { Drawing: Teapot, tone: tones.clay },
  'tide-mug': { Drawing: Mug, tone: tones.sand },
  'hearth-kettle': { Drawing: Kettle, tone: tones.mist },
  'matcha-set': { Drawing: MatchaSet, tone: tones.sage },
  'green-hill-sencha': { Drawing: SenchaTin, tone: tones.sand },
  'campfire-lapsang': { Drawing: LapsangTin, tone: tones.clay },
  'slow-evening-chamomile': { Drawing: ChamomileTin, tone: tones.rose },
  'moon-bowl': { Drawing: MoonBowl, tone: tones.mist },
  'olive-platter': { Drawing: Platter, tone: tones.sand },
  'honey-pot': { Drawing: HoneyPot, tone: tones.sage },
  'oak-tray': { Drawing: OakTray, tone: tones.rose },
  'linen-towels': { Drawing: LinenTowels, tone: tones.honey },
  'fennel-vase': { Drawing: FennelVase, tone: tones.mist },
  'bud-vases': { Drawing: BudVases, tone: tones.honey },
  'cedar-candle': { Drawing: Candle, tone: tones.rose },
  'dusk-lamp': { Drawing: Lamp, tone: tones.clay },
};

/** The drawn picture of a product; without `title` it is decoration and hidden from assistive technology. */
export function ProductPicture({ id, view, title }: { id: string; view?: View | undefined; title?: string | undefined }) {
  const entry = drawings[id];
  if (!entry) return null;
  const { Drawing, tone } = entry;
  return (
    <Scene tone={tone} view={view} title={title}>
      <Drawing />
    </Scene>
  );
}
