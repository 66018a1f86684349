import { useRef, useState, type FormEvent } from 'react';
import { Icon } from '../components/Icon';
import { Link } from '../components/Link';
import { Steps } from '../components/Steps';
import { Summary } from '../components/Summary';
import { navigate } from '../router';
import { useStore } from '../store';
import { address, type Address } from '../visitor';

interface FieldSpec {
  name: keyof Address;
  label: string;
  autoComplete: string;
  missing: string;
  type?: string;
  half?: boolean;
}

const fields: FieldSpec[] = [
  { name: 'name', label: 'Full name', autoComplete: 'name', missing: 'Please tell us your name.' },
  { name: 'email', label: 'E-mail', autoComplete: 'email', type: 'email', missing: 'We need an e-mail address such as ada@example.com.' },
  { name: 'street', label: 'Street and number', autoComplete: 'street-address', missing: 'Where shall we send it?' },
  { name: 'postcode', label: 'Postcode', autoComplete: 'postal-code', missing: 'A postcode, please.', half: true },
  { name: 'city', label: 'City', autoComplete: 'address-level2', missing: 'Which city?', half: true },
];

const sample: Address = {
  name: 'Ada Lovelace', email: 'ada@example.com', street: '12 St James’s Square', postcode: 'SW1Y 4JH', city: 'London', country: 'United Kingdom',
};

const countries = ['Austria', 'France', 'Germany', 'Netherlands', 'Poland', 'Spain', 'United Kingdom', 'United States'];

type Problems = Partial<Record<keyof Address, string>>;

function findProblems(form: Address): Problems {
  const problems: Problems = {};
  for (const { name, missing } of fields) {
    if (form[name].trim() === '') problems[name] = missing;
  }
  if (!problems.email && !/^\S+@\S+\.\S+$/.test(form.email.trim())) problems.email = 'This does not look like an e-mail address.';
  return problems;
}

export function CheckoutPage() {
  const form = useStore(address);
  const [problems, setProblems] = useState<Problems>({});
  const element = useRef<HTMLFormElement>(null);

  const change = (name: keyof Address, value: string) => {
    address.set({ ...form, [name]: value });
    setProblems(({ [name]: _fixed, ...rest }) => rest);
  };

  const submit = (event: FormEvent) => {
    event.preventDefault();
    const found = findProblems(form);
    setProblems(found);
    const first = fields.find(({ name }) => found[name]);
    if (first) element.current?.querySelector<HTMLInputElement>(`[name="${first.name}"]`)?.focus();
    else navigate('/checkout/review');
  };

  return (
    <>
      <div className="order-head">
        <h1 tabIndex={-1}>Delivery</h1>
        <Steps current={1} />
      </div>
      <div className="order">
        <form className="sheet" ref={element} onSubmit={submit} noValidate>
          <div className="sheet-head">
            <h2>Where to?</h2>
            <button type="button" className="text-button" onClick={() => { address.set(sample); setProblems({}); }}>Use a sample address</button>
          </div>
          <div className="fields">
            {fields.map((spec) => (
              <Field key={spec.name} spec={spec} value={form[spec.name]} problem={problems[spec.name]} onChange={(value) => change(spec.name, value)} />
            ))}
            <label className="field">
              <span className="field-label">Country</span>
              <select name="country" autoComplete="country-name" value={form.country} onChange={(event) => change('country', event.target.value)}>
                {countries.map((country) => <option key={country}>{country}</option>)}
              </select>
            </label>
          </div>
          <div className="sheet-foot">
            <Link to="/cart" className="hero-link"><Icon name="back" size={18} /> Back to cart</Link>
            <button type="submit" className="button">Review order <Icon name="arrow" size={18} /></button>
          </div>
        </form>
        <Summary />
      </div>
    </>
  );
}

interface FieldProps {
  spec: FieldSpec;
  value: string;
  problem: string | undefined;
  onChange: (value: string) => void;
}

function Field({ spec, value, problem, onChange }: FieldProps) {
  const problemId = `${spec.name}-problem`;
  return (
    <div className="field" data-half={spec.half}>
      <label className="field-label" htmlFor={`field-${spec.name}`}>{spec.label}</label>
      <input
        id={`field-${spec.name}`} name={spec.name} type={spec.type ?? 'text'} autoComplete={spec.autoComplete} required
        value={value} onChange={(event) => onChange(event.target.value)}
        aria-invalid={problem !== undefined} aria-describedby={problem ? problemId : undefined}
      />
      {problem && <p id={problemId} className="problem">{problem}</p>}
    </div>
  );
}
