import { useId, useState, type FormEvent, type ReactNode } from 'react';
import { applyCode, cart, codes, isShippingFree, removeCode, sumUp } from '../cart';
import { parseCode, terms } from '../codes';
import { showCents } from '../money';
import { useStore } from '../store';
import { Icon } from './Icon';

/** The order's sums and its codes; `children` is what comes next. */
export function Summary({ children }: { children?: ReactNode }) {
  const applied = useStore(codes);
  const totals = sumUp(useStore(cart), applied);
  return (
    <section className="summary" aria-labelledby="summary-title">
      <h2 id="summary-title">Order summary</h2>
      <dl className="sums">
        <div><dt>Items ({totals.itemCount})</dt><dd>{showCents(totals.subtotal)}</dd></div>
        {totals.discount > 0 && <div className="saving"><dt>Discount</dt><dd>−{showCents(totals.discount)}</dd></div>}
        <div><dt>Shipping</dt><dd>{totals.shipping === 0 ? 'Free' : showCents(totals.shipping)}</dd></div>
        <div className="sum-total"><dt>Total</dt><dd>{showCents(totals.total)}</dd></div>
      </dl>
      <CodeForm subtotal={totals.subtotal} />
      {children}
    </section>
  );
}

function CodeForm({ subtotal }: { subtotal: number }) {
  const applied = useStore(codes);
  const [draft, setDraft] = useState('');
  const [problem, setProblem] = useState('');
  const id = useId();

  const submit = (event: FormEvent) => {
    event.preventDefault();
    const code = parseCode(draft);
    if (!code) {
      setProblem(draft.trim() === '' ? 'Enter a code first.' : `We do not know “${draft.trim()}”.`);
      return;
    }
    applyCode(code);
    setDraft('');
    setProblem('');
  };

  return (
    <div className="codes">
      {applied.length > 0 && (
        <ul className="code-list">
          {applied.map((code) => {
            const needsMore = terms[code].freeShippingOver !== undefined && !isShippingFree(code, subtotal);
            return (
              <li key={code}>
                <Icon name="tag" size={16} />
                <span><b>{code}</b> {needsMore ? 'counts on orders over $100' : terms[code].label}</span>
                <button type="button" className="text-button" onClick={() => removeCode(code)} aria-label={`Remove code ${code}`}>Remove</button>
              </li>
            );
          })}
        </ul>
      )}
      <form className="code-form" onSubmit={submit} noValidate>
        <label htmlFor={id} className="unseen">Discount code</label>
        <input
          id={id} value={draft} placeholder="Discount code" autoComplete="off" autoCapitalize="characters"
          onChange={(event) => { setDraft(event.target.value); setProblem(''); }}
          aria-invalid={problem !== ''} aria-describedby={problem ? `${id}-problem` : undefined}
        />
        <button type="submit" className="button button-quiet">Apply</button>
      </form>
      <p id={`${id}-problem`} className="problem" role="alert">{problem}</p>
    </div>
  );
}
