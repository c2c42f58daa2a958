import { texts } from '../texts/texts.js';
import css from './chart.module.css';
import { Empty } from './layout.js';
import { type Amount, Money, moneyText } from './money.js';
import { Table } from './table.js';

interface Bar {
  name: string;
  amount: Amount;
}

const barHeight = 20;
const rowHeight = 44;
const width = 400;

/** Bars for one currency, and a table that says the same. */
export function BarChart({ title, heading, bars }: { title: string; heading: string; bars: readonly Bar[] }) {
  if (bars.length === 0) return <Empty title={texts.start.nothingPaid} />;
  // Lengths only: no amount is computed with.
  const most = Math.max(...bars.map(({ amount }) => Number(amount.amount)), 1);
  return (
    <figure className={css.figure}>
      <svg
        viewBox={`0 0 ${width} ${bars.length * rowHeight}`}
        className={css.chart}
        role="img"
        aria-label={`${title}: ${bars.map(({ name, amount }) => `${name}, ${moneyText(amount)}`).join('; ')}`}
      >
        {bars.map(({ name, amount }, index) => (
          <g key={`${name} ${amount.currency}`}>
            <text x="0" y={index * rowHeight + 14} className={css.name}>
              {name}
            </text>
            <text x={width} y={index * rowHeight + 14} className={css.amount}>
              {moneyText(amount)}
            </text>
            <rect
              x="0"
              y={index * rowHeight + barHeight}
              width={Math.max(2, (Number(amount.amount) / most) * width)}
              height="8"
              rx="4"
              className={css.bar}
            />
          </g>
        ))}
      </svg>
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
