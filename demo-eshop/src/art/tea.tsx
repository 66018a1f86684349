import type { ReactNode } from 'react';
import { Form, Gleam, Shadow } from './Scene';

interface TinProps {
  body: string;
  lid: string;
  label: string;
  ink: string;
  lines: [string, string];
  mark: ReactNode;
}

/** The house's tea tin: one shape, a label and a drawn mark per tea. */
function Tin({ body, lid, label, ink, lines, mark }: TinProps) {
  return (
    <>
      <Shadow x={196} width={150} />
      <Form d="M126 146 L126 300 C126 312 158 320 196 320 C234 320 266 312 266 300 L266 146 Z" fill={body} />
      <path d="M126 176 C126 187 158 194 196 194 C234 194 266 187 266 176 V286 C266 297 234 304 196 304 C158 304 126 297 126 286 Z" fill={label} />
      <g>{mark}</g>
      <text x="196" y="270" textAnchor="middle" className={lines[0].length > 8 ? 'tin-name tin-name-long' : 'tin-name'} fill={ink}>{lines[0]}</text>
      <text x="196" y="285" textAnchor="middle" className="tin-line" fill={ink}>{lines[1]}</text>
      <Form d="M126 176 C126 187 158 194 196 194 C234 194 266 187 266 176 V286 C266 297 234 304 196 304 C158 304 126 297 126 286 Z" fill="transparent" />
      <Form d="M120 118 V148 C120 160 154 167 196 167 C238 167 272 160 272 148 V118 Z" fill={lid} />
      <ellipse cx="196" cy="118" rx="76" ry="17" fill={lid} />
      <ellipse cx="196" cy="118" rx="76" ry="17" fill="#fff" opacity=".16" />
      <ellipse cx="196" cy="116" rx="66" ry="13" fill="#fff" opacity=".12" />
      <Form d="M184 106 a12 9 0 1 1 24 0 c0 6 -4 7 -4 11 h-16 c0 -4 -4 -5 -4 -11 Z" fill="#d9b27c" light="ball" />
      <Gleam d="M142 130 V150" width={6} opacity={0.4} />
    </>
  );
}

export function SenchaTin() {
  return (
    <>
      <Tin
        body="#5f7a5c" lid="#4c664b" label="#f4eedd" ink="#3c4f3b" lines={['Sencha', 'GREEN HILL · 80 G']}
        mark={
          <g transform="translate(196 228)">
            <circle cx="14" cy="-10" r="13" fill="#e2a94b" />
            <path d="M-50 20 C-34 -6 -18 -6 -4 10 C8 -8 30 -10 50 20 Z" fill="#7f9b6d" />
            <path d="M-50 20 C-30 4 -10 6 6 20 Z" fill="#5f7a5c" />
            <path d="M-36 20 C-22 10 -8 12 0 20 M8 20 C18 8 32 10 40 20" fill="none" stroke="#f4eedd" strokeWidth="1.5" />
          </g>
        }
      />
      <g fill="#6f8a4f">
        <path d="M84 316 q14 -12 30 -4 q-14 10 -30 4 Z" />
        <path d="M292 322 q10 -14 28 -8 q-10 14 -28 8 Z" fill="#86a05f" />
        <path d="M66 326 q8 -8 18 -4 q-8 8 -18 4 Z" fill="#86a05f" />
      </g>
    </>
  );
}

export function LapsangTin() {
  return (
    <>
      <Tin
        body="#3b3634" lid="#2c2827" label="#ecd9c2" ink="#3b2a22" lines={['Lapsang', 'CAMPFIRE · 80 G']}
        mark={
          <g transform="translate(196 230)">
            <path d="M0 -26 C16 -8 22 2 12 16 C8 22 -8 22 -12 16 C-20 4 -8 -2 -8 -12 C-2 -8 0 -16 0 -26 Z" fill="#c2592f" />
            <path d="M2 -4 C10 4 10 10 5 16 C2 19 -4 18 -6 14 C-8 8 0 6 2 -4 Z" fill="#eab35b" />
            <path d="M-30 22 L30 14 M-30 14 L30 22" stroke="#5d4331" strokeWidth="5" strokeLinecap="round" />
          </g>
        }
      />
      <g fill="none" stroke="#fff" strokeWidth="6" strokeLinecap="round" opacity=".3">
        <path d="M228 92 C214 74 244 62 228 38" />
      </g>
    </>
  );
}

export function ChamomileTin() {
  const petals = Array.from({ length: 10 }, (_, i) => i * 36);
  const flower = (x: number, y: number, s: number) => (
    <g transform={`translate(${x} ${y}) scale(${s})`}>
      {petals.map((angle) => (
        <ellipse key={angle} cy="-12" rx="4.5" ry="8.5" fill="#fffdf6" transform={`rotate(${angle})`} />
      ))}
      <circle r="7" fill="#e3a535" />
      <circle r="7" cx="-1.5" cy="-1.5" fill="#f4c866" opacity=".6" />
    </g>
  );
  return (
    <>
      <Tin
        body="#7d8fae" lid="#66799b" label="#dfe4ec" ink="#34415c" lines={['Chamomile', 'SLOW EVENING · 60 G']}
        mark={
          <g>
            <path d="M176 252 C178 240 178 232 178 226 M210 252 C210 246 212 240 214 236" stroke="#6d8560" strokeWidth="2.5" fill="none" />
            {flower(178, 220, 1)}
            {flower(216, 230, 0.68)}
          </g>
        }
      />
      {flower(92, 318, 0.8)}
      {flower(304, 324, 1)}
    </>
  );
}
