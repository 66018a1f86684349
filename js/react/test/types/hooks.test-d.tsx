import { Banner, useAttributes, useIntervention, useInterventions, type UseAttributes } from '@oncue/react';

const definitions = {
  attribute_groups: [
    {
      name: 'shop',
      attribute_key: { name: 'domain_userid' },
      attributes: [
        { name: 'views', type: 'int32', aggregation: 'counter' },
        { name: 'brands', type: 'string_list', aggregation: 'unique_list', property: { type: 'atomic', name: 'page_url' } },
      ],
    },
  ],
} as const;

const useShop = useAttributes as UseAttributes<typeof definitions>;

export function Page() {
  const shop = useShop('shop');
  const views: number | null | undefined = shop?.views;
  const brands: string[] | null | undefined = shop?.brands;
  // @ts-expect-error there is no such group
  useShop('shoe');
  // @ts-expect-error there is no such attribute
  void shop?.clicks;
  // @ts-expect-error the number of views is no text
  const wrong: string | null | undefined = shop?.views;

  const loose = useAttributes('anything', { key: 'user_id', id: 'ada' });
  const { intervention, dismiss } = useIntervention('sale');
  const names: string[] = useInterventions().map(({ name }) => name);
  return (
    <>
      {/* @ts-expect-error a banner needs a name that is read out */}
      <Banner name="sale">10% off</Banner>
      <Banner name="sale" label="Sale" className="offer" closeLabel="No, thanks" onDismiss={({ version }) => void version}>
        {(fired, close) => <button onClick={close}>{fired.name}</button>}
      </Banner>
      <button onClick={dismiss}>{intervention?.name}{views}{brands}{wrong}{String(loose?.x)}{names}</button>
    </>
  );
}
