import { texts } from '../texts/texts.js';
import css from './chart.module.css';
import { Empty } from './layout.js';
import { type Amount, Money, moneyText } from './money.js';
import { Table } from './table.js';

interface Bar {
  name: string;
  amount: Amount;
}

/** Per cent: what is little is seen, too. */
const minLength = 0.5;

/** Bars for one currency, and a table that says the same. */
export function BarChart({ title, heading, bars }: { title: string; heading: string; bars: readonly Bar[] }) {
  if (bars.length === 0) return <Empty title={texts.start.nothingPaid} />;
  // Lengths only: no amount is computed with.
  const most = Math.max(...bars.map(({ amount }) => Number(amount.amount)), 1);
  return (
    <figure className={css.figure}>
      <div
        role="img"
        className={css.bars}
        aria-label={`${title}: ${bars.map(({ name, amount }) => `${name}, ${moneyText(amount)}`).join('; ')}`}
      >
        {bars.map(({ name, amount }) => (
          <div key={`${name} ${amount.currency}`} className={css.row}>
            <span className={css.name}>{name}</span>
            <span className={css.amount}>{moneyText(amount)}</span>
            <svg className={css.track} aria-hidden="true">
              <rect
                width={`${Math.max(minLength, (Number(amount.amount) / most) * 100)}%`}
                height="8"
                rx="4"
                className={css.bar}
              />
            </svg>
          </div>
        ))}
      </div>
      <details>
        <summary>{texts.start.asTable}</summary>
        <Table
          caption={title}
          columns={[
            { name: heading, cell: (bar) => bar.name },
            { name: texts.start.paid, number: true, cell: (bar) => <Money money={bar.amount} /> },
          ]}
          rows={bars.map((bar) => ({ ...bar, id: `${bar.name} ${bar.amount.currency}` }))}
          empty={null}
        />
      </details>
    </figure>
  );
}
