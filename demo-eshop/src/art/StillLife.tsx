import { FennelVase, Lamp } from './home';
import { MoonBowl } from './table';
import { Mug, Teapot } from './teaware';
import { Scene } from './Scene';

/** The shop's front picture: several things on one table. */
export function StillLife() {
  return (
    <Scene tone={{ wall: '#dcb397', glow: '#f7e3cd', table: '#b98562', arch: '#cf9f81' }} frame="hero">
      <g transform="translate(404 -46) scale(1.1)"><Lamp /></g>
      <g transform="translate(-44 8) scale(.98)"><FennelVase /></g>
      <g transform="translate(160 26) scale(.98)"><Teapot /></g>
      <g transform="translate(92 142) scale(.66)"><Mug /></g>
      <g transform="translate(346 150) scale(.62)"><MoonBowl /></g>
    </Scene>
  );
}
