import { MAX_QUANTITY } from '../cart';
import { Icon } from './Icon';

interface StepperProps {
  value: number;
  onChange: (value: number) => void;
  /** What is counted, for assistive technology. */
  of: string;
  min?: number;
}

export function Stepper({ value, onChange, of, min = 1 }: StepperProps) {
  return (
    <div className="stepper" role="group" aria-label={`Quantity of ${of}`}>
      <button type="button" onClick={() => onChange(value - 1)} disabled={value <= min} aria-label="One less">
        <Icon name="minus" size={16} />
      </button>
      <output aria-live="polite">{value}</output>
      <button type="button" onClick={() => onChange(value + 1)} disabled={value >= MAX_QUANTITY} aria-label="One more">
        <Icon name="plus" size={16} />
      </button>
    </div>
  );
}
