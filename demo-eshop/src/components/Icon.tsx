const paths = {
  cart: 'M6 8h12l-1 11.500a1.5 1.5 0 0 1-1.5 1.500h-7A1.5 1.5 0 0 1 7 19.500L6 8Zm3 0V7a3 3 0 0 1 6 0v1',
  user: 'M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8Zm-7.5 8.500c.8-4 4-5.5 7.5-5.500s6.7 1.5 7.5 5.5',
  eye: 'M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12Zm9.5 3a3 3 0 1 0 0-6 3 3 0 0 0 0 6Z',
  phone: 'M8 2.500h8a2 2 0 0 1 2 2v15a2 2 0 0 1-2 2H8a2 2 0 0 1-2-2v-15a2 2 0 0 1 2-2Zm2.5 16h3',
  close: 'M6 6l12 12M18 6L6 18',
  plus: 'M12 5.500v13M5.5 12h13',
  minus: 'M5.5 12h13',
  check: 'M5 12.500l4.5 4.500L19 7.5',
  arrow: 'M5 12h14m-5.5-5.500L19 12l-5.5 5.5',
  back: 'M19 12H5m5.5-5.500L5 12l5.5 5.5',
  truck: 'M3 7h11v9H3zM14 10h4l3 3v3h-7M7 18.500a1.5 1.5 0 1 0 0-3 1.5 1.5 0 0 0 0 3Zm10 0a1.5 1.5 0 1 0 0-3 1.5 1.5 0 0 0 0 3Z',
  leaf: 'M5 19c0-9 5-14 15-14 0 10-5 15-12 14m-3 0c2-5 5-7.5 9-9',
  gift: 'M4 11h16v9H4zM3 7.500h18V11H3zM12 7.500V20M12 7.500C9 7.5 7.5 6.5 7.5 5.2 7.5 3 11 3 12 7.500Zm0 0c3 0 4.5-1 4.5-2.300C16.5 3 13 3 12 7.500Z',
  tag: 'M4 4h8l8.5 8.5-8 8L4 12V4Zm4 4h.01',
  cup: 'M5 9h12v5a5 5 0 0 1-5 5h-2a5 5 0 0 1-5-5V9Zm12 1.500h1a2.5 2.5 0 0 1 0 5h-1.300M9 6c-1-1 1-2 0-3m4 3c-1-1 1-2 0-3',
  clock: 'M12 20.500a8.5 8.5 0 1 0 0-17 8.5 8.5 0 0 0 0 17ZM12 7.500V12l3 2',
} as const;

export type IconName = keyof typeof paths;

export function Icon({ name, size = 20 }: { name: IconName; size?: number }) {
  return (
    <svg className="icon" width={size} height={size} viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d={paths[name]} fill="none" stroke="currentColor" strokeWidth="1.6" strokeLinecap="round" strokeLinejoin="round" />
    </svg>
  );
}
