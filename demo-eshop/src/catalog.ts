export const CURRENCY = 'USD';

export const categories = [
  { id: 'teaware', name: 'Teaware', line: 'Pots, cups and kettles for the first hour of the day.' },
  { id: 'tea', name: 'Tea', line: 'Small harvests, packed in tins you will keep.' },
  { id: 'table', name: 'Table', line: 'Bowls, boards and linen that make Tuesday a feast.' },
  { id: 'home', name: 'Home', line: 'Light, scent and a stem of something green.' },
] as const;

export type CategoryId = (typeof categories)[number]['id'];

export interface Product {
  id: string;
  name: string;
  category: CategoryId;
  /** US dollars. */
  price: number;
  /** One line under the name in the list. */
  line: string;
  description: string;
  details: string[];
  badge?: string;
}

export const products: Product[] = [
  {
    id: 'dawn-teapot', name: 'Dawn teapot', category: 'teaware', price: 68, badge: 'Bestseller',
    line: 'Celadon stoneware, 900 ml',
    description: 'A round-bellied pot that pours without a drip. The celadon glaze pools a little darker where the lid sits, so every pot wears its own morning sky. The foot is left bare: warm, sandy clay you will find with your fingertips.',
    details: ['900 ml, three generous cups', 'Wheel-thrown stoneware, built-in strainer', 'Dishwasher safe'],
  },
  {
    id: 'tide-mug', name: 'Tide mug', category: 'teaware', price: 28,
    line: 'Speckled mug, dipped in indigo',
    description: 'Held upside down and dipped once, by hand, into a bucket of indigo glaze: that is where the tide line comes from, and why no two are alike. Wide enough for soup, kind enough for coffee.',
    details: ['350 ml', 'Handle fits three fingers', 'Microwave and dishwasher safe'],
  },
  {
    id: 'hearth-kettle', name: 'Hearth kettle', category: 'teaware', price: 118, badge: 'New',
    line: 'Enamelled steel, beech handle',
    description: 'A stovetop kettle in burnt-orange enamel with a steam-bent beech grip that stays cool. It hums before it whistles, and it looks well on the stove between times.',
    details: ['1.6 litres', 'Works on gas, electric and induction', 'Enamel over 1.2 mm steel'],
  },
  {
    id: 'matcha-set', name: 'Matcha set', category: 'teaware', price: 78,
    line: 'Tenmoku bowl and bamboo whisk',
    description: 'A deep tenmoku bowl with a green glaze that runs where it likes, and a hundred-prong whisk cut from one piece of bamboo. Everything but the patience.',
    details: ['Bowl 450 ml, 12 cm across', 'Whisk carved by hand', 'Comes with a small card on how to begin'],
  },
  {
    id: 'green-hill-sencha', name: 'Green Hill sencha', category: 'tea', price: 19,
    line: 'First harvest green tea, 80 g',
    description: 'Picked in the second week of May, steamed the same afternoon. Fresh peas, sea air and a sweetness that stays for the second pour.',
    details: ['80 g in a refillable tin', 'Brew at 70 °C for one minute', 'About 32 cups'],
  },
  {
    id: 'campfire-lapsang', name: 'Campfire lapsang', category: 'tea', price: 22,
    line: 'Pine-smoked black tea, 80 g',
    description: 'Leaves dried over a slow fire of pine. Resin, dates and the jumper you wore last night. A drop of milk turns it into something else altogether.',
    details: ['80 g in a refillable tin', 'Brew at 95 °C for three minutes', 'About 32 cups'],
  },
  {
    id: 'slow-evening-chamomile', name: 'Slow evening chamomile', category: 'tea', price: 17,
    line: 'Whole flowers, 60 g',
    description: 'Whole chamomile heads, a little lemon balm, nothing else. No caffeine, no perfume, no hurry.',
    details: ['60 g in a refillable tin', 'Brew at 95 °C for five minutes', 'Naturally free of caffeine'],
  },
  {
    id: 'moon-bowl', name: 'Moon bowl', category: 'table', price: 34,
    line: 'Half-glazed serving bowl',
    description: 'Milk-white above, raw terracotta below, with a horizon between them that follows the turn of the wheel. For clementines, ramen, keys, or the salad everyone asks about.',
    details: ['24 cm across, 1.4 litres', 'Food-safe glaze inside', 'Dishwasher safe'],
  },
  {
    id: 'olive-platter', name: 'Olive platter', category: 'table', price: 54,
    line: 'Oval platter for sharing',
    description: 'Pressed over a plaster mould and finished by hand, with a rim just high enough to catch the oil. Carries a loaf, a roast, or all of the small things.',
    details: ['38 × 26 cm', 'Glazed stoneware', 'Oven safe to 200 °C'],
  },
  {
    id: 'honey-pot', name: 'Honey pot', category: 'table', price: 38,
    line: 'Amber glaze, wooden dipper',
    description: 'A small barrel of a pot, ringed like a hive and glazed the colour of what goes in it. The dipper is turned from olive wood.',
    details: ['300 ml', 'With olive wood dipper', 'Wash the dipper by hand'],
  },
  {
    id: 'oak-tray', name: 'Breakfast tray', category: 'table', price: 46, badge: 'Back in stock',
    line: 'Oiled oak with bent handles',
    description: 'Solid oak, bevelled so that it lifts easily from a crowded table. Big enough for two cups and the good jam; light enough to carry upstairs.',
    details: ['42 × 30 cm', 'Oak from one forest, oiled twice', 'Wipe clean'],
  },
  {
    id: 'linen-towels', name: 'Linen tea towels', category: 'table', price: 24,
    line: 'Set of four, stonewashed',
    description: 'Four towels of heavy linen, washed with stones until they hang softly. They dry glasses without a trace and get better for about twenty years.',
    details: ['Four towels, 50 × 70 cm', '100% linen', 'Wash at 60 °C'],
  },
  {
    id: 'fennel-vase', name: 'Fennel vase', category: 'home', price: 82,
    line: 'Two-tone stoneware vase',
    description: 'Made for tall, untidy stems: fennel, cow parsley, a branch from the walk home. Heavy at the foot, narrow at the neck, so that three stems look like a bouquet.',
    details: ['26 cm tall', 'Watertight', 'Stems not included, sadly'],
  },
  {
    id: 'bud-vases', name: 'Bud vase trio', category: 'home', price: 58,
    line: 'Three small vases, one flower each',
    description: 'Indigo, oat and brick. They stand together on a sill or one by one beside a bed, and ask for nothing but a single flower.',
    details: ['11, 16 and 9 cm tall', 'Set of three', 'Watertight'],
  },
  {
    id: 'cedar-candle', name: 'Cedar & salt candle', category: 'home', price: 32,
    line: 'Rapeseed wax in a keepable cup',
    description: 'Cedar, driftwood and a little cold air. When it has burnt down, the cup goes in the dishwasher and then on the table.',
    details: ['220 g, about 45 hours', 'Rapeseed wax, cotton wick', 'Cup is glazed stoneware'],
  },
  {
    id: 'dusk-lamp', name: 'Dusk lamp', category: 'home', price: 148,
    line: 'Ceramic base, pleated shade',
    description: 'A deep teal base the size of two cupped hands, under a pleated cotton shade that turns any bulb into half past seven in the evening.',
    details: ['44 cm tall, shade 30 cm', 'E27 bulb, up to 60 W', 'Linen-covered cable, 2 m'],
  },
];

export function findProduct(id: string): Product | undefined {
  return products.find((product) => product.id === id);
}

export function categoryName(id: CategoryId): string {
  return categories.find((category) => category.id === id)?.name ?? id;
}
