/** The first page view fires `seen`. */
export const DEFINITIONS = {
  attribute_groups: [
    {
      name: 'visit',
      attribute_key: { name: 'domain_userid' },
      attributes: [{ name: 'pages', type: 'int32', aggregation: 'counter', events: [{ name: 'page_view' }] }],
    },
  ],
  interventions: [{ name: 'seen', criteria: { attribute: 'visit:pages', operator: '>=', value: 1 } }],
};

export const handlers = {
  title({ name }) {
    document.title = name;
  },
};
