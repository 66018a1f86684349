import { Fragment } from 'react';
import { showValue } from './values';

export function AttributeTable({ attributes }: { attributes: Record<string, Record<string, unknown>> }) {
  return (
    <dl className="attributes">
      {Object.entries(attributes).map(([group, values]) => (
        <Fragment key={group}>
          <div className="attributes-group">{group}</div>
          {Object.entries(values).map(([name, value]) => (
            <div key={name} className="attribute" data-null={value === null}>
              <dt>{name}</dt>
              <dd>{showValue(value)}</dd>
            </div>
          ))}
        </Fragment>
      ))}
    </dl>
  );
}
