const names = ['Cart', 'Delivery', 'Review'];

/** Where in the order the visitor is; `current` counts from 0. */
export function Steps({ current }: { current: number }) {
  return (
    <ol className="steps" aria-label="Steps of your order">
      {names.map((name, index) => (
        <li key={name} data-state={index < current ? 'done' : index === current ? 'now' : 'next'} aria-current={index === current ? 'step' : undefined}>
          {name}
        </li>
      ))}
    </ol>
  );
}
